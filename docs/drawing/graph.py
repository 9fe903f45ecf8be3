"""What graphs of nodes share: a node, and the ground under some of them."""

from __future__ import annotations

from .svg import DIM, TEXT, Drawing, Point

NODE = (136, 34)
COLOURS = {
    "Read": "#8f7f4f", "Write": "#8f7f4f", "Keymix": "#4b6291", "Copy": "#7a5c7f",
    "Premult": "#7a5c7f", "Unpremult": "#7a5c7f", "Shuffle": "#7a5c7f", "Crop": "#7d5547",
    "Switch": "#5c6670", "Input": "#3f7a5c", "Output": "#3f7a5c",
    "file": "#8f7f4f", "rop_image": "#8f7f4f", "switch": "#5c6670", "switchifwired": "#5c6670",
    "null": "#4b6291", "constant": "#7a5c7f", "input": "#3f7a5c", "output": "#3f7a5c",
}  # fmt: skip
"""By type, as Nuke and Houdini call them."""


def node(
    drawing: Drawing, place: Point, name: str, kind: str, size: tuple[float, float] = NODE
) -> None:
    """A box around its middle."""
    (x, y), (width, height) = place, size
    drawing.box(x - width / 2, y - height / 2, width, height, COLOURS[kind], "#1a1b1d", 5)
    drawing.text(x, y - 1, name, TEXT, 13, "middle")
    drawing.text(x, y + 12, kind, "#d3d3cf", 10, "middle")


def backdrop(
    drawing: Drawing, corner: Point, size: tuple[float, float], title: str, said: str
) -> None:
    """With its words at the lower edge."""
    (x, y), (width, height) = corner, size
    drawing.box(x, y, width, height, "#36393e", "#44484e", 6)
    drawing.text(x + 14, y + height - 31, title, TEXT, 13, weight="bold")
    drawing.text(x + 14, y + height - 14, said, DIM, 11.5)
