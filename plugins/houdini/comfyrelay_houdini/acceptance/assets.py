"""Whether our digital assets are in this Houdini what they were meant to be.

A node of each type is compared with the description that its files were written from: connectors,
parms, and each word of the nodes inside, for Houdini tells nobody of a word that it does not know.
Then it is cooked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import hou

from comfyrelay import controls
from comfyrelay.controls import Rows, Shown
from comfyrelay.form import Form
from comfyrelay.keeping import KEEPS, decoded
from comfyrelay.legs import Leg

from .. import network
from ..assets import ASSETS
from ..definition import Asset
from ..dialog_script import SHOWN
from ..network import Node
from ..published import PUBLISHED, published

HOMES = {
    network.COP: ("/img", "copnet"),
    network.SOP: ("/obj", "geo"),
    network.TOP: ("/tasks", "topnet"),
}


def legs() -> Iterator[Leg]:
    """One for each type."""
    for asset in installed():
        yield Leg(f"the asset {asset.type_name}", "; ".join(examined(asset)))


def installed() -> Iterator[Asset]:
    """What this Houdini has of ours, as it was described."""
    yield from (describe() for describe in ASSETS)
    cops: Any = hou.nodeTypeCategories()[network.COP]
    for name in sorted(cops.nodeTypes()):
        if name.startswith(f"{PUBLISHED}::"):
            made = _made(network.COP, name)
            form = Form.from_text(decoded(made.parm(f"{KEEPS}form").unexpandedString()))
            made.destroy()
            yield published(form)


def examined(asset: Asset) -> Iterator[str]:
    """What is wrong with a node of this type."""
    try:
        node = _made(asset.table, asset.type_name)
    except hou.OperationFailed as error:
        yield f"no node can be made: {error}"
        return
    yield from _connectors(node, asset)
    for name in _names(asset.shown):
        if node.parm(name) is None:
            yield f"there is no parm {name}"
    for inner in asset.nodes:
        child = node.node(inner.name)
        if child is None or child.type().nameComponents()[2] != inner.kind:
            yield f"inside is no {inner.kind} {inner.name}"
        else:
            yield from (f"{inner.name}: {each}" for each in _words(child, inner))
    yield from _cooked(node, asset)
    node.destroy()


def _made(table: str, name: str) -> Any:
    at, kind = HOMES[table]
    home: Any = hou.node(at)
    holder = home.node("acceptance") or home.createNode(kind, "acceptance")
    return holder.createNode(name)


def _connectors(node: Any, asset: Asset) -> Iterator[str]:
    for word, said, found in (
        ("inputs", asset.inputs, node.inputNames()),
        ("outputs", asset.outputs, node.outputNames()),
    ):
        names = [each.name for each in said]
        if said and list(found) != names:
            yield f"its {word} are {', '.join(found)}, not {', '.join(names)}"


def _names(shown: Sequence[Shown]) -> Iterator[str]:
    """Of the parms that a new node has."""
    for each in shown:
        if isinstance(each, controls.Control):
            yield each.name
            if each.kind == controls.TEXT:
                yield f"{each.name}{SHOWN}"
        elif isinstance(each, Rows):
            yield each.name
            rows = range(1, each.count + 1)
            yield from (c.name.replace("#", str(row)) for row in rows for c in each.controls)
        else:
            yield from _names(each.controls)


def _words(child: Any, inner: Node) -> Iterator[str]:
    """Of one node inside: each parm is there, and has the value or the expression."""
    for name, code in inner.follows.items():
        found = _expression(child.parm(name))
        if found != code:
            yield f"{name} follows {found or 'nothing'}, not {code}"
    for name, value in inner.parms.items():
        found = child.parmTuple(name)
        if found is None:
            yield f"there is no parm {name}"
        elif name not in inner.follows and not _is(found, value):
            yield f"{name} is {[parm.rawValue() for parm in found]}, not {value!r}"


def _expression(parm: Any) -> str:
    """Of a parm that has one; else ""."""
    try:
        return "" if parm is None else str(parm.expression())
    except hou.OperationFailed:
        return ""


def _is(found: Any, value: network.Value) -> bool:
    if isinstance(value, str):
        raw = found[0].rawValue()
        return value in (raw, found[0].evalAsString())
    numbers = [float(value)] if isinstance(value, (int, float)) else [float(n) for n in value]
    return [float(parm.eval()) for parm in found] == numbers


def _cooked(node: Any, asset: Asset) -> Iterator[str]:
    """Without a result: what is connected comes through."""
    if asset.table == network.TOP:
        return
    if asset.inputs:
        node.setInput(0, node.parent().createNode("constant"))
    try:
        node.cook(force=True)
    except hou.OperationFailed as error:
        yield f"it does not cook: {error}"
    yield from node.errors()
