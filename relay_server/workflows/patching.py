"""From a graph, values and files to the graph of one job. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form, Target
from relay_server.models.jobs import Patch
from relay_server.workflows.guard import Graph, is_link


def asset_reference(asset_id: str) -> dict[str, Any]:
    """What stands in a graph for a file: the contract's `core/ASSET` object."""
    return {"__type": "core/ASSET", "info": {"id": asset_id}}


def patched(
    graph: Mapping[str, Any],
    form: Form,
    values: Mapping[str, Any],
    assets: Mapping[str, str],
    patches: Iterable[Patch],
) -> Graph:
    """A copy with params and inputs set by the form, and the patches set over them.

    `assets` holds the id of an asset by input id. An optional input that is not given leaves the
    graph as its author saved it. Raises `invalid_patch`.
    """
    changed: Graph = copy.deepcopy(dict(graph))
    for param in form.params:
        if param.id in values:
            _set_all(changed, param.targets, values[param.id])
    for each in form.inputs:
        if each.id in assets:
            _set_all(changed, each.targets, asset_reference(assets[each.id]))
    for patch in patches:
        node = _addressed(changed, patch)
        changed[node]["inputs"][patch.field] = patch.value
    return changed


def _set_all(graph: Graph, targets: Iterable[Target], value: Any) -> None:
    for target in targets:
        graph[target.node]["inputs"][target.field] = value


def _addressed(graph: Graph, patch: Patch) -> str:
    """The one node that a patch means."""
    if (patch.node is None) == (patch.title is None):
        raise _refused("a patch names its node by `node` or by `title`, one of the two")
    if patch.node is not None:
        named = [patch.node] if patch.node in graph else []
        shown = f"id {patch.node[:80]!r}"
    else:
        named = [node for node, spec in graph.items() if _title(spec) == patch.title]
        shown = f"title {str(patch.title)[:80]!r}"
    found = [node for node in named if patch.class_type in (None, graph[node]["class_type"])]
    if not named:
        raise _refused(f"the workflow has no node with the {shown}")
    if not found:
        has = graph[named[0]]["class_type"]
        wanted = str(patch.class_type)[:80]
        raise _refused(f"the node with the {shown} is a {has}, not a {wanted}")
    if len(found) > 1:
        raise _refused(f"{len(found)} nodes have the {shown}: {', '.join(found)}")
    fields = graph[found[0]]["inputs"]
    if is_link(fields.get(patch.field)):
        raise _refused(f"the field {patch.field[:80]!r} of the node with the {shown} is linked")
    return found[0]


def _title(spec: Mapping[str, Any]) -> Any:
    meta = spec.get("_meta")
    return meta.get("title") if isinstance(meta, dict) else None


def _refused(reason: str) -> Unprocessable:
    return Unprocessable("invalid_patch", f"The patch does not fit: {reason}.")
