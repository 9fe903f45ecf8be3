"""Where a node of a UI workflow stands: in the root, or in one instance of a subgraph. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from relay_server.models.workflows import Problem
from relay_server.workflows.problems import Unreadable, cut, problem
from relay_server.workflows.saved.positions import Misfit
from relay_server.workflows.saved.promoted import Promoted, promoted_values, proxied
from relay_server.workflows.saved.ui_graph import BYPASS, NEVER, Scope, UiNode, UiWorkflow

DEEPEST = 50  # subgraphs in subgraphs


@dataclass(frozen=True, eq=False)
class Place:
    """The root, or a subgraph under one of the nodes that use it."""

    scope: Scope
    path: tuple[str, ...] = ()  # ids of the subgraph nodes down to here
    host: UiNode | None = None  # the node that stands for the subgraph outside
    parent: Place | None = None
    off: bool = False  # muted or bypassed, here or further out
    promoted: Promoted = field(default_factory=Promoted)

    def id_of(self, node: UiNode) -> str:
        """The node's id in the API format: `57:3` is node 3 in the subgraph of node 57."""
        return ":".join([*self.path, node.id])

    @cached_property
    def proxied(self) -> tuple[tuple[str, str], ...]:
        """What the subgraph's node shows of the widgets in here: (inner node, widget)."""
        return tuple(dict.fromkeys(proxied(self.host))) if self.host else ()

    @cached_property
    def shown(self) -> frozenset[tuple[str, str]]:
        """The same, to ask for one."""
        return frozenset(self.proxied)

    @cached_property
    def inner(self) -> dict[str, Place]:
        """The places of the subgraphs in here, by the id of their node."""
        return {}


def placed(workflow: UiWorkflow, max_nodes: int) -> list[Place]:
    """The root and every instance of a subgraph, outer ones first.

    Raises Unreadable if subgraphs contain themselves, or there are more than `max_nodes` nodes.
    """
    problems: list[Problem] = []
    found: list[Place] = []
    waiting = deque([(Place(workflow.root), frozenset[str]())])
    nodes = 0
    while waiting:
        place, inside = waiting.popleft()
        found.append(place)
        nodes += len(place.scope.nodes)
        if nodes > max_nodes or len(place.path) > DEEPEST:
            over = (
                f"The workflow has over {max_nodes} nodes, subgraphs included, or {DEEPEST}"
                " subgraphs in one another; that is the limit."
            )
            raise Unreadable([problem("too_many_nodes", over)])
        for node in _subgraph_nodes(workflow, place):
            if node.type in inside:
                problems.append(
                    problem(
                        "recursive_subgraph", "the subgraph contains itself.",
                        node=place.id_of(node), title=node.title,
                    )
                )  # fmt: skip
                continue
            inner = _entered(workflow, place, node, problems)
            place.inner[node.id] = inner
            waiting.append((inner, inside | {node.type}))
    if problems:
        raise Unreadable(problems)
    return found


def _subgraph_nodes(workflow: UiWorkflow, place: Place) -> Iterator[UiNode]:
    return (node for node in place.scope.nodes.values() if node.type in workflow.definitions)


def _entered(workflow: UiWorkflow, place: Place, node: UiNode, problems: list[Problem]) -> Place:
    scope = workflow.definitions[node.type]
    off = place.off or node.mode in (NEVER, BYPASS)
    promoted = Promoted()
    try:
        promoted = promoted_values(node, scope)
    except Misfit as misfit:
        if not off:
            problems.append(
                problem(
                    "widget_values", f"{misfit}. Open and save the workflow in a newer ComfyUI.",
                    node=place.id_of(node), title=node.title or cut(scope.name),
                )
            )  # fmt: skip
    return Place(scope, (*place.path, node.id), node, place, off, promoted)
