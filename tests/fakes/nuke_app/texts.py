"""Knobs that hold text."""

from __future__ import annotations

import re
from typing import Any

from . import expressions, tcl
from .knobs import FLAGS, Knob
from .session import model


@model("String_Knob")
class String_Knob(Knob):
    _kind = 1
    _evaluates = False  # `[Tcl]` in it

    def __init__(self, name: str = "", label: str | None = None, value: str = "") -> None:
        super().__init__(name, label)
        self._text = self._default = value

    def value(self, oc: Any = None) -> str:
        return self._evaluated() if self._evaluates else self._text

    def getValue(self, oc: Any = None) -> str:
        return self.value()

    def getText(self, oc: Any = None) -> str:
        return self._text

    def setValue(self, val: str, view: Any = None) -> None:
        if not isinstance(val, str):
            raise TypeError(f"setValue of {self._name} takes a text, not {val!r}")
        with self._changing():
            self._text = val

    def setText(self, val: str, view: Any = None) -> None:
        self.setValue(val)

    def _evaluated(self, frame: float | None = None) -> str:
        if self._node is None:
            return self._text
        return expressions.substituted(
            self._text, self._node, self._frame() if frame is None else frame
        )

    def _text_at(self, frame: float, channel: int = 0) -> str:
        return self._evaluated(frame) if self._evaluates else self._text

    def _state(self) -> Any:
        return self._text

    def _restore(self, state: Any) -> None:
        self._text = state

    def _script(self) -> str:
        return tcl.quoted(self._text)

    def _read(self, script: str) -> None:
        self._text = script

    def _at_default(self) -> bool:
        return bool(self._text == self._default)

    def fromScript(self, script: str) -> None:
        found = tcl.words(script)
        with self._changing():
            self._read(found[0] if len(found) == 1 else script)


@model("String_Knob")
class MultilineString(String_Knob):
    """Kind 28, which is never evaluated. Python has no class of its own for it."""

    _kind = 28

    def Class(self) -> str:
        return "String_Knob"


@model("EvalString_Knob")
class EvalString_Knob(String_Knob):
    _kind = 1
    _evaluates = True

    def evaluate(self, oc: Any = None) -> str:
        return self._evaluated()


@model("Multiline_Eval_String_Knob")
class Multiline_Eval_String_Knob(EvalString_Knob):
    _kind = 43


@model("File_Knob")
class File_Knob(EvalString_Knob):
    """`value()` has `%04d` where the text has `####`; `evaluate()` has the frame's number."""

    _kind = 2

    def value(self, oc: Any = None) -> str:
        return _with_percent(self._text)

    def getValue(self, oc: Any = None) -> str:
        return _with_percent(self._text)

    def getEvaluatedValue(self, oc: Any = None) -> str:
        return _with_percent(self._evaluated())

    def evaluate(self, oc: Any = None) -> str:
        return self._path_at(self._frame())

    def fromUserText(self, text: str) -> None:
        """A path, and after it a range of frames that a Read takes over."""
        found = re.fullmatch(r"(.*?)(?:\s+(-?\d+)-(-?\d+))?", text)
        assert found is not None
        self.setValue(found[1])
        if found[2] is not None and self._node is not None:
            for name, frame in zip(("first", "last"), found.groups()[1:]):
                for knob in (name, f"orig{name}"):
                    self._node._knobs[knob].setValue(int(frame))

    def fromScript(self, script: str) -> None:
        with self._changing():
            self._read(script)

    def _text_at(self, frame: float, channel: int = 0) -> str:
        """As Tcl's `value` has it."""
        text = self._evaluated(frame)
        hashes = self._node is not None and self._node._app.frame_in_tcl == "####"
        return text if hashes else _with_percent(text)

    def _path_at(self, frame: float) -> str:
        if self._node is None:
            return self._text
        path = _with_percent(self._evaluated(frame))
        return re.sub(r"%0?(\d*)d", lambda found: f"{round(frame):0{found[1] or 1}d}", path)


def _with_percent(path: str) -> str:
    return re.sub(r"#+", lambda found: f"%0{len(found[0])}d", path)


@model("Password_Knob")
class Password_Knob(Knob):
    """Never saved as it is: Nuke does not write it at all."""

    _kind = 61

    def __init__(self, name: str = "", label: str | None = None, value: str = "") -> None:
        super().__init__(name, label)
        self._text = value

    def value(self) -> str:
        return self._text

    def getText(self) -> str:
        return self._text

    def setValue(self, val: str, view: Any = None) -> None:
        with self._changing():
            self._text = val

    def _state(self) -> Any:
        return self._text

    def _restore(self, state: Any) -> None:
        self._text = state


@model("Text_Knob")
class Text_Knob(Knob):
    """A line of text, or a divider when it has neither name nor label."""

    _kind = 26

    def __init__(self, name: str = "", label: str | None = None, value: str = "") -> None:
        super().__init__(name, label)
        self._text = self._default = value

    def value(self) -> str:
        return self._text

    def setValue(self, val: str) -> None:
        if not isinstance(val, str):
            raise TypeError(f"setValue of {self._name} takes a text, not {val!r}")
        with self._changing():
            self._text = val

    def _state(self) -> Any:
        return self._text

    def _restore(self, state: Any) -> None:
        self._text = state

    def _read(self, script: str) -> None:
        self._text = script

    def _definition(self) -> list[str]:
        keeps = not self._flags & FLAGS["DO_NOT_WRITE"]
        text = self._text if keeps else self._default
        return ["T", tcl.quoted(text)] if text else []
