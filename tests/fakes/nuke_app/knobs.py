"""What every knob has, and the knobs that hold text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from . import expressions, tcl
from .session import DETACHED, NotModelled, current, model, refuse_other_thread

FLAGS = {
    "DISABLED": 0x80,
    "NO_ANIMATION": 0x100,
    "DO_NOT_WRITE": 0x200,
    "INVISIBLE": 0x400,
    "STARTLINE": 0x1000,
    "ENDLINE": 0x2000,
    "HIDDEN": 0x40000,
    "NO_UNDO": 0x80000,
    "ALWAYS_SAVE": 0x100000,
    "KNOB_CHANGED_RECURSIVE": 0x8000000,
    "READ_ONLY": 0x10000000,
}
"""As the knob flags of the NDK have them."""


@model("Knob")
class Knob:
    _kind: int | None = None  # in addUserKnob
    _default_flags: ClassVar[int] = FLAGS["STARTLINE"]

    def __init__(self, name: str = "", label: str | None = None) -> None:
        refuse_other_thread(type(self).__name__)
        if not re.fullmatch(r"\w*", name):
            raise TypeError(f"a knob cannot be named {name!r}")
        self._name, self._label = name, label
        self._tooltip, self._flags = "", self._default_flags
        self._node: Any = None
        self._user = False

    def _check_attached(self) -> None:
        if self._node is not None:
            self._node._check_attached()

    def Class(self) -> str:
        return type(self).__name__

    def name(self) -> str:
        return self._name

    def setName(self, name: str) -> None:
        self._name = name

    def label(self) -> str:
        return self._name if self._label is None else self._label

    def setLabel(self, label: str) -> None:
        self._label = label
        self._shown_differently()

    def tooltip(self) -> str:
        return self._tooltip

    def setTooltip(self, tooltip: str) -> None:
        self._tooltip = tooltip

    def node(self) -> Any:
        if self._node is None:
            raise ValueError(DETACHED)
        return self._node

    def fullyQualifiedName(self, channel: int = -1) -> str:
        return f"{self.node()._full_name()}.{self._name}"

    def getFlag(self, flag: int) -> bool:
        return bool(self._flags & flag)

    def setFlag(self, flag: int) -> None:
        self._flags |= flag
        self._shown_differently()

    def clearFlag(self, flag: int) -> None:
        self._flags &= ~flag
        self._shown_differently()

    def visible(self) -> bool:
        return not self._flags & FLAGS["INVISIBLE"]

    def setVisible(self, visible: bool) -> None:
        (self.clearFlag if visible else self.setFlag)(FLAGS["INVISIBLE"])

    def enabled(self) -> bool:
        return not self._flags & FLAGS["DISABLED"]

    def setEnabled(self, enabled: bool) -> None:
        (self.clearFlag if enabled else self.setFlag)(FLAGS["DISABLED"])

    def toScript(self, quote: bool = False, context: Any = None) -> str:
        return self._script()

    def fromScript(self, script: str) -> None:
        with self._changing():
            self._read(script)

    def isAnimated(self, channel: int = -1) -> bool:
        return False

    def hasExpression(self, index: int = -1) -> bool:
        return False

    # What a kind of knob has to say for itself.

    def _state(self) -> Any:
        """All that makes its value, to compare and to put back."""
        return None

    def _restore(self, state: Any) -> None:
        """Put `_state()` back."""

    def _script(self) -> str:
        """The value as one or more words of a script."""
        return ""

    def _read(self, script: str) -> None:
        """The value from a script, without its quotes."""

    def _at_default(self) -> bool:
        return True

    def _text_at(self, frame: float, channel: int = 0) -> str:
        return f"{self._number_at(frame, channel):g}"

    def _number_at(self, frame: float, channel: int = 0, depth: int = 0) -> float:
        raise NotModelled(f"{self._name}, a {self.Class()}, in a numeric expression")

    def _channel_named(self, name: str) -> int:
        return int(name) if name.isdigit() else 0

    def _is_written(self) -> bool:
        return not self._flags & FLAGS["DO_NOT_WRITE"] and not self._at_default()

    def _definition(self) -> list[str]:
        """What stands in addUserKnob after the label and the tooltip."""
        return []

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A change of the value: undo, the modified flag, the viewer and callbacks know it."""
        before = self._state()
        yield
        if self._node is not None and self._state() != before:
            self._node._app.changes.knob(self, before)

    def _shown_differently(self) -> None:
        if self._node is not None:
            self._node._app.changes.shown += 1

    def _frame(self) -> float:
        return float(self._node._app.frame) if self._node is not None else 0.0


Knob.__hash__ = object.__hash__  # type: ignore[method-assign]


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


@model("Script_Knob")
class Script_Knob(String_Knob):
    """A button with a command of Nuke's own, such as a Read's reload."""

    _kind = 32
    _default_flags = 0

    def command(self) -> str:
        return self._text

    def setCommand(self, cmd: str) -> None:
        self.setValue(cmd)

    def setValue(self, cmd: str) -> None:
        with self._changing():
            self._text = cmd

    def value(self) -> str:
        return self._text

    def execute(self) -> None:
        current().buttons.execute(self)

    def _definition(self) -> list[str]:
        return ["T", tcl.quoted(self._text)] if self._text else []

    def _is_written(self) -> bool:
        return False


@model("PyScript_Knob")
class PyScript_Knob(Script_Knob):
    """A button with Python. `execute()` runs it with `nuke.thisNode()` and `thisKnob()` set."""

    _kind = 22


@model("PythonKnob")
class PythonKnob(String_Knob):
    """Python that Nuke runs at some event: the hidden `onCreate`, the visible `beforeRender`."""


@model("Obsolete_Knob")
class Obsolete_Knob(Knob):
    _kind = 0

    def value(self) -> None:
        return None

    def setValue(self, *_args: Any) -> None:
        return None


@model("Tab_Knob")
class Tab_Knob(Knob):
    """A tab, or the begin (1, closed 2) or end (-1) of a group of knobs."""

    _kind = 20

    def __init__(self, name: str = "", label: str | None = None, type: int = 0) -> None:
        super().__init__(name, label)
        self._group = type

    def value(self) -> int:
        return self._group

    def _definition(self) -> list[str]:
        return ["n", str(self._group)] if self._group else []


@model("BeginTabGroup_Knob")
class BeginTabGroup_Knob(Knob):
    _kind = 20

    def _definition(self) -> list[str]:
        return ["n", "1"]


@model("EndTabGroup_Knob")
class EndTabGroup_Knob(Knob):
    _kind = 20

    def _definition(self) -> list[str]:
        return ["n", "-1"]


@model("Link_Knob")
class Link_Knob(Knob):
    """Another knob, shown here. What is set is set there."""

    _kind = 41

    def __init__(self, name: str = "", label: str | None = None) -> None:
        super().__init__(name, label)
        self._target = ""

    def getLink(self) -> str:
        return self._target

    def setLink(self, s: str) -> None:
        self._target = s

    def makeLink(self, s: str, t: str) -> None:
        self._target = f"{s}.{t}"

    def getLinkedKnob(self) -> Any:
        """The knob that is shown: one of a node inside, or one as expressions name it."""
        path, _, knob = self._target.rpartition(".")
        inside = self._node._child(path) if path else None
        if inside is not None:
            return inside._knobs.get(knob)
        return expressions.knob_named(self._target, self._node)[0]

    def value(self) -> str:
        knob = self.getLinkedKnob()
        return str(knob._text_at(self._frame())) if knob is not None else ""

    def _text_at(self, frame: float, channel: int = 0) -> str:
        return str(self.getLinkedKnob()._text_at(frame, channel))

    def _number_at(self, frame: float, channel: int = 0, depth: int = 0) -> float:
        return float(self.getLinkedKnob()._number_at(frame, channel, depth))

    def _definition(self) -> list[str]:
        return ["T", tcl.quoted(self._target)] if self._target else []
