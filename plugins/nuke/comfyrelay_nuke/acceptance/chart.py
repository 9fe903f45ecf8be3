"""A chart of native nodes, and the numbers that have to be in it. Main thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import nuke

WIDTH, HEIGHT = 256, 128
FORMAT = "comfyrelay_chart"
STEP = 16  # pixels
Box = tuple[int, int, int, int]  # x, y, right, top; y goes up


@dataclass(frozen=True)
class Patch:
    """A rectangle of one colour."""

    name: str
    box: Box
    value: float  # of red, green and blue
    alpha: float = 1.0


def patches() -> Iterator[Patch]:
    """Ramp, a negative value, an alpha edge, lines of one pixel, and what lies outside."""
    for number in range(16):
        x = STEP * number
        yield Patch(f"2^{number - 8}", (x, 64, x + STEP, HEIGHT), 2.0 ** (number - 8))
        alpha = number / 15
        yield Patch(f"alpha {number}/15", (x, 32, x + STEP, 48), 0.5 * alpha, alpha)
    yield Patch("-0.05", (0, 48, STEP, 64), -0.05)
    yield Patch("a vertical line", (100, 0, 101, 32), 4.0)
    yield Patch("a horizontal line", (110, 10, 250, 11), 2.0)
    yield Patch("overscan", (-STEP, 0, -4, HEIGHT), 0.25)


def build() -> nuke.Node:
    """The chart; its format is the script's from now on."""
    nuke.addFormat(f"{WIDTH} {HEIGHT} {FORMAT}")
    _set(nuke.root(), "format", FORMAT)
    made: nuke.Node | None = None
    for patch in patches():
        piece = _piece(patch)
        made = piece if made is None else _made("Merge2", (made, piece), operation="plus")
    assert made is not None
    return made


def left_half() -> nuke.Node:
    """A mask that is white there."""
    return _cropped(_constant(1.0, 1.0), (0, 0, WIDTH // 2, HEIGHT))


def _piece(patch: Patch) -> nuke.Node:
    """Made inside the format and moved, for a Constant has no pixels outside of it."""
    x, y, right, top = patch.box
    across = max(-x, 0)
    made = _cropped(_constant(patch.value, patch.alpha), (x + across, y, right + across, top))
    return _made("Transform", (made,), translate=(-across, 0)) if across else made


def _constant(value: float, alpha: float) -> nuke.Node:
    return _made("Constant", (), channels="rgba", format=FORMAT, color=[value] * 3 + [alpha])


def _cropped(node: nuke.Node, box: Box) -> nuke.Node:
    return _made("Crop", (node,), box=box)


def _made(kind: str, inputs: tuple[nuke.Node, ...], **values: Any) -> nuke.Node:
    node: nuke.Node = getattr(cast("Any", nuke.nodes), kind)()
    for number, upstream in enumerate(inputs):
        node.setInput(number, upstream)
    for name, value in values.items():
        _set(node, name, value)
    return node


def _set(node: nuke.Node, name: str, value: Any) -> None:
    cast("Any", node[name]).setValue(value)
