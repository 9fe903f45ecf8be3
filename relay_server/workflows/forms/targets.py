"""Which fields of a graph a form file means. Pure."""

from __future__ import annotations

from relay_server.models.forms import Target
from relay_server.models.workflows import Problem
from relay_server.workflows.filled.values import did_you_mean
from relay_server.workflows.forms.file import FileOutput, FileTarget
from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.sentences import sentence
from relay_server.workflows.forms.slugs import node_order
from relay_server.workflows.problems import Unreadable, cut, problem
from relay_server.workflows.saved.wires import PRIMITIVE

VALUE = "value"


def meant(graph: FormGraph, target: FileTarget, where: str, *, lora: bool) -> list[Target]:
    """The fields; several where a widget of a subgraph's node, or a primitive of the page, is
    meant. Of a place for LoRAs only the node counts. Raises Unreadable with the one problem."""
    promoted = graph.read.promoted.get((target.node or "", target.field or ""))
    if promoted:
        return list(promoted)
    node = _node(graph, target, where)
    if node not in graph:
        return _of_primitive(graph, node, target, where)
    if lora:
        return [Target(node=node, field=target.field or "lora_name")]
    name = target.field or _file_field(graph, node) or graph.held_value(node)
    if name is None:
        raise _wrong("no_such_field", where, "the target needs a `field`", node)
    _check_field(graph, node, name, where)
    return [Target(node=node, field=name)]


def _of_primitive(graph: FormGraph, node: str, target: FileTarget, where: str) -> list[Target]:
    if target.field not in (None, VALUE):
        reason = f"the primitive {cut(node)} has one field, {VALUE!r}, and no {cut(target.field)!r}"
        raise _wrong("no_such_field", where, reason, node, target.field)
    return [each for each in graph.primitives[node].targets if each.node in graph]


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
    if node not in graph or (known and not known.is_output):
        near = ", ".join(graph.outputs[:5]) or "none"
        shown = f"node {cut(node)} ({cut(_class_of(graph, node))})"
        reason = f"{shown} gives no output; output nodes are: {near}"
        raise _wrong("no_such_output", where, reason, node)
    return node


def _file_field(graph: FormGraph, node: str) -> str | None:
    known = graph.known(node)
    return next((each.name for each in known.widgets if each.upload), None) if known else None


def _node(graph: FormGraph, target: FileTarget, where: str) -> str:
    if (target.node is None) == (target.title is None):
        raise _wrong("bad_target", where, "name the node by `node` or by `title`, one of the two")
    if target.node is not None:
        is_there = target.node in graph or target.node in graph.primitives
        found, shown = [target.node] if is_there else [], f"node {cut(target.node)!r}"
    else:
        found = _titled(graph, target.title or "")
        shown = f"node with the title {cut(target.title)!r}"
    if not found:
        reason = f"the workflow has no {shown}{_instead(graph, target)}"
        raise _wrong("no_such_node", where, reason)
    return _of_class(graph, sorted(found, key=node_order), target.class_type, where, shown)


def _titled(graph: FormGraph, title: str) -> list[str]:
    """Whose title it is; else who has it but for the group and `(optional)`."""
    return graph.by_title.get(title) or graph.by_label.get(title, [])


def _instead(graph: FormGraph, target: FileTarget) -> str:
    """A title in the place of an id, an id in that of a title, or something like it."""
    if target.title is None:
        by_title = _titled(graph, target.node or "")
        near = did_you_mean(target.node or "", [*graph.graph, *graph.primitives])
        return f", but node {cut(by_title[0])} has that title: use `title`" if by_title else near
    if target.title in graph or target.title in graph.primitives:
        return f", but node {cut(target.title)} is there: use `node`"
    return did_you_mean(target.title, graph.by_title)


def _class_of(graph: FormGraph, node: str) -> str:
    return graph.class_of(node) if node in graph else PRIMITIVE


def _of_class(
    graph: FormGraph, nodes: list[str], class_type: str | None, where: str, shown: str
) -> str:
    found = [each for each in nodes if class_type in (None, _class_of(graph, each))]
    if not found:
        has = cut(_class_of(graph, nodes[0]))
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
    found = problem(code, sentence(f"The form file, {where}: {reason}"))
    return found.model_copy(update={"node": node, "field": field})
