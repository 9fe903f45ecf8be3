"""A few shapes as SVG. A drawing has a ground of its own, so it is the same on light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Point = tuple[float, float]

GROUND, FRAME = "#2b2d31", "#17181a"
TEXT, DIM, LINE = "#e6e6e3", "#a3a7ad", "#b9bcc1"


class Drawing:
    """Shapes in the order in which they are drawn. Sizes are pixels, places the upper left."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self._title = width, height, title
        self._parts: list[str] = []
        self.box(0, 0, width, height, GROUND, FRAME, 10)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none",
        radius: float = 3,
    ) -> None:  # fmt: skip
        self._add("rect", x=x, y=y, width=width, height=height, rx=radius, fill=fill, stroke=stroke)

    def text(
        self, x: float, y: float, words: str, fill: str = TEXT, size: float = 13,
        anchor: str = "start", weight: str = "normal",
    ) -> None:  # fmt: skip
        """`y` is the baseline, `anchor` start, middle or end."""
        attributes: dict[str, Any] = {"x": x, "y": y, "fill": fill, "font-size": size}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        if weight != "normal":
            attributes["font-weight"] = weight
        self._add("text", escape(words), **attributes)

    def line(
        self, points: Sequence[Point], arrow: bool = False, stroke: str = LINE, dashed: bool = False
    ) -> None:
        path = "M" + " L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        more: dict[str, Any] = {"stroke-width": 1.4}
        if dashed:
            more["stroke-dasharray"] = "5 4"
        if arrow:
            more["marker-end"] = "url(#tip)"
        self._add("path", d=path, fill="none", stroke=stroke, **more)

    def dot(self, x: float, y: float, radius: float, fill: str = LINE) -> None:
        self._add("circle", cx=x, cy=y, r=radius, fill=fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        joined = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self._add("polygon", points=joined, fill=fill)

    def written(self) -> str:
        """The file's text."""
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}"'
        head = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} height="{self.height}"'
            ' font-family="Helvetica, Arial, system-ui, sans-serif" role="img">',
            f"<title>{escape(self._title)}</title>",
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
            f' markerHeight="7" orient="auto"><path d="M0 1 10 5 0 9z" fill="{LINE}"/></marker>'
            "</defs>",
        ]
        return "\n".join([*head, *self._parts, "</svg>", ""])

    def _add(self, tag: str, inside: str = "", **attributes: object) -> None:
        said = "".join(f" {name}={quoteattr(_number(v))}" for name, v in attributes.items())
        self._parts.append(f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said}/>")


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
