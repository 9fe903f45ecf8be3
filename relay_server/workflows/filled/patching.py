"""From a graph, values and files to the graph of one job. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form, FormInput, InputKind, ParamType, Target
from relay_server.models.jobs import Patch
from relay_server.workflows.exr_loaders import takes_exr
from relay_server.workflows.filled.frames import with_frames
from relay_server.workflows.filled.loras import with_loras
from relay_server.workflows.filled.optional import without
from relay_server.workflows.filled.references import Reference
from relay_server.workflows.filled.values import did_you_mean
from relay_server.workflows.guard import Graph, is_link, title_of, unwrapped
from relay_server.workflows.object_info import ObjectInfo


def patched(
    graph: Mapping[str, Any],
    form: Form,
    values: Mapping[str, Any],
    assets: Mapping[str, Sequence[str]],
    patches: Iterable[Patch],
    info: ObjectInfo | None = None,
) -> Graph:
    """A copy with params and inputs set by the form, and the patches set over them.

    `assets` holds ids of assets by input id: one, or one for each frame. The loader of an optional
    input that is not given goes where only fields that may stay empty take from it; else it keeps
    the author's file. `info` is what hosts say of their classes;
    None if no host was ever seen. Raises `invalid_patch`.
    """
    changed: Graph = copy.deepcopy(dict(graph))
    given = [param for param in form.params if param.id in values]
    chains = [param for param in given if param.type is ParamType.LORAS]
    for param in given:
        if param not in chains:
            _set_all(changed, param.targets, values[param.id])
    for param in chains:
        nodes = [target.node for target in param.targets]
        changed = with_loras(changed, nodes, values[param.id], info)
    for each in form.inputs:
        if each.id in assets:
            changed = _with_files(changed, each, assets[each.id])
        elif info is not None and not each.required:
            changed = without(changed, each, info)
    for patch in patches:
        node = _addressed(changed, patch)
        _check_field(changed[node], patch, info)
        _check_value(patch)
        changed[node] = _with(changed[node], patch.field, patch.value)
    return changed


def _set_all(graph: Graph, targets: Iterable[Target], value: Any) -> None:
    for target in targets:
        graph[target.node] = _with(graph[target.node], target.field, value)


def _with(spec: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    return {**spec, "inputs": {**spec["inputs"], field: value}}


def _with_files(graph: Graph, each: FormInput, assets: Sequence[str]) -> Graph:
    for target in each.targets:
        is_mask = each.kind is InputKind.MASK and not takes_exr(graph[target.node])
        files = [Reference(asset, is_mask).json for asset in assets]
        graph = with_frames(graph, target, files, each.kind)
    return graph


def _addressed(graph: Graph, patch: Patch) -> str:
    """The one node that a patch means."""
    if (patch.node is None) == (patch.title is None):
        raise _refused("a patch names its node by `node` or by `title`, one of the two")
    if patch.node is not None:
        named = [patch.node] if patch.node in graph else []
        shown = f"id {patch.node[:80]!r}"
    else:
        named = [node for node, spec in graph.items() if title_of(spec) == patch.title]
        shown = f"title {str(patch.title)[:80]!r}"
    found = [node for node in named if patch.class_type in (None, graph[node]["class_type"])]
    if not named:
        raise _refused(f"the workflow has no node with the {shown}")
    if not found:
        has = graph[named[0]]["class_type"]
        wanted = str(patch.class_type)[:80]
        raise _refused(f"the node with the {shown} is a {has}, not a {wanted}")
    if len(found) > 1:
        ids = ", ".join(found[:10])
        raise _refused(f"{len(found)} nodes have the {shown}: {ids}; name one by its id")
    if is_link(graph[found[0]]["inputs"].get(patch.field)):
        raise _refused(f"the field {patch.field[:80]!r} of the node with the {shown} is linked")
    return found[0]


def _check_value(patch: Patch) -> None:
    if is_link(unwrapped(patch.value)):
        raise _refused(f"the value for the field {patch.field[:80]!r} is a link; give a value")


def _check_field(spec: Mapping[str, Any], patch: Patch, info: ObjectInfo | None) -> None:
    """ComfyUI passes over a field that the class does not have, and so over a typo. Classes that
    make up their fields have at least those that the author saved."""
    about = info.get(spec["class_type"]) if info else None
    if about is None or patch.field in about.fields or patch.field in spec["inputs"]:
        return
    near = did_you_mean(patch.field, about.fields)
    raise _refused(f"a {about.name} has no field {patch.field[:80]!r}{near}")


def _refused(reason: str) -> Unprocessable:
    return Unprocessable("invalid_patch", f"The patch does not fit: {reason}.")
