"""Buttons, tabs, links and other knobs that hold no value of their own."""

from __future__ import annotations

from typing import Any

from . import expressions, tcl
from .knobs import Knob
from .session import current, model
from .texts import String_Knob


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
    """A tab, or the begin (1, closed 2) or end (-1) of a group of knobs. The value of a group is
    whether it is open: 1, or 0."""

    _kind = 20

    def __init__(self, name: str = "", label: str | None = None, type: int = 0) -> None:
        super().__init__(name, label)
        self._group = type
        self._open: bool | None = None  # None: as it is made

    def value(self) -> int:
        return int(self._group == 1 if self._open is None else self._open)

    def setValue(self, val: Any) -> None:
        self._open = bool(val)
        self._shown_differently()

    def _read(self, script: str) -> None:
        self._open = script not in ("0", "false")

    def _script(self) -> str:
        return str(self.value())

    def _at_default(self) -> bool:
        return self._open is None or self._open == (self._group == 1)

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
