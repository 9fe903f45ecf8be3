"""An optional input that a job does not bring: its loader goes, where that can be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relay_server.models.forms import FormInput
from relay_server.workflows.guard import Graph, is_link
from relay_server.workflows.object_info import ObjectInfo


def without(graph: Mapping[str, Any], each: FormInput, info: ObjectInfo) -> Graph:
    """The graph without the input's loaders; as it was if something needs what they load."""
    if not can_do_without(graph, each, info):
        return dict(graph)
    gone = {target.node for target in each.targets}
    return {
        node: {**spec, "inputs": _unlinked(spec["inputs"], gone)}
        for node, spec in graph.items()
        if node not in gone
    }


def can_do_without(graph: Mapping[str, Any], each: FormInput, info: ObjectInfo) -> bool:
    """Whether only fields that may stay empty take what the input's loaders give."""
    loaders = {target.node for target in each.targets}
    takers = list(_takers(graph, loaders))
    return bool(takers) and all(
        (field := info.field(class_type, name)) is not None and not field.required
        for class_type, name in takers
    )


def _takers(graph: Mapping[str, Any], loaders: set[str]) -> Iterator[tuple[str, str]]:
    """(class, field) of everything that is linked to them."""
    for spec in graph.values():
        for name, value in spec["inputs"].items():
            if is_link(value) and value[0] in loaders:
                yield spec["class_type"], name


def _unlinked(inputs: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
    return {
        name: value for name, value in inputs.items() if not (is_link(value) and value[0] in gone)
    }
