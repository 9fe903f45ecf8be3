"""The inside of the gizmo as a node graph: its nodes and wires, from their description."""

from __future__ import annotations

from comfyrelay_nuke import gizmos
from comfyrelay_nuke.nk import Node

from .graph import NODE, backdrop, node
from .svg import DIM, Drawing, Point

WIDTH, HEIGHT = 900, 690
LEFT, PLATE_X, MIX, MASK_X, OUT = 120, 330, 440, 540, 765
"""The middles of the columns."""

PLACES: dict[str, Point] = {
    gizmos.PLATE: (PLATE_X, 84),
    gizmos.MASK: (MASK_X, 84),
    gizmos.MATTE: (MASK_X, 188),
    gizmos.RESULT: (LEFT, 188),
    "WithAlpha": (LEFT, 262),
    "Premultiplied": (LEFT, 332),
    "WherePresent": (LEFT, 402),
    "ThroughMask": (MIX, 472),
    "Show": (PLATE_X, 552),
    "Output1": (PLATE_X, 612),
    gizmos.PICK: (OUT, 262),
    "ToFormat": (OUT, 332),
    gizmos.STRAIGHT: (OUT, 402),
    gizmos.MATTE_TO_RGB: (OUT, 472),
    gizmos.EXPORT: (OUT, 552),
}
"""The middle of each node."""

BENDS: dict[tuple[str, str], list[Point]] = {
    (gizmos.PLATE, gizmos.PICK): [(PLATE_X, 126), (OUT - 20, 126), (OUT - 20, 0)],
    (gizmos.MATTE, gizmos.PICK): [(MASK_X, 222), (OUT + 20, 222), (OUT + 20, 0)],
    (gizmos.PLATE, "WithAlpha"): [(PLATE_X, 226), (LEFT + 30, 226), (LEFT + 30, 0)],
    (gizmos.PLATE, "WherePresent"): [(PLATE_X, 367), (LEFT + 30, 367), (LEFT + 30, 0)],
    (gizmos.PLATE, "ThroughMask"): [(PLATE_X, 436), (MIX + 20, 436), (MIX + 20, 0)],
    ("WherePresent", "ThroughMask"): [(LEFT, 446), (MIX - 20, 446), (MIX - 20, 0)],
    (gizmos.MATTE, "ThroughMask"): [(MASK_X, 472), (0, 472)],
    ("WherePresent", "Show"): [(LEFT, 516), (PLATE_X - 24, 516), (PLATE_X - 24, 0)],
    ("ThroughMask", "Show"): [(MIX, 516), (PLATE_X + 24, 516), (PLATE_X + 24, 0)],
}
"""Where a wire turns. The last point's 0 is the edge of the node that it leads to."""

NOTE = (
    "A drawing made from the gizmo's description, not a screenshot of Nuke. Crossed out: disabled."
)


def picture() -> str:
    """The SVG. Raises KeyError if a node has no place here yet."""
    nodes = gizmos.comfy_relay().nodes
    drawing = Drawing(WIDTH, HEIGHT, "The nodes inside the Comfy Relay gizmo")
    _backdrops(drawing)
    for each in nodes:
        for place, name in enumerate(each.inputs):
            if name is not None and name not in each.inputs[:place]:
                _wire(drawing, name, each.name)
    for each in nodes:
        _node(drawing, each)
    drawing.text(24, HEIGHT - 14, NOTE, DIM, 11.5)
    return drawing.written()


def _backdrops(drawing: Drawing) -> None:
    drawing.text(24, 32, "Inside the gizmo", size=16, weight="bold")
    for x, width, title, said in (
        (24, 606, "What a render reads", "native nodes; no plugin needed"),
        (650, 230, "The way to the relay", "runs only while an input is exported"),
    ):
        backdrop(drawing, (x, 146), (width, 506), title, said)


def _wire(drawing: Drawing, start: str, end: str) -> None:
    (x, y), (right, bottom) = PLACES[start], PLACES[end]
    half = NODE[1] / 2
    bends = BENDS.get((start, end))
    if bends is None:
        drawing.line([(x, y + half), (right, bottom - half - 1)], arrow=True)
        return
    *turns, last = bends
    tip = (right + NODE[0] / 2 + 1, last[1]) if last[1] else (last[0], bottom - half - 1)
    drawing.line([(x, y + half), *turns, tip], arrow=True)
    if start == gizmos.PLATE:
        drawing.dot(*turns[0], 3.4)


def _node(drawing: Drawing, each: Node) -> None:
    x, y = PLACES[each.name]
    width, height = NODE
    left, top = x - width / 2, y - height / 2
    node(drawing, (x, y), each.name, each.kind)
    if str(each.knobs.get("disable")) == "true":
        drawing.line([(left + 3, top + 3), (left + width - 3, top + height - 3)], stroke="#191a1c")
        drawing.line([(left + 3, top + height - 3), (left + width - 3, top + 3)], stroke="#191a1c")
