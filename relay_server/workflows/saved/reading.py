"""A workflow as somebody saved it becomes a graph in API format, with what its author said. Pure.

Three things can be brought: ComfyUI's UI format (what Save writes), its API format (what Export
writes), or the JSON of either from inside a picture. See `embedded` for the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from relay_server.models.forms import Target
from relay_server.models.workflows import Problem
from relay_server.workflows.guard import Graph, title_of
from relay_server.workflows.object_info import SEEDS, ObjectInfo
from relay_server.workflows.problems import Unreadable, problem
from relay_server.workflows.saved.convert import converted
from relay_server.workflows.saved.places import Place
from relay_server.workflows.saved.promoted import BY_NAME
from relay_server.workflows.saved.ui_graph import (
    BYPASS,
    INPUT_NODE,
    LONGEST,
    NEVER,
    Link,
    UiWorkflow,
    is_ui,
    read_ui,
)
from relay_server.workflows.saved.wires import PRIMITIVE

WRAPPERS = ("prompt", "workflow")


@dataclass(frozen=True)
class Primitive:
    """A PrimitiveNode of ComfyUI's page: one value for several fields. Not in the graph."""

    id: str
    title: str | None  # None: the author set none
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class ReadWorkflow:
    """A graph that may run, and all that its author said about how to offer it."""

    format: Literal["ui", "api"]
    graph: Graph  # every node with `_meta.title`
    titled: frozenset[str] = frozenset()  # ids of nodes whose title the author set
    app: Mapping[str, Any] | None = None  # `extra.linearData` of App mode
    promoted: Mapping[tuple[str, str], tuple[Target, ...]] = field(default_factory=dict)
    """What a widget on a subgraph's node, or on a primitive (`value`), sets: (node id, widget)."""
    primitives: tuple[Primitive, ...] = ()
    randomized: frozenset[tuple[str, str]] = frozenset()
    """Seeds, as (node id, field), that ComfyUI's page would draw anew at each run."""
    definitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of the nodes that stand for a subgraph, by the id of its definition."""
    notes: tuple[Problem, ...] = ()


def read(raw: Any, info: ObjectInfo, max_nodes: int) -> ReadWorkflow:
    """Raises Unreadable with every problem there is."""
    if not isinstance(raw, dict) or not raw:
        raise Unreadable([_unknown_format()])
    inner = next((raw[name] for name in WRAPPERS if isinstance(raw.get(name), dict)), None)
    if is_ui(raw):
        return _from_ui(raw, info, max_nodes)
    if inner is not None and "class_type" not in inner:
        return read(inner, info, max_nodes)
    return _from_api(raw, info, max_nodes)


def _from_ui(raw: Mapping[str, Any], info: ObjectInfo, max_nodes: int) -> ReadWorkflow:
    if not info:
        raise Unreadable(
            [
                problem(
                    "no_hosts",
                    "The UI format can be read only once a host is known. Start a worker, or export"
                    " the API format.",
                )
            ]
        )
    workflow = read_ui(raw)
    done, places = converted(workflow, info, max_nodes)
    offered = _Offered(places)
    app = workflow.extra.get("linearData")
    return ReadWorkflow(
        format="ui",
        graph=done.graph,
        titled=frozenset(done.titled),
        app=app if isinstance(app, dict) else None,
        promoted=dict(offered.promoted()),
        primitives=tuple(offered.primitives()),
        randomized=frozenset(_randomized(places, done.graph)),
        definitions=_instances(workflow, places),
        notes=tuple(done.notes),
    )


def _from_api(raw: Mapping[str, Any], info: ObjectInfo, max_nodes: int) -> ReadWorkflow:
    if len(raw) > max_nodes:
        over = f"The workflow has {len(raw)} nodes; the limit is {max_nodes}."
        raise Unreadable([problem("too_many_nodes", over)])
    wrong = [node for node, spec in raw.items() if not _is_node(spec)]
    if len(wrong) == len(raw):
        raise Unreadable([_unknown_format()])
    if wrong:
        reason = "a node must be an object with `class_type` and `inputs`."
        raise Unreadable([problem("malformed", reason, node=node) for node in wrong])
    graph: Graph = {}
    titled = set()
    for node, spec in raw.items():
        known = info.get(spec["class_type"])
        shown = known.title if known else spec["class_type"]
        title = _title(spec)
        if title and title not in (shown, spec["class_type"]):
            titled.add(node)
        graph[node] = {
            "class_type": spec["class_type"],
            "inputs": spec["inputs"],
            "_meta": {"title": title or shown},
        }
    return ReadWorkflow(format="api", graph=graph, titled=frozenset(titled))


def _is_node(spec: Any) -> bool:
    return (
        isinstance(spec, dict)
        and isinstance(spec.get("class_type"), str)
        and bool(spec["class_type"])
        and isinstance(spec.get("inputs"), dict)
    )


def _title(spec: Mapping[str, Any]) -> str | None:
    title = title_of(spec)
    return title[:LONGEST] if isinstance(title, str) and title.strip() else None


def _unknown_format() -> Problem:
    return problem(
        "unknown_format",
        "This is neither ComfyUI's UI format nor its API format. In ComfyUI use Workflow > Save or"
        " Export (API).",
    )


def _instances(workflow: UiWorkflow, places: list[Place]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for place in places:
        if place.scope.id in workflow.definitions and place.host is not None:
            found[place.scope.id] = (*found.get(place.scope.id, ()), ":".join(place.path))
    return found


class _Offered:
    """What subgraph nodes and primitives set, by following their links forward."""

    def __init__(self, places: list[Place]) -> None:
        self._places = [place for place in places if not place.off]
        self._named: dict[tuple[str, ...], dict[str, list[Target]]] = {}
        for place in reversed(self._places):  # inner ones first: the outer ones show them
            if place.host is not None:
                self._named[place.path] = self._shown(place)

    def promoted(self) -> Iterator[tuple[tuple[str, str], tuple[Target, ...]]]:
        """Everything that can be set outside a subgraph, or on a primitive."""
        for place in self._places:
            for name, targets in self._named.get(place.path, {}).items():
                yield (":".join(place.path), name), tuple(targets)
        for primitive in self.primitives():
            yield (primitive.id, "value"), primitive.targets

    def primitives(self) -> Iterator[Primitive]:
        """The primitives that set something."""
        for place in self._places:
            for node in place.scope.nodes.values():
                active = node.type == PRIMITIVE and node.mode not in (NEVER, BYPASS)
                targets = tuple(self._from(place, node.id)) if active else ()
                if targets:
                    yield Primitive(place.id_of(node), node.title, targets)

    def _shown(self, place: Place) -> dict[str, list[Target]]:
        """The fields inside that each input, and each proxied widget, of a subgraph's node sets."""
        found: dict[str, list[Target]] = {}
        for link in place.scope.leaving.get(INPUT_NODE, ()):
            if link.origin_slot < len(place.scope.inputs):
                name = place.scope.inputs[link.origin_slot].name
                found.setdefault(name, []).extend(self._into_link(place, link))
        for node, widget in place.proxied:
            if node != BY_NAME and node in place.scope.nodes:
                found.setdefault(widget, []).extend(self._into(place, node, widget))
        return {name: list(dict.fromkeys(targets)) for name, targets in found.items() if targets}

    def _from(self, place: Place, origin: str) -> Iterator[Target]:
        for link in place.scope.leaving.get(origin, ()):
            yield from self._into_link(place, link)

    def _into_link(self, place: Place, link: Link) -> Iterator[Target]:
        target = place.scope.nodes.get(link.target)
        if target is None or link.target_slot >= len(target.inputs):
            return
        into = target.inputs[link.target_slot]
        if into.widget or target.id in place.inner:
            yield from self._into(place, target.id, into.name)

    def _into(self, place: Place, node: str, name: str) -> Iterator[Target]:
        if node in place.inner:
            yield from self._named.get(place.inner[node].path, {}).get(name, ())
        elif place.scope.nodes[node].mode not in (NEVER, BYPASS):
            yield Target(node=place.id_of(place.scope.nodes[node]), field=name)


def _randomized(places: list[Place], graph: Graph) -> Iterator[tuple[str, str]]:
    """The seeds that the page would draw anew at each run."""
    for place in places:
        for node in place.scope.nodes.values():
            inputs = graph.get(place.id_of(node), {}).get("inputs", {})
            drawn = set(_drawn(node.values))
            for name, value in inputs.items():
                if name.rpartition(".")[2] in SEEDS and isinstance(value, int) and value in drawn:
                    yield place.id_of(node), name


def _drawn(values: Any) -> Iterator[int]:
    """The numbers after which the page saved that it draws."""
    if isinstance(values, list):
        for number, control in pairwise(values):
            if control == "randomize" and isinstance(number, int):
                yield number
