"""A node as plain data and back: for scene files and for copies. Not Houdini's own format."""

from __future__ import annotations

from typing import Any

from . import menu_templates, number_templates, parm_groups, plain_templates
from .parm_sets import place_spare, spare_places

Data = dict[str, Any]
_TEMPLATES = {
    name: made
    for source in (menu_templates, number_templates, parm_groups, plain_templates)
    for name, made in vars(source).items()
    if name.endswith("Template")
}


def of_node(node: Any) -> Data:
    """Contents of a locked asset are its definition's, and are not in it."""
    return {
        "name": node._text,
        "type": node._type._text,
        "place": list(node._xy),
        "colour": list(node._color),
        "comment": node._remark,
        "flags": sorted(node._flags),
        "user_data": dict(node._user_data),
        "unlocked": node._unlocked,
        "hidden": [t._text for t in node._parm_set.group.entriesWithoutFolders() if t._hidden],
        "spare": [[_of_template(t), folder] for t, folder in spare_places(node._parm_set)],
        "parms": {parm._text: _of_parm(parm) for parm in node._parms.values()},
        "wires": {str(index): [w[0]._text, w[1]] for index, w in node._wires.items()},
        "children": [] if node._is_locked() else [of_node(child) for child in node._children],
    }


def _of_parm(parm: Any) -> Data:
    return {
        "value": parm._raw,
        "expression": parm._curve.expression,
        "keys": sorted(parm._curve.keys.items()),
        "locked": parm._locked,
    }


def _of_template(template: Any) -> Data:
    said = dict(vars(template))
    said["_expressions"] = list(template._expressions.items())
    if "_entries" in said:
        said["_entries"] = [_of_template(inside) for inside in said["_entries"]]
    return {"class": type(template).__name__, **said}


def _template(data: Data) -> Any:
    said = dict(data)
    made = object.__new__(_TEMPLATES[said.pop("class")])
    said["_expressions"] = {index: tuple(code) for index, code in said["_expressions"]}
    if "_entries" in said:
        said["_entries"] = [_template(inside) for inside in said["_entries"]]
    vars(made).update(said)
    return made


def add_children(parent: Any, found: list[Data]) -> list[Any]:
    """Nodes of the data in a network, wired among themselves. No events."""
    pairs = [(data, node) for data in found if (node := _added(parent, data)) is not None]
    by_name = {data["name"]: node for data, node in pairs}
    for data, node in pairs:
        fill(node, data)
        for index, (source, output) in data["wires"].items():
            if source in by_name:
                node._wires[int(index)] = (by_name[source], output)
    return [node for _data, node in pairs]


def _added(parent: Any, data: Data) -> Any:
    """The bare node; None, and told, if its type is not installed."""
    app, name = parent._app, data["name"]
    node_type = app.types.categories[parent._type._child]._types.get(data["type"])
    if node_type is None:
        app.hip.warnings.append(f"{parent._path()}/{name}: unknown node type {data['type']}")
        return None
    free = name if parent._child(name) is None else parent._free_name(name)
    return app.population.add(parent, node_type, free)


def fill(node: Any, data: Data) -> None:
    """What the data say of a node that stands. Values of parms that it has no more are told."""
    node._xy, node._color = tuple(data["place"]), tuple(data["colour"])
    node._remark, node._flags = data["comment"], set(data["flags"])
    node._user_data, node._unlocked = dict(data["user_data"]), data["unlocked"]
    place_spare(node._parm_set, [(_template(t), folder) for t, folder in data["spare"]])
    _read_parms(node, data["parms"])
    if node._is_locked():
        node._app.population.fill(node)
    else:
        add_children(node, data["children"])


def _read_parms(node: Any, found: dict[str, Data]) -> None:
    for name, said in found.items():
        parm = node._parms.get(name)
        if parm is None:
            node._app.hip.warnings.append(f"{node._path()}: unknown parameter {name}")
            continue
        if isinstance(said["value"], str) != (parm._template._data == "String"):
            node._app.hip.warnings.append(f"{node._path()}: {name} is of another type now")
            continue
        parm._raw, parm._locked = said["value"], said["locked"]
        parm._curve.expression = tuple(said["expression"]) if said["expression"] else None
        parm._curve.keys = dict(said["keys"])
        if parm._tuple._is_multiparm():
            node._parm_set.grow(parm._tuple)
