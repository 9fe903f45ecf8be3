"""Nodes come and go: made with their contents, deleted with what hangs on them."""

from __future__ import annotations

from typing import Any

from . import contents, kinds, scene_data
from .errors import OperationFailed
from .parm_sets import ParmSet, place_spare, spare_places
from .session import breach
from .types import components


class Population:
    def __init__(self, app: Any) -> None:
        self.app = app

    def create(self, parent: Any, node_type: Any, name: str | None, run_scripts: bool) -> Any:
        """A new node, with OnCreated."""
        if name is None:
            name = parent._free_name(components(node_type._text)[1])
        elif parent._child(name) is not None:
            name = parent._free_name(name)
        node = self.add(parent, node_type, name)
        self.fill(node)
        self.app.changes.record(f"create {node._path()}", lambda: self.destroy(node))
        parent._told("ChildCreated", child_node=node)
        if run_scripts:
            self.app.callbacks.section(node, "OnCreated")
        return node

    def add(self, parent: Any, node_type: Any, name: str) -> Any:
        """A node with nothing inside, and without any event."""
        node = kinds.class_of(node_type)(self.app, parent, name, node_type)
        parent._children.append(node)
        return node

    def fill(self, node: Any) -> None:
        """What the asset's definition has inside."""
        definition = node._type._definition
        if definition is None:
            return
        for child in node._children:
            child._alive = False
        node._children = []
        with self.app.while_loading():
            made = {text.name: self._inner(node, text) for text in definition._network}
            for text in definition._network:
                for index, (source, output) in text.wires.items():
                    made[text.name]._wires[index] = _source(node, made, source, output)

    def _inner(self, asset: Any, text: contents.NodeText) -> Any:
        node_type = self.app.types.find(asset._type._child, text.type, True)
        node = self.add(asset, node_type, text.name)
        node._xy, node._own_inputs, node._own_outputs = text.position, text.inputs, text.outputs
        node._user_data = dict(text.user_data)
        node._flags = {name.capitalize() for name in text.flags}
        self.fill(node)
        for line in text.parms:
            self._read_parm(node, line, text.expressions)
        return node

    def _read_parm(self, node: Any, line: contents.ParmLine, expressions: Any) -> None:
        found = node._parm_set.tuples.get(line.name)
        parms = found._parms if found is not None else [node._parms.get(line.name)]
        if parms[0] is None or len(parms) != len(line.values):
            self.app.load_errors.append(
                f"{node._path()}: no parm {line.name!r} of {node._type._text}"
            )
            return
        for parm, (text, channel) in zip(parms, line.values):
            parm._raw = _typed(parm, text)
            if channel in expressions:
                parm._curve.expression = expressions[channel]
        if found is not None and found._is_multiparm():
            node._parm_set.grow(found)

    def destroy(self, node: Any) -> None:
        """After BeingDeleted and OnDeleted, which still see it whole."""
        if node is self.app.root or node._type._category._text == "Manager":
            raise OperationFailed(f"{node._path()} cannot be deleted")
        if self.app.callbacks.asking(node):
            raise breach(RuntimeError(f"{node._path()} was deleted inside its own callback"))
        self.farewell(node)
        for downstream, index in node._downstream():
            before = downstream._wires[index]
            downstream._connect(index, None)
            self.app.changes.wire(downstream, index, before)
        node._parent._children.remove(node)
        for gone in (node, *node._all_below()):
            gone._alive = False
        self.app.changes.record(f"delete {node._text}", None)

    def farewell(self, node: Any) -> None:
        """The events of a deletion, those of the nodes inside first."""
        for inside in reversed(node._all_below()):
            inside._told("BeingDeleted")
            self.app.callbacks.section(inside, "OnDeleted")
        if node._parent is not None:
            node._parent._told("ChildDeleted", child_node=node)
        node._told("BeingDeleted")
        self.app.callbacks.section(node, "OnDeleted")

    def copy(self, nodes: Any, network: Any) -> list[Any]:
        """Copies with all that the nodes keep, user data too. OnLoaded runs for them, not
        OnCreated, and no file is loading then."""
        network._refuse_write(f"nodes were pasted in {network._path()}", inside=True)
        with self.app.while_loading():
            made = scene_data.add_children(network, [scene_data.of_node(node) for node in nodes])
        self.app.changes.record("paste", None)
        for node in made:
            network._told("ChildCreated", child_node=node)
            self.app.callbacks.section(node, "OnLoaded")
        return made

    def updated(self, before: Any, after: Any) -> None:
        """Instances of a type take its new definition; their values and spare parms stay."""
        for node in [n for n in self.app.root._all_below() if n._type is before]:
            node._type = after
            self.renew_parms(node)
            if not node._unlocked:
                self.fill(node)
            node._told("ParmTupleChanged", parm_tuple=None)
            self.app.callbacks.section(node, "OnUpdated")

    def renew_parms(self, node: Any) -> None:
        """The parms of the definition as it is now, with the values of those before."""
        before = node._parm_set
        node._parm_set = ParmSet(node, node._type._script.entries)
        place_spare(node._parm_set, spare_places(before))
        for name, parm in before.parms.items():
            parm._tuple._attached = False
            if name in node._parms and parm._template._data == node._parms[name]._template._data:
                node._parms[name]._restore(parm._state())


def _source(asset: Any, made: dict[str, Any], source: str, output: int) -> tuple[Any, int]:
    if source.startswith("("):
        return kinds.IndirectInput(asset, int(source[1:-1])), 0
    return made[source], output


def _typed(parm: Any, text: str) -> Any:
    """A value as the contents have it."""
    template = parm._template
    if template._data == "String":
        return text
    if text in template._items:
        return template._items.index(text)
    if text in ("on", "off"):
        return int(text == "on")
    return float(text) if template._data == "Float" else int(float(text))
