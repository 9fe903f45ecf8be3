"""Knobs that choose: enumerations and channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import tcl
from .knobs import Knob
from .numeric import Unsigned_Knob
from .session import current, model

STRIP_CASCADE_PREFIX = 0x40000000


@model("Enumeration_Knob")
class Enumeration_Knob(Unsigned_Knob):
    """One of several items, by text or index. An unknown text is refused. An item may be
    `value<tab>label`: it is chosen, and told, by its value alone."""

    _kind = 4

    def __init__(self, name: str = "", label: str | None = None, values: Any = ()) -> None:
        super().__init__(name, label)
        self._items = [str(item) for item in values]

    def value(self) -> str:
        return self._item(self._values(self._frame())[0])

    def values(self) -> list[str]:
        return list(self._items)

    def numValues(self) -> int:
        return len(self._items)

    def enumName(self, n: int) -> str:
        return self._items[n]

    def setValue(self, val: Any, *_args: Any) -> bool:
        with self._changing():
            self._set(self._index(val), -1, self._frame())
        return True

    def _choices(self) -> list[str]:
        return [item.split("\t")[0] for item in self._items]

    def setValues(self, items: Iterable[str]) -> None:
        """New items. The chosen text stays chosen if it is among them, else the first is."""
        with self._changing():
            chosen = self.value() if self._items else ""
            self._items = [str(item) for item in items]
            names = self._choices()
            self._curves[0].value = float(names.index(chosen) if chosen in names else 0)
            self._shown_differently()

    def _index(self, value: Any) -> float:
        if isinstance(value, str):
            if value not in self._choices():
                raise TypeError(f"{self._name} has no item {value!r}")
            return float(self._choices().index(value))
        if not 0 <= value < max(len(self._items), 1):
            raise TypeError(f"{self._name} has no item {value!r}")
        return float(value)

    def _item(self, index: float) -> str:
        return self._choices()[int(index)] if 0 <= int(index) < len(self._items) else ""

    def _text_at(self, frame: float, channel: int = 0) -> str:
        return self._item(self._values(frame)[0])

    def _state(self) -> Any:
        return tuple(self._items), super()._state()

    def _restore(self, state: Any) -> None:
        self._items = list(state[0])
        super()._restore(state[1])

    def _script(self) -> str:
        curve = self._curves[0]
        if curve.keys or curve.expression:
            return super(Unsigned_Knob, self)._script()
        return tcl.quoted(self._item(curve.value))

    def _read(self, script: str) -> None:
        if script in self._choices():
            self._curves[0].read(str(self._choices().index(script)))
        elif script.isdigit() and int(script) < len(self._items):
            self._curves[0].read(script)
        elif script.startswith("{"):
            self._read_in_braces(script)
        else:
            current().load_errors.append(f"{self._name} has no item {script!r}")

    def _read_in_braces(self, script: str) -> None:
        """An expression or a curve; or a number with the item that it was, as Shuffle2 has."""
        parts = tcl.words(script)
        if len(parts) > 1 and parts[1] in self._items:
            self._read(parts[1])
        else:
            super(Unsigned_Knob, self)._read(script)

    def _definition(self) -> list[str]:
        return ["M", "{" + " ".join(tcl.quoted(item) for item in self._items) + "}"]


@model("EditableEnumeration_Knob")
class EditableEnumeration_Knob(Enumeration_Knob):
    """Takes a text that is no item as well."""

    _kind = 83

    def _index(self, value: Any) -> float:
        if isinstance(value, str) and value not in self._items:
            self._items.append(value)
        return super()._index(value)

    def _read(self, script: str) -> None:
        if script not in self._items:
            self._items.append(script)
        super()._read(script)


@model("CascadingEnumeration_Knob")
class CascadingEnumeration_Knob(Enumeration_Knob):
    """Items with `/` are menus in menus."""

    _kind = 68

    def value(self) -> str:
        text = self._item(self._values(self._frame())[0])
        return text.rpartition("/")[2] if self._flags & STRIP_CASCADE_PREFIX else text


@model("Pulldown_Knob")
class Pulldown_Knob(Enumeration_Knob):
    pass


@model("OneView_Knob")
class OneView_Knob(Enumeration_Knob):
    _kind = 44


@model("Channel_Knob")
class Channel_Knob(Knob):
    """A layer or a channel by name: `rgba`, `alpha`, `depth.Z`."""

    _kind = 11

    def __init__(self, name: str = "", label: str | None = None, value: str = "") -> None:
        super().__init__(name, label)
        self._text = self._default = value or self._initial

    _initial = "none"

    def value(self) -> str:
        return self._text

    def setValue(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"setValue of {self._name} takes a channel's name, not {name!r}")
        with self._changing():
            self._text = name

    def _text_at(self, frame: float, channel: int = 0) -> str:
        return self._text

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


@model("ChannelMask_Knob")
class ChannelMask_Knob(Channel_Knob):
    _kind, _initial = 10, "all"
