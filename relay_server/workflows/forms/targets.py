"""Which fields of a graph a form file means. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from relay_server.models.forms import Target
from relay_server.models.workflows import Problem
from relay_server.workflows.filled.values import did_you_mean
from relay_server.workflows.forms.file import FileOutput, FileTarget
from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.slugs import node_order
from relay_server.workflows.problems import Unreadable, cut, problem


def meant(graph: FormGraph, target: FileTarget, where: str, *, lora: bool) -> list[Target]:
    """The fields; several where a widget of a subgraph's node is meant. Of a place for LoRAs only
    the node counts. Raises Unreadable with the one problem."""
    promoted = graph.read.promoted.get((target.node or "", target.field or ""))
    if promoted:
        return list(promoted)
    node = _node(graph, target, where)
    if lora:
        return [Target(node=node, field=target.field or "lora_name")]
    name = target.field or _file_field(graph, node)
    if name is None:
        raise _wrong("no_such_field", where, "the target needs a `field`", node)
    _check_field(graph, node, name, where)
    return [Target(node=node, field=name)]


def check_free(graph: FormGraph, target: Target, where: str) -> None:
    """Raises Unreadable if another node gives the field its value."""
    if source := graph.source(target.node, target.field):
        raise _wrong(
            "linked_field", where,
            f"the field {cut(target.field)!r} of node {cut(target.node)} is linked to node"
            f" {cut(source[0])}. Set a field of that node, or take the link out",
            target.node, target.field,
        )  # fmt: skip


def output_node(graph: FormGraph, output: FileOutput, where: str) -> str:
    """Raises Unreadable if there is no such node, or it gives nothing."""
    node = _node(graph, FileTarget(node=output.node, title=output.title), where)
    known = graph.known(node)
    if known and not known.is_output:
        near = ", ".join(graph.outputs[:5]) or "none"
        raise _wrong(
            "no_such_output", where,
            f"node {cut(node)} ({cut(known.name)}) gives no output; output nodes are: {near}", node,
        )  # fmt: skip
    return node


def _file_field(graph: FormGraph, node: str) -> str | None:
    known = graph.known(node)
    return next((each.name for each in known.widgets if each.upload), None) if known else None


def _node(graph: FormGraph, target: FileTarget, where: str) -> str:
    if (target.node is None) == (target.title is None):
        raise _wrong("bad_target", where, "name the node by `node` or by `title`, one of the two")
    if target.node is not None:
        found, shown = [target.node] if target.node in graph else [], f"node {cut(target.node)!r}"
    else:
        found = [each for each in graph.graph if graph.title(each) == target.title]
        shown = f"node with the title {cut(target.title)!r}"
    if not found:
        named = graph.graph if target.node is not None else _titles(graph)
        near = did_you_mean(target.node or target.title or "", named)
        raise _wrong("no_such_node", where, f"the workflow has no {shown}{near}")
    return _of_class(graph, sorted(found, key=node_order), target.class_type, where, shown)


def _titles(graph: FormGraph) -> Iterable[str]:
    return dict.fromkeys(graph.title(each) for each in graph.graph)


def _of_class(
    graph: FormGraph, nodes: list[str], class_type: str | None, where: str, shown: str
) -> str:
    found = [each for each in nodes if class_type in (None, graph.class_of(each))]
    if not found:
        has = cut(graph.class_of(nodes[0]))
        reason = f"the {shown} is a {has}, not a {cut(class_type)}"
        raise _wrong("wrong_class", where, reason, nodes[0])
    if len(found) > 1:
        reason = f"there are {len(found)} of a {shown}: {', '.join(map(cut, found[:5]))}"
        raise _wrong("ambiguous_node", where, f"{reason}. Name it by its id")
    return found[0]


def _check_field(graph: FormGraph, node: str, name: str, where: str) -> None:
    if graph.field(node, name) is not None or name in graph.graph[node]["inputs"]:
        return
    known = graph.known(node)
    names = [*graph.graph[node]["inputs"], *(known.fields if known else ())]
    class_type = cut(graph.class_of(node))
    raise _wrong(
        "no_such_field", where,
        f"node {cut(node)} ({class_type}) has no field {cut(name)!r}{did_you_mean(name, names)}",
        node, name,
    )  # fmt: skip


def _wrong(
    code: str, where: str, reason: str, node: str | None = None, field: str | None = None
) -> Unreadable:
    return Unreadable([wrong(code, where, reason, node, field)])


def wrong(
    code: str, where: str, reason: str, node: str | None = None, field: str | None = None
) -> Problem:
    """What is wrong with one entry of a form file."""
    end = "" if reason.endswith("?") else "."
    found = problem(code, f"The form file, {where}: {reason}{end}")
    return found.model_copy(update={"node": node, "field": field})
