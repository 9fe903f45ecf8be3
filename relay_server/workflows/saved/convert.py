"""From ComfyUI's UI format to its API format, as its own page exports it. Pure.

Held against the exports of real pages: see docs/publish-a-workflow.md for what is read and what is
refused. The rules were learnt from ComfyUI's page (its `graphToPrompt`) and from files it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from relay_server.models.workflows import Problem
from relay_server.workflows.guard import Graph, is_link, reached
from relay_server.workflows.object_info import NodeClass, ObjectInfo
from relay_server.workflows.problems import Unreadable, problem
from relay_server.workflows.saved.fitting import draws_words, prompted, wrapped
from relay_server.workflows.saved.page_nodes import completed
from relay_server.workflows.saved.places import Place, placed
from relay_server.workflows.saved.positions import Misfit
from relay_server.workflows.saved.ui_graph import BYPASS, NEVER, UiNode, UiWorkflow
from relay_server.workflows.saved.widgets import saved_values, settable
from relay_server.workflows.saved.wires import (
    VIRTUAL,
    Nothing,
    Source,
    Value,
    Wires,
    inner_value,
)

GROUPS = ("workflow>", "workflow/")
BROADCASTS = ("Anything Everywhere", "Prompts Everywhere", "Seed Everywhere")
ON_PAGE = frozenset({"WEBCAM", "AUDIO_RECORD", "LOAD_3D", "LOAD_3D_ANIMATION"})
"""Types of widgets whose value only the page can make."""


@dataclass
class Converted:
    """A graph in API format."""

    graph: Graph = field(default_factory=dict)
    titled: set[str] = field(default_factory=set)  # ids of nodes whose title the author set
    notes: list[Problem] = field(default_factory=list)


def converted(
    workflow: UiWorkflow, info: ObjectInfo, max_nodes: int
) -> tuple[Converted, list[Place]]:
    """The graph, and the places of its nodes. Raises Unreadable with every problem of every node
    that an output needs; what no output needs is left out with a note."""
    places = placed(workflow, max_nodes)
    work = _Conversion(info)
    for place in places:
        if not place.off:
            for node in place.scope.nodes.values():
                work.add(place, node)
    return work.finished(), places


class _Conversion:
    """The graph as it grows, and what was wrong with which node."""

    def __init__(self, info: ObjectInfo) -> None:
        self._info = info
        self._done = Converted()
        self._wires = Wires()
        self._problems: dict[str, list[Problem]] = {}
        self._stopping: list[Problem] = []  # whatever the outputs need

    def add(self, place: Place, node: UiNode) -> None:
        """Put one node into the graph, if it runs."""
        if node.mode in (NEVER, BYPASS) or node.type in VIRTUAL or node.id in place.inner:
            return
        node_id = place.id_of(node)
        if node_id in self._done.graph:
            self._stopping.append(_same_id(node_id, node))
        known = self._info.get(node.type)
        if node.type.startswith(BROADCASTS) and any(slot.link for slot in node.inputs):
            self._stopping.append(_broadcasts(node_id, node))
        elif known is None:
            self._problems[node_id] = [_unknown(node_id, node)]
        self._wires.problems = []
        inputs = self._widgets(place, node, known) if known else {}
        inputs |= self._links(place, node, inputs)
        inputs |= completed(node, inputs)
        self._problems.setdefault(node_id, []).extend(self._wires.problems)
        shown = known.title if known else node.type
        if node.title and node.title not in (shown, node.type):
            self._done.titled.add(node_id)
        self._done.graph[node_id] = {
            "class_type": node.type,
            "inputs": {name: value for name, value in inputs.items() if value is not _LEFT_OUT},
            "_meta": {"title": node.title or shown},
        }

    def _widgets(self, place: Place, node: UiNode, known: NodeClass) -> dict[str, Any]:
        node_id = place.id_of(node)
        is_set = settable(node, self._info.link_types)
        if any(each.type in ON_PAGE and is_set(each) for each in known.fields.values()):
            self._problems[node_id] = [_on_page(node_id, node)]
            return {}
        try:
            found = saved_values(node, known, self._info.link_types)
        except Misfit as misfit:
            self._problems[node_id] = [_misfit(node_id, node, misfit)]
            return {}
        self._done.notes += [_newer(node_id, node, name) for name in found.unknown]
        saved = dict(found.values)
        for name in saved:
            described = self._info.field(known.name, name, saved)
            if (outer := inner_value(place, node.id, name)) is not None:
                saved[name] = wrapped(outer.value)
            if described and draws_words(described, saved[name]):
                self._done.notes.append(_draws(node_id, node, name))
        return saved

    def _links(self, place: Place, node: UiNode, values: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, slot in enumerate(node.inputs):
            origin = self._wires.origin(place, node, number)
            if isinstance(origin, Source):
                found[slot.name] = [origin.node, origin.slot]
            elif isinstance(origin, Value):
                described = self._info.field(node.type, slot.name)
                value = origin.value
                found[slot.name] = prompted(described, value) if described else wrapped(value)
            elif isinstance(origin, Nothing):
                # A widget under a link from outside keeps its value; a link that ends is dropped.
                found[slot.name] = _LEFT_OUT
        return found

    def finished(self) -> Converted:
        """Without the links to nodes that are not there, and without what cannot be used."""
        graph = self._done.graph
        needed = reached(graph, self._outputs())
        wrong = {node: found for node, found in self._problems.items() if found}
        stopping = [each for node, found in wrong.items() if node in needed for each in found]
        stopping += self._stopping
        if not needed:
            stopping = [each for found in wrong.values() for each in found] or [_no_output()]
        if stopping:
            raise Unreadable(stopping, {node: graph[node] for node in graph if node in needed})
        for node, found in wrong.items():
            self._done.notes += [_left_out(each) for each in found]
            del graph[node]
        for spec in graph.values():
            spec["inputs"] = {
                name: value for name, value in spec["inputs"].items()
                if not is_link(value) or value[0] in graph
            }  # fmt: skip
        return self._done

    def _outputs(self) -> Iterator[str]:
        for node, spec in self._done.graph.items():
            known = self._info.get(spec["class_type"])
            if known and known.is_output:
                yield node


_LEFT_OUT = object()


def _unknown(node_id: str, node: UiNode) -> Problem:
    where = {"node": node_id, "title": node.title, "class_type": node.type}
    if node.type.startswith(GROUPS):
        return problem(
            "group_node",
            "group nodes are of the past. Convert it to a subgraph in ComfyUI and save again.",
            **where,
        )
    return problem(
        "unknown_class",
        "no host has this node class. Install its pack on a host, or take the node out.",
        **where,
    )


def _broadcasts(node_id: str, node: UiNode) -> Problem:
    return problem(
        "needs_page",
        "its links exist only on ComfyUI's page. Draw them, or export the API format.",
        node=node_id, title=node.title, class_type=node.type,
    )  # fmt: skip


def _same_id(node_id: str, node: UiNode) -> Problem:
    return problem(
        "duplicate_id", "a node inside a subgraph has this id, too. Save the workflow again.",
        node=node_id, title=node.title, class_type=node.type,
    )  # fmt: skip


def _on_page(node_id: str, node: UiNode) -> Problem:
    return problem(
        "needs_page", "its value is made on ComfyUI's page. Take the node out.",
        node=node_id, title=node.title, class_type=node.type,
    )  # fmt: skip


def _misfit(node_id: str, node: UiNode, misfit: Misfit) -> Problem:
    return problem(
        "widget_values",
        f"{misfit}. The pack has another version than the one it was saved with: open and save the"
        " workflow on a host, or export the API format.",
        node=node_id, title=node.title, class_type=node.type,
    )  # fmt: skip


def _draws(node_id: str, node: UiNode, name: str) -> Problem:
    return problem(
        "dynamic_prompt",
        f"the text in {name!r} has `{{a|b}}`; ComfyUI's page draws one of them at each run, here"
        " it is sent as written.",
        node=node_id, title=node.title, class_type=node.type, field=name,
    )  # fmt: skip


def _newer(node_id: str, node: UiNode, name: str) -> Problem:
    return problem(
        "unknown_value",
        f"the file has a value for {name!r:.60}, which the node does not have on the hosts: it is"
        " left out. They may be older than the ComfyUI that saved it.",
        node=node_id, title=node.title, class_type=node.type, field=name,
    )  # fmt: skip


def _left_out(found: Problem) -> Problem:
    return found.model_copy(
        update={"code": "left_out", "message": f"{found.message} No output needs it: left out."}
    )


def _no_output() -> Problem:
    return problem("no_output", "The workflow saves nothing. Add a node such as SaveImage.")
