"""Sizes of pictures and views, and the knobs that name them."""

from __future__ import annotations

from typing import Any

from . import tcl
from .curves import plain
from .knobs import FLAGS, Knob
from .session import current, model


@model("Format")
class Format:
    """A picture's size, with a name."""

    def __init__(
        self, width: int, height: int, x: int = 0, y: int = 0, r: int = 0, t: int = 0,
        pa: float = 1.0, name: str = "",
    ) -> None:  # fmt: skip
        self._size, self._aspect, self._name = (int(width), int(height)), float(pa), name
        self._box = (x, y, r or width, t or height)

    def width(self) -> int:
        return self._size[0]

    def height(self) -> int:
        return self._size[1]

    def x(self) -> int:
        return self._box[0]

    def y(self) -> int:
        return self._box[1]

    def r(self) -> int:
        return self._box[2]

    def t(self) -> int:
        return self._box[3]

    def pixelAspect(self) -> float:
        return self._aspect

    def name(self) -> str:
        return self._name

    def setName(self, name: str) -> None:
        self._name = name

    def add(self, name: str) -> None:
        self._name = name
        current().formats.append(self)

    def _script(self) -> str:
        numbers = [*self._size, *self._box, plain(self._aspect)]
        return " ".join(str(number) for number in numbers) + f" {self._name}"


def format_from(text: str) -> Format:
    """A format as scripts and `nuke.addFormat` write it: sizes, aspect, name."""
    parts = text.split()
    name = parts.pop() if not parts[-1].replace(".", "").replace("-", "").isdigit() else ""
    numbers = [float(part) for part in parts]
    width, height = int(numbers[0]), int(numbers[1])
    box = [int(number) for number in numbers[2:6]] if len(numbers) >= 6 else [0, 0, width, height]
    aspect = numbers[-1] if len(numbers) in (3, 7) else 1.0
    return Format(width, height, *box, aspect, name)


@model("Format_Knob")
class Format_Knob(Knob):
    _kind = 17

    def __init__(self, name: str = "", label: str | None = None, value: str = "") -> None:
        super().__init__(name, label)
        self._default = value
        self._format: Format | None = format_from(value) if value else None

    def value(self) -> Format:
        return self._format or current().root_node._knobs["format"].value()

    actualValue = value

    def notDefault(self) -> bool:
        return not self._at_default()

    def name(self) -> str:
        return self._name

    def setValue(self, val: Any) -> bool:
        with self._changing():
            self._format = _format(val)
        return True

    def _state(self) -> Any:
        return self._format and self._format._script()

    def _restore(self, state: Any) -> None:
        self._format = format_from(state) if state else None

    def _script(self) -> str:
        return tcl.quoted(self.value()._script())

    def _read(self, script: str) -> None:
        self._format = _format(script)

    def _at_default(self) -> bool:
        return self._state() == (format_from(self._default)._script() if self._default else None)


def _format(value: Any) -> Format:
    if isinstance(value, Format):
        return value
    named = [known for known in current().formats if known._name == value]
    if named:
        return named[-1]
    if not isinstance(value, str) or not value[:1].isdigit():
        raise ValueError(f"there is no format {value!r}")
    found = format_from(value)
    current().formats.append(found)
    return found


@model("MultiView_Knob")
class MultiView_Knob(Knob):
    """Which views: a Write's `views`, or all that the script has in the Root's."""

    _kind = 45

    def __init__(self, name: str = "", label: str | None = None, value: str = "main") -> None:
        super().__init__(name, label)
        self._text = self._default = value

    def value(self) -> str:
        return self._text

    def setValue(self, val: str) -> bool:
        with self._changing():
            self._text = val
        return True

    def _views(self) -> list[str]:
        return [tcl.words(word)[0] for word in tcl.words(self._text)]

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

    def _is_written(self) -> bool:
        return not self._flags & FLAGS["DO_NOT_WRITE"] and not self._at_default()
