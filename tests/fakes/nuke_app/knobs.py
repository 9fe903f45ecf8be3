"""What every knob has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from .session import DETACHED, NotModelled, model, refuse_other_thread

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
