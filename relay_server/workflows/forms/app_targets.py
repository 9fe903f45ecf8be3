"""Which nodes and fields an entry of App mode means. Pure.

Files that ComfyUI's page wrote name a node inside a subgraph by its own id, without the path to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relay_server.models.forms import Target
from relay_server.workflows.forms.graph import FormGraph

VALUE = "value"


@dataclass(frozen=True)
class Meant:
    """What was found."""

    node: str  # as the author saw it: a subgraph's node, where its widget was chosen
    field: str
    targets: tuple[Target, ...]
    is_long: bool  # it was written `graph:node:field`


def field_meant(graph: FormGraph, node: str, field: str) -> Meant | None:
    """What an author's choice sets in the graph; None if there is no such thing."""
    for nodes in _nodes(graph, node):
        if targets := _targets(graph, nodes, field):
            return Meant(nodes[0], field, targets, is_long=False)
    path, colon, name = node.rpartition(":")
    for nodes in _of_long(graph, path) if colon else ():
        if targets := _targets(graph, nodes, name):
            return Meant(nodes[0], name, targets, is_long=True)
    return None


def outputs_meant(graph: FormGraph, node: str) -> list[str]:
    """The output nodes that an id means: one, or all inside a subgraph's node."""
    for nodes in (*_nodes(graph, node), *_of_long(graph, node)):
        inside = tuple(f"{each}:" for each in nodes)
        if found := [each for each in graph.outputs if each in nodes or each.startswith(inside)]:
            return found
    return []


def _nodes(graph: FormGraph, node: str) -> Iterator[list[str]]:
    """The node of that id, or those inside subgraphs that have it there."""
    yield [node]
    if ":" not in node and (inside := _inside(graph, node)):
        yield inside


def _inside(graph: FormGraph, node: str) -> list[str]:
    """All instances of one node of one subgraph; empty if several subgraphs have such a node."""
    paths = {each.rpartition(":")[0] for each in graph.by_last_part.get(node, ())}
    if len(paths) > 1 and not any(paths <= {*each} for each in graph.read.definitions.values()):
        return []
    return [f"{path}:{node}" for path in sorted(paths)]


def _of_long(graph: FormGraph, path: str) -> Iterator[list[str]]:
    """The nodes that `graph:node` may mean, the likelier reading first."""
    graph_id, colon, inner = path.partition(":")
    if not colon:
        yield from _nodes(graph, path)
    elif instances := graph.read.definitions.get(graph_id):
        yield [f"{instance}:{inner}" for instance in instances]
    else:
        yield from _nodes(graph, inner)  # the root's own id is not known: any other is taken for it
        yield [path]


def _targets(graph: FormGraph, nodes: list[str], field: str) -> tuple[Target, ...]:
    found = [target for node in nodes for target in _of_node(graph, node, field)]
    return tuple(dict.fromkeys(found))


def _of_node(graph: FormGraph, node: str, field: str) -> tuple[Target, ...]:
    promoted = graph.read.promoted
    if node not in graph:
        # A primitive of the page is its one value, whatever its widget is called.
        found = promoted.get((node, field)) or promoted.get((node, VALUE), ())
        return tuple(each for each in found if each.node in graph)
    known = graph.field(node, field) is not None or graph.value(node, field) is not None
    return (Target(node=node, field=field),) if known else ()
