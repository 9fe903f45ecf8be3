"""Knobs of more numbers than one: positions, boxes, colours."""

from __future__ import annotations

from typing import Any

from .numeric import Array_Knob
from .session import model


class Several(Array_Knob):
    """More numbers than one: a position, a box, a colour."""

    def _python(self, values: list[float], index: int) -> Any:
        plainly = self._plain(values, index)
        return tuple(plainly) if isinstance(plainly, list) and not self._single else plainly


@model("XY_Knob")
class XY_Knob(Several):
    _kind, _names, _single = 12, ("x", "y"), False

    def x(self, oc: Any = None) -> float:
        return self._values(self._frame())[0]

    def y(self, oc: Any = None) -> float:
        return self._values(self._frame())[1]

    def value(self, n: int = -1, oc: Any = None) -> Any:
        return self._python(self._values(self._frame()), n)


@model("XYZ_Knob")
class XYZ_Knob(Several):
    _kind, _names, _single = 13, ("x", "y", "z"), False

    def value(self, n: int = -1, oc: Any = None) -> Any:
        return self._python(self._values(self._frame()), n)


@model("WH_Knob")
class WH_Knob(Several):
    _kind, _names = 14, ("w", "h")


@model("UV_Knob")
class UV_Knob(Several):
    _kind, _names, _single = 30, ("u", "v"), False


@model("Scale_Knob")
class Scale_Knob(Several):
    _kind, _names = 16, ("x", "y", "z")

    def value(self, n: int = -1, oc: Any = None) -> Any:
        return self._python(self._values(self._frame()), n)


@model("BBox_Knob")
class BBox_Knob(Several):
    _kind, _names, _single = 15, ("x", "y", "r", "t"), False

    def x(self) -> float:
        return self._values(self._frame())[0]

    def y(self) -> float:
        return self._values(self._frame())[1]

    def r(self) -> float:
        return self._values(self._frame())[2]

    def t(self) -> float:
        return self._values(self._frame())[3]


@model("Color_Knob")
class Color_Knob(Several):
    _kind, _names = 18, ("r", "g", "b")


@model("AColor_Knob")
class AColor_Knob(Color_Knob):
    _kind, _names = 19, ("r", "g", "b", "a")
