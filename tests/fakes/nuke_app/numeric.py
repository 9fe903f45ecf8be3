"""Knobs that hold numbers, which may be animated or follow an expression."""

from __future__ import annotations

from typing import Any, ClassVar

from . import tcl
from .curves import Curve, is_number, plain
from .knobs import Knob
from .session import model


@model("Array_Knob")
class Array_Knob(Knob):
    _kind: int | None = 9
    _names: ClassVar[tuple[str, ...]] = ("",)  # of the channels
    _single = True  # one number stands for all channels that are equal

    def __init__(self, name: str = "", label: str | None = None, *default: Any) -> None:
        super().__init__(name, label)
        values = [float(value) for value in default] or [0.0]
        self._curves = [Curve(v) for v in (values * len(self._names))[: len(self._names)]]
        self._defaults = [curve.value for curve in self._curves]
        self._range: tuple[float, float] | None = None

    def value(self, index: int = -1, *_args: Any) -> Any:
        return self._python(self._values(self._frame()), index)

    def getValue(self, index: int = -1, *_args: Any) -> Any:
        return self._plain(self._values(self._frame()), index)

    def getValueAt(self, frame: float, index: int = -1, view: Any = None) -> Any:
        return self._plain(self._values(frame), index)

    valueAt = getValueAt

    def setValue(self, val: Any, chan: int = -1, *_args: Any) -> bool:
        with self._changing():
            self._set(val, chan, self._frame())
        return True

    def setValueAt(self, val: Any, time: float, index: int = -1, view: Any = None) -> bool:
        with self._changing():
            self._set(val, index, time)
        return True

    def setAnimated(self, index: int = -1) -> bool:
        with self._changing():
            for curve in self._chosen(index):
                if not curve.keys:
                    curve.keys = {self._frame(): curve.at(self._node, self._frame())}
        return True

    def clearAnimated(self, index: int = -1) -> bool:
        with self._changing():
            for curve in self._chosen(index):
                curve.set(curve.at(self._node, self._frame()), None)
        return True

    def setKeyAt(self, frame: float, index: int = -1) -> bool:
        with self._changing():
            for curve in self._chosen(index):
                curve.keys[float(frame)] = curve.at(self._node, frame)
        return True

    def isAnimated(self, index: int = -1, view: Any = None) -> bool:
        return any(curve.keys or curve.expression for curve in self._chosen(index))

    def isKeyAt(self, frame: float, index: int = -1, view: Any = None) -> bool:
        return any(float(frame) in curve.keys for curve in self._chosen(index))

    def getKeyList(self) -> list[float]:
        return sorted({frame for curve in self._curves for frame in curve.keys})

    def getNumKeys(self, index: int = -1) -> int:
        return max(len(curve.keys) for curve in self._chosen(index))

    def hasExpression(self, index: int = -1) -> bool:
        return any(curve.expression for curve in self._chosen(index))

    def setExpression(self, expression: str, channel: int = -1, view: Any = None) -> bool:
        with self._changing():
            for curve in self._chosen(channel):
                curve.expression = expression
        return True

    def arraySize(self) -> int:
        return len(self._curves)

    def singleValue(self, *_args: Any) -> bool:
        return len(set(self._values(self._frame()))) == 1

    def setRange(self, minimum: float, maximum: float) -> None:
        self._range = (minimum, maximum)

    def min(self) -> float:
        return self._range[0] if self._range else 0.0

    def max(self) -> float:
        return self._range[1] if self._range else 1.0

    def notDefault(self) -> bool:
        return not self._at_default()

    def defaultValue(self, index: int = 0) -> float:
        return self._defaults[index]

    def setDefaultValue(self, values: list[float]) -> None:
        self._defaults = [float(value) for value in values]

    def _values(self, frame: float, depth: int = 0) -> list[float]:
        return [curve.at(self._node, frame, depth) for curve in self._curves]

    def _number_at(self, frame: float, channel: int = 0, depth: int = 0) -> float:
        return self._curves[channel].at(self._node, frame, depth)

    def _text_at(self, frame: float, channel: int = 0) -> str:
        return plain(self._number_at(frame, channel))

    def _channel_named(self, name: str) -> int:
        return self._names.index(name) if name in self._names else super()._channel_named(name)

    def _chosen(self, index: int) -> list[Curve]:
        return self._curves if index == -1 else [self._curves[index]]

    def _set(self, value: Any, channel: int, frame: float | None) -> None:
        if isinstance(value, (list, tuple)):
            if len(value) != len(self._curves):
                wanted = f"expecting a sequence of {len(self._curves)} floats"
                raise ValueError(f"{wanted}, {len(value)} found")
            for curve, one in zip(self._curves, value):
                curve.set(self._checked(one), frame)
        else:
            for curve in self._chosen(channel):
                curve.set(self._checked(value), frame)

    def _checked(self, value: Any) -> float:
        if isinstance(value, str) or not hasattr(value, "__float__"):
            raise TypeError(f"setValue of {self._name} takes a number, not {value!r}")
        return float(value)

    def _plain(self, values: list[float], index: int) -> Any:
        if index != -1:
            return values[index]
        return values[0] if len(set(values)) == 1 and self._single else values

    def _python(self, values: list[float], index: int) -> Any:
        return self._plain(values, index)

    def _state(self) -> Any:
        return tuple(curve.state() for curve in self._curves)

    def _restore(self, state: Any) -> None:
        for curve, one in zip(self._curves, state):
            curve.restore(one)

    def _script(self) -> str:
        parts = [curve.script() for curve in self._curves]
        if len(set(parts)) == 1 and self._single:
            return parts[0] if is_number(parts[0]) else f"{{{{{parts[0]}}}}}"
        wrapped = [part if is_number(part) else f"{{{part}}}" for part in parts]
        return "{" + " ".join(wrapped) + "}"

    def _read(self, script: str) -> None:
        parts = tcl.words(script)
        if len(parts) == 1:
            parts *= len(self._curves)
        for curve, part in zip(self._curves, parts):
            curve.read(part)

    def fromScript(self, script: str) -> None:
        found = tcl.words(script)
        with self._changing():
            self._read(found[0] if len(found) == 1 else script)

    def _at_default(self) -> bool:
        return all(
            not curve.keys and not curve.expression and curve.value == default
            for curve, default in zip(self._curves, self._defaults)
        )

    def _definition(self) -> list[str]:
        return ["R", plain(self._range[0]), plain(self._range[1])] if self._range else []


@model("Double_Knob")
class Double_Knob(Array_Knob):
    _kind = 7


@model("Int_Knob")
class Int_Knob(Array_Knob):
    _kind = 3

    def value(self, *_args: Any) -> int:
        return round(self._values(self._frame())[0])

    def setValue(self, val: Any, *_args: Any) -> bool:
        with self._changing():
            self._set(int(self._checked(val)), -1, self._frame())
        return True


@model("Boolean_Knob")
class Boolean_Knob(Array_Knob):
    _kind = 6
    _default_flags = 0

    def value(self) -> bool:
        return bool(self._values(self._frame())[0])

    def setValue(self, b: Any, *_args: Any) -> bool:
        with self._changing():
            self._set(float(bool(self._checked(b))), -1, self._frame())
        return True

    def _script(self) -> str:
        curve = self._curves[0]
        if curve.keys or curve.expression:
            return super()._script()
        return "true" if curve.value else "false"

    def _read(self, script: str) -> None:
        words = {"true": "1", "false": "0", "on": "1", "off": "0"}
        super()._read(words.get(script, script))


@model("Disable_Knob")
class Disable_Knob(Boolean_Knob):
    pass


for _class in (Int_Knob, Boolean_Knob, Disable_Knob):
    _class.__hash__ = object.__hash__  # type: ignore[method-assign]


@model("Unsigned_Knob")
class Unsigned_Knob(Array_Knob):
    _kind = 3

    def value(self) -> int:
        return int(self._values(self._frame())[0])

    def setValue(self, val: Any) -> bool:
        with self._changing():
            self._set(val, -1, self._frame())
        return True

    def _read(self, script: str) -> None:
        super()._read(str(int(script, 16)) if script.startswith("0x") else script)

    def _script(self) -> str:
        return hex(int(self._curves[0].value))


@model("ColorChip_Knob")
class ColorChip_Knob(Unsigned_Knob):
    _kind = 40
