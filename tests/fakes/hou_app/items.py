"""What lies in a network: its name, its place, its colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .enums import EnumValue, value
from .errors import ObjectWasDeleted, OperationFailed
from .session import model


@model("Color")
class Color:
    def __init__(self, rgb_tuple: Any = (0.0, 0.0, 0.0), g: float = 0.0, b: float = 0.0) -> None:
        self._rgb = (rgb_tuple, g, b) if isinstance(rgb_tuple, (int, float)) else tuple(rgb_tuple)

    def rgb(self) -> tuple[float, ...]:
        return self._rgb

    def setRGB(self, tuple: Sequence[float]) -> None:
        self._rgb = (tuple[0], tuple[1], tuple[2])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Color) and self._rgb == other._rgb

    __hash__ = None  # type: ignore[assignment]


@model("Vector2")
class Vector2:
    def __init__(self, x: Any = 0.0, y: float = 0.0) -> None:
        self._xy = (float(x), float(y)) if isinstance(x, (int, float)) else (x[0], x[1])

    def x(self) -> float:
        return float(self._xy[0])

    def y(self) -> float:
        return float(self._xy[1])

    def __getitem__(self, index: int) -> float:
        return float(self._xy[index])

    def __len__(self) -> int:
        return 2

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vector2) and self._xy == other._xy

    __hash__ = None  # type: ignore[assignment]


@model("BoundingRect")
class BoundingRect:
    def __init__(
        self, brect_or_p1_or_xmin: Any, p2_or_ymin: Any = 0.0, xmax: float = 0.0, ymax: float = 0.0
    ) -> None:
        self._low, self._high = (float(brect_or_p1_or_xmin), float(p2_or_ymin)), (xmax, ymax)

    def min(self) -> Vector2:
        return Vector2(self._low)

    def max(self) -> Vector2:
        return Vector2(self._high)

    def size(self) -> Vector2:
        return Vector2(self._high[0] - self._low[0], self._high[1] - self._low[1])


GREY = (0.8, 0.8, 0.8)


@model("NetworkMovableItem")
class NetworkMovableItem:
    def __init__(self, app: Any, parent: Any, name: str) -> None:
        self._app, self._parent, self._text = app, parent, name
        self._alive = True
        self._id = app.next_session_id()
        self._color, self._xy, self._selected = GREY, (0.0, 0.0), False

    def _check_alive(self) -> None:
        if not self._alive:
            raise ObjectWasDeleted("Attempt to access an object that no longer exists in Houdini.")

    def _path(self) -> str:
        if self._parent is None:
            return "/"
        above = self._parent._path()
        return f"{above if above != '/' else ''}/{self._text}"

    def _refuse_write(self, what: str) -> None:
        """Raises if it may not be changed now."""

    def _told(self, event: str, **details: Any) -> None:
        """Tell who listens."""

    def name(self) -> str:
        return self._text

    def path(self) -> str:
        return self._path()

    def parent(self) -> Any:
        return self._parent

    def sessionId(self) -> int:
        return int(self._id)

    def networkItemType(self) -> EnumValue:
        return value("networkItemType", "Node")

    def setName(self, name: str, unique_name: bool = False) -> None:
        self._refuse_write(f"{self._path()} was renamed")
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", name):
            raise OperationFailed(f"Invalid node name {name!r}")
        if name == self._text:
            return
        if self._parent._child(name) is not None:
            if not unique_name:
                raise OperationFailed(f"There is a node named {name!r} already")
            name = self._parent._free_name(name)
        before, self._text = self._text, name
        self._app.changes.record(f"rename {before}", lambda: self.setName(before))
        self._told("NameChanged", old_name=before)

    def color(self) -> Color:
        return Color(self._color)

    def setColor(self, color: Color) -> None:
        self._refuse_write(f"{self._path()} was coloured")
        before, self._color = self._color, tuple(color.rgb())  # type: ignore[assignment]
        if before != self._color:
            self._app.changes.record("colour", lambda: self.setColor(Color(before)))
            self._told("AppearanceChanged", change_type=value("appearanceChangeType", "Color"))

    def position(self) -> Vector2:
        return Vector2(self._xy)

    def setPosition(self, position: Any) -> None:
        self._refuse_write(f"{self._path()} was moved")
        self._xy = (float(position[0]), float(position[1]))
        self._app.changes.record("move", None)
        self._told("PositionChanged")

    def isSelected(self) -> bool:
        return self._selected

    def setSelected(
        self, on: bool, clear_all_selected: bool = False, show_asset_if_selected: bool = False
    ) -> None:
        if clear_all_selected:
            for node in self._parent._children:
                node._selected = False
        self._selected = on
        self._told("SelectionChanged")
