"""The inside of a Copernicus asset: its nodes where they lie, its wires, and what they follow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from comfyrelay_houdini import inner
from comfyrelay_houdini.network import Node
from comfyrelay_houdini.published import published

from .example import form
from .graph import backdrop, node
from .svg import DIM, Drawing, Point

WIDTH, HEIGHT = 1080, 466
NODE = (112, 34)
UNIT = (74, 98)
"""Pixels of a unit in Houdini's network, whose 0, 0 is in the middle of the drawing."""
ORIGIN: Point = (WIDTH / 2, 184)
PORTS = 12
"""Pixels between two connectors of a node."""
NOTE = (
    "A drawing made from the asset's description, not a screenshot of Houdini. Small words below a"
    " node: parms of the asset that it follows. Dashed: by path."
)
_FOLLOWED = re.compile(r'"\.\./(\w+)"')


def picture() -> str:
    """The SVG, of the asset of a workflow that takes a picture and a mask."""
    asset = published(form())
    nodes = {each.name: each for each in asset.nodes}
    drawing = Drawing(WIDTH, HEIGHT, "The nodes inside a Comfy Relay asset")
    drawing.text(24, 32, f"Inside the asset {asset.label}", size=16, weight="bold")
    wide = WIDTH - 48
    backdrop(drawing, (24, 48), (wide, 292), "What a cook reads", "native nodes; no plugin needed")
    backdrop(drawing, (24, 350), (wide, 72), "The way to the relay", "while an input is exported")
    for each in nodes.values():
        _wires(drawing, nodes, each)
    for number in range(1, len(asset.inputs) + 1):
        _by_path(drawing, nodes[f"in{number}"], nodes[inner.EXPORT])
    for each in nodes.values():
        x, y = _middle(each)
        node(drawing, (x, y), each.name, each.kind, NODE)
        drawing.text(x, y + NODE[1] / 2 + 15, ", ".join(_followed(each)), DIM, 11, "middle")
    drawing.text(24, HEIGHT - 18, NOTE, DIM, 11.5)
    return drawing.written()


def _wires(drawing: Drawing, nodes: dict[str, Node], end: Node) -> None:
    """To each of its inputs; the first is the highest."""
    for number, wire in enumerate(end.inputs):
        if wire is None or not wire.node:
            continue
        start = nodes[wire.node]
        x, y = _port(start, 1, wire.output, len(start.outputs))
        right, bottom = _port(end, -1, number, len(end.inputs))
        turn = right - 26 + 12 * number
        drawing.line([(x, y), (turn, y), (turn, bottom), (right - 1, bottom)], arrow=True)


def _by_path(drawing: Drawing, start: Node, end: Node) -> None:
    """The image ROP is told the path of the node that it writes."""
    x, y = _port(start, 1, 0, 1)
    right, bottom = _port(end, -1, 0, 1)
    drawing.line([(x, y), (x + 12, y), (x + 12, bottom), (right - 1, bottom)], True, dashed=True)


def _middle(each: Node) -> Point:
    return ORIGIN[0] + each.at[0] * UNIT[0], ORIGIN[1] - each.at[1] * UNIT[1]


def _port(each: Node, side: int, number: int, count: int) -> Point:
    """On the right if `side` is 1, on the left if it is -1."""
    x, y = _middle(each)
    return x + side * NODE[0] / 2, y + PORTS * (number - (count - 1) / 2)


def _followed(each: Node) -> Sequence[str]:
    """Parms of the asset, each once."""
    code = " ".join([*each.follows.values(), *map(str, each.parms.values())])
    return list(dict.fromkeys(_FOLLOWED.findall(code)))
