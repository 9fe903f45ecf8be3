"""The way of the chart through a node, leg by leg. Main thread; blocks.

A leg is compared with the one before it, so that what is told is where numbers change, and not all
that comes after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import hou

from comfyrelay import options, state
from comfyrelay.dcc import Export
from comfyrelay.desk import Desk
from comfyrelay.developing import developed
from comfyrelay.form import Input
from comfyrelay.form_controls import file_name
from comfyrelay.legs import Leg
from comfyrelay.orders import form_of
from comfyrelay.planes import Planes, coded, difference, negative, planes
from comfyrelay.sending import Sending, sending

from .. import assets, inner
from ..node import HoudiniNode
from . import chart
from .chart import FORMAT

CODE = 1.0  # of 255: a host may cut instead of rounding
RGB = "RGB"


class Walk:
    """A chart, and nodes below it."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        cops = _network("/img", "copnet")
        chart.write(folder / "chart.exr")
        plate = chart.reader(cops, folder / "chart.exr")
        self.cops, self.chart = cops.path(), plate.path()  # the nodes go with their scene
        self.bottom_first = _begins_below(plate)

    def float_legs(self, workflow: str) -> Iterator[Leg]:
        """With a workflow that leaves a float EXR as it is: every bit."""
        drawn = chart.drawn()
        yield Leg("the chart in a file node", self._unlike(self._layer(self.chart), drawn))
        node = self._node(workflow)
        sent = planes(self._exported(node))
        yield Leg("export by the ROP inside", self._unlike(sent, drawn))
        self.desk.generate_blocking(node)
        came = planes(_result(node))
        yield Leg("the relay's answer", self._unlike(came, sent))
        read = self._layer(f"{node.path}/{inner.result_node(1)}")
        yield Leg("the file node inside", self._unlike(read, came))
        yield Leg("Show: result", self._unlike(self._layer(node.path), read))
        _parm(node, "show").set("input")
        yield Leg("Show: what is connected", self._unlike(self._layer(node.path), drawn))
        _parm(node, "show").set("result")
        yield from self._opened_again(node, came)

    def _opened_again(self, node: HoudiniNode, came: Planes) -> Iterator[Leg]:
        """The scene is another one after this."""
        path, before = node.path, _kept(node)
        scene = (self.folder / "acceptance.hip").as_posix()
        hou.hipFile.save(scene)
        hou.hipFile.load(scene, suppress_save_prompt=True, ignore_load_warnings=True)
        again = HoudiniNode(_at(path))
        yield Leg("what a saved scene keeps", _lost(before, _kept(again)))
        yield Leg("its picture", self._unlike(self._layer(path), came))

    def code_legs(self, workflow: str) -> Iterator[Leg]:
        """With a workflow that makes a negative of an 8-bit PNG: code values."""
        node = self._node(workflow)
        sent = planes(self._exported(node))
        wanted = coded(chart.drawn())
        yield Leg("export for 8 bits", difference(sent, wanted, FORMAT, RGB, CODE))
        self.desk.generate_blocking(node)
        came = planes(_result(node))
        yield Leg("the relay's negative", difference(came, negative(sent), FORMAT, RGB, CODE))
        shown = coded(self._layer(node.path))
        yield Leg("the file node of a PNG", difference(shown, came, FORMAT, RGB, CODE / 2))

    def item_legs(self, workflow: str) -> Iterator[Leg]:
        """One work item of the TOP asset, with the same workflow."""
        path = self._exported(self._node(workflow))
        op: Any = _network("/tasks", "topnet").createNode(assets.process().type_name)
        top = HoudiniNode(op)
        self.desk.choose_blocking(top, workflow)
        _parm(top, file_name(_picture(top))).set(path.as_posix())
        op.cookWorkItems(block=True)
        items = op.getPDGNode().workItems
        yield Leg("a work item", wrong := _not_cooked(items))
        if wrong:
            return
        came = planes(Path(items[0].resultData[0].path))
        wanted = negative(planes(path))
        yield Leg("its result", difference(came, wanted, FORMAT, RGB, CODE))

    def _node(self, workflow: str) -> HoudiniNode:
        op = _at(self.cops).createNode(assets.workflow().type_name)
        op.setInput(0, _at(self.chart))
        node = HoudiniNode(op)
        self.desk.choose_blocking(node, workflow)
        return node

    def _exported(self, node: HoudiniNode) -> Path:
        """What Generate will send for the plate."""
        wanted, how = _picture(node), _how(node)
        path = self.folder / f"{node.op.name()}-export{how.suffix}"
        written = node.export(Export(wanted, int(hou.intFrame()), path, how))
        return developed(written, how, False, "alpha", lambda: None)

    def _layer(self, path: str) -> Planes:
        return chart.layer(_at(path), bottom_first=self.bottom_first)

    def _unlike(self, found: Planes, wanted: Planes) -> str:
        if (found.box, found.size) != (FORMAT, FORMAT[2:]):
            return f"it has the box {found.box} in a format of {found.size}"
        return difference(found, wanted, FORMAT)


def _begins_below(node: hou.Node) -> bool:
    """Which order of rows a layer has; the one that was guessed if it is neither."""
    return bool(difference(chart.layer(node, bottom_first=False), chart.drawn(), FORMAT))


def _at(path: str) -> hou.OpNode:
    """Raises ValueError."""
    found = hou.node(path)
    if found is None:
        raise ValueError(f"there is no {path} any more")
    return cast("hou.OpNode", found)


def _parm(node: HoudiniNode, name: str) -> Any:
    return node.op.parm(name)


def _network(at: str, kind: str) -> hou.Node:
    return _at(at).createNode(kind)


def _picture(node: HoudiniNode) -> Input:
    form = form_of(state.read(node))
    return next(each for each in form.inputs if each.kind == "image")


def _how(node: HoudiniNode) -> Sending:
    form, depth = form_of(state.read(node)), node.option(options.DEPTH) or "32f"
    return sending(form, _picture(node), depth)


def _result(node: HoudiniNode) -> Path:
    return Path(_parm(node, inner.file_parm(1)).evalAsString())


def _kept(node: HoudiniNode) -> Mapping[str, str]:
    """What it keeps hidden, and what it shows of that."""
    names = (inner.file_parm(1), "version", "show")
    shown = {name: str(_parm(node, name).evalAsString()) for name in names}
    wired = [each.path() for each in node.op.inputs() if each is not None]
    return {**node.state(), **shown, "inputs": " ".join(wired)}


def _lost(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    for name, was in before.items():
        if after.get(name) != was:
            return f"{name} is {after.get(name, '')!r}, and was {was!r}"
    return ""


def _not_cooked(items: Any) -> str:
    if len(items) != 1:
        return f"there are {len(items)}"
    return "" if items[0].isSuccessful else f"it ended as {items[0].state}"
