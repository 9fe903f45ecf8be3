"""The way of the chart through a node, leg by leg. Main thread; blocks.

A leg is compared with the one before it, so that what is told is where numbers change, and not all
that comes after.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from operator import mul
from pathlib import Path
from typing import Any, cast

import nuke

from comfyrelay import options, state
from comfyrelay.dcc import Export
from comfyrelay.desk import Desk
from comfyrelay.legs import Leg
from comfyrelay.orders import form_of
from comfyrelay.planes import Planes, coded, difference, negative, planes
from comfyrelay.sending import sending

from .. import gizmos
from ..node import GizmoNode
from . import chart

FORMAT = (0, 0, chart.WIDTH, chart.HEIGHT)
HALF = chart.WIDTH // 2
OVERSCAN = (-chart.STEP, 0, chart.WIDTH, chart.HEIGHT)
CODE = 1.0  # of 255: a Write may dither, a host may cut instead of rounding


class Walk:
    """A chart, its mask, and a node below them."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.chart, self.mask = chart.build(), chart.left_half()

    def float_legs(self, workflow: str) -> Iterator[Leg]:
        """With a workflow that leaves a float EXR as it is: every bit."""
        drawn = self._rendered("chart", self.chart)
        yield Leg("chart", _unlike_the_chart(drawn))
        group = self._node(workflow)
        sent = planes(self._exported(group))
        yield Leg("export by the Write inside", _unlike_format(sent, drawn))
        yield from self._straight_legs(group, drawn)
        self.desk.generate_blocking(GizmoNode(group))
        came = planes(_result(group))
        yield Leg("the relay's answer", difference(came, sent, FORMAT))
        read = self._rendered("read", cast("nuke.Node", group.node(gizmos.RESULT)), group)
        yield Leg("the Read inside", difference(read, came, FORMAT))
        yield Leg("Show: result", difference(self._shown(group, "result"), read, FORMAT))
        yield Leg("Show: plate", difference(self._shown(group, "plate"), drawn, OVERSCAN))
        through = self._shown(group, "through mask")
        yield Leg("Keymix: inside the mask", difference(through, read, (0, 0, HALF, chart.HEIGHT)))
        yield Leg("Keymix: outside the mask", _changed_outside(through, drawn))
        cast("Any", group["premultiplied"]).setValue(True)
        shown = self._shown(group, "result")
        yield Leg("the plate's alpha again", difference(shown, _premultiplied(read, drawn), FORMAT))

    def _straight_legs(self, group: nuke.Group, drawn: Planes) -> Iterator[Leg]:
        """Of a premultiplied plate; after it, the node is as before."""
        knob = cast("Any", group["premultiplied"])
        knob.setValue(True)
        straight = planes(self._exported(group))
        knob.setValue(False)
        yield Leg("export of a premultiplied plate", _unlike_straight(straight))
        yield Leg("its alpha", difference(straight, drawn, FORMAT, "A"))

    def code_legs(self, workflow: str) -> Iterator[Leg]:
        """With a workflow that makes a negative of an 8-bit PNG, twice: code values."""
        first = self._node(workflow)
        drawn = self._rendered("chart", self.chart)
        sent = planes(self._exported(first))
        yield Leg("export as PNG", difference(sent, coded(drawn), FORMAT, "RGB", CODE))
        self.desk.generate_blocking(GizmoNode(first))
        came = planes(_result(first))
        yield Leg("the relay's negative", difference(came, negative(sent), FORMAT, "RGB", CODE))
        shown = self._shown(first, "result")
        yield Leg("the Read of a PNG", difference(coded(shown), came, FORMAT, "RGB", 0.5))
        second = self._node(workflow, first)
        self.desk.generate_blocking(GizmoNode(second))
        again = planes(_result(second))
        yield Leg("a negative of the negative", difference(again, sent, FORMAT, "RGB", 3 * CODE))

    def _node(self, workflow: str, plate: nuke.Node | None = None) -> nuke.Group:
        for node in nuke.selectedNodes():
            cast("Any", node).setSelected(False)
        group = cast("nuke.Group", nuke.createNode("ComfyRelay", inpanel=False))
        group.setInput(0, plate or self.chart)
        group.setInput(1, self.mask)
        self.desk.choose_blocking(GizmoNode(group), workflow)
        return group

    def _exported(self, group: nuke.Group) -> Path:
        """What Generate will send for the plate."""
        node = GizmoNode(group)
        form = form_of(state.read(node))
        wanted = next(each for each in form.inputs if each.kind == "image")
        how = sending(form, wanted, node.option(options.DEPTH) or "32f")
        path = self.folder / f"{group.name()}-export{how.suffix}"
        return node.export(Export(wanted, int(nuke.frame()), path, how))

    def _shown(self, group: nuke.Group, show: str) -> Planes:
        cast("Any", group["show"]).setValue(show)
        return self._rendered(f"{group.name()}-{show.replace(' ', '-')}", group)

    def _rendered(self, name: str, node: nuke.Node, inside: nuke.Group | None = None) -> Planes:
        """By a Write of our own, as raw float."""
        path = self.folder / f"{name}.exr"
        with inside or nuke.root():
            write = cast("Any", nuke.nodes).Write(file=path.as_posix(), file_type="exr")
            write.setInput(0, node)
            told = {"channels": "rgba", "datatype": "32 bit float", "raw": True}
            for knob, value in told.items():
                write[knob].setValue(value)
            try:
                nuke.execute(write, nuke.frame(), nuke.frame())
            finally:
                nuke.delete(write)
        return planes(path)


def _result(group: nuke.Group) -> Path:
    return Path(str(cast("Any", group.node(gizmos.RESULT))["file"].value()))


def _unlike_the_chart(drawn: Planes) -> str:
    """Whether Nuke's nodes draw what we think: the middle of each patch, to the last bit of 24."""
    for patch in chart.patches():
        x, y, right, top = patch.box
        for channel, wanted in (("R", patch.value), ("B", patch.value), ("A", patch.alpha)):
            found = drawn.at(channel, (x + right) // 2, (y + top) // 2)
            if abs(found - wanted) > 1e-7 * abs(wanted):
                return f"{patch.name}: {channel} is {found:.9g} instead of {wanted:.9g}"
    return "" if drawn.box == OVERSCAN else f"its bounding box is {drawn.box}, not {OVERSCAN}"


def _unlike_straight(sent: Planes) -> str:
    """Along the edge the colour is one and the same; where alpha is 0 nothing is known."""
    for patch in chart.patches():
        found = sent.at("G", patch.box[0], patch.box[1])
        if 0 < patch.alpha < 1 and abs(found - 0.5) > 1e-6:  # noqa: PLR2004
            return f"{patch.name}: G is {found:.9g} instead of 0.5"
    return ""


def _unlike_format(sent: Planes, drawn: Planes) -> str:
    if (sent.box, sent.size) != (FORMAT, FORMAT[2:]):
        return f"it has the box {sent.box} in a format of {sent.size}"
    return difference(sent, drawn, FORMAT)


def _changed_outside(through: Planes, drawn: Planes) -> str:
    right = difference(through, drawn, (HALF, 0, chart.WIDTH, chart.HEIGHT))
    return right or difference(through, drawn, (OVERSCAN[0], 0, 0, chart.HEIGHT))


def _premultiplied(colour: Planes, plate: Planes) -> Planes:
    """By the plate's alpha, which is there in the whole format."""
    alpha = [
        array("f", (plate.at("A", x, colour.height - 1 - y) for x in range(colour.width)))
        for y in range(colour.height)
    ]
    rows = {
        name: tuple(array("f", map(mul, line, by)) for line, by in zip(lines, alpha))
        for name, lines in colour.rows.items()
    }
    return replace(colour, rows={**rows, "A": tuple(alpha)})
