"""Follows a link of a UI workflow to where it really begins: through reroutes, primitives, Get and
Set nodes, bypassed nodes, and in and out of subgraphs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relay_server.models.workflows import Problem
from relay_server.workflows.problems import problem
from relay_server.workflows.saved.places import Place
from relay_server.workflows.saved.ui_graph import (
    BYPASS,
    INPUT_NODE,
    NEVER,
    Slot,
    UiNode,
)

PRIMITIVE = "PrimitiveNode"
REROUTES = frozenset({"Reroute", "Reroute (rgthree)"})
GETTERS = {"GetNode": "SetNode", "easy getNode": "easy setNode"}
SETTERS = frozenset(GETTERS.values())
SILENT = frozenset(
    {
        "Note", "MarkdownNote", "Label (rgthree)", "Bookmark (rgthree)",
        "Fast Muter (rgthree)", "Fast Bypasser (rgthree)", "Fast Groups Muter (rgthree)",
        "Fast Groups Bypasser (rgthree)", "Fast Actions Button (rgthree)",
        "Mute / Bypass Repeater (rgthree)", "Mute / Bypass Relay (rgthree)",
        "Random Unmuter (rgthree)", "Node Collector (rgthree)",
    }
)  # fmt: skip
"""Nodes that exist only on ComfyUI's page and carry nothing."""

VIRTUAL = frozenset({PRIMITIVE}) | REROUTES | GETTERS.keys() | SETTERS | SILENT
ANY = frozenset({"*", ""})


@dataclass(frozen=True)
class Source:
    """An output of a node that runs."""

    node: str
    slot: int


@dataclass(frozen=True)
class Value:
    """No output: a value that stands outside, on a primitive or on a subgraph's node."""

    value: Any


class Nothing:
    """The link begins at a node that does not run: ComfyUI leaves the field out altogether."""


NOTHING = Nothing()
Origin = Source | Value | Nothing | None
"""None: nothing is linked, the field keeps its own value."""


Passed = tuple[tuple[str, ...], str, int, str]
"""An input on the way, and the type that is looked for: (path, node, slot, type)."""


@dataclass(frozen=True)
class Step:
    """An input on the way."""

    place: Place
    node: UiNode
    slot: int
    wanted: str = "*"  # the type that is looked for


class Wires:
    """Finds origins. Collects the problems that it meets."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._known: dict[Passed, Origin] = {}

    def origin(self, place: Place, node: UiNode, slot: int) -> Origin:
        """Where the link into an input begins."""
        step: Step | Origin = Step(place, node, slot, node.inputs[slot].type)
        passed: set[Passed] = set()
        while isinstance(step, Step):
            here = (step.place.path, step.node.id, step.slot, step.wanted)
            if here in self._known:
                step = self._known[here]
                break
            if here in passed:
                return self._lost(step, "cycle", "the node feeds itself through its links.")
            passed.add(here)
            step = self._before(step)
        if not isinstance(step, Nothing):  # what was lost is told of every node that it concerns
            self._known.update(dict.fromkeys(passed, step))
        return step

    def _before(self, step: Step) -> Step | Origin:
        """One link back."""
        slot = step.node.inputs[step.slot]
        if slot.link is None:
            return None
        link = step.place.scope.links.get(slot.link)
        if link is None:
            return self._lost(
                step, "missing_link",
                f"the input {slot.name!r} has a link that is not in the file. Connect it again.",
            )  # fmt: skip
        if link.origin == INPUT_NODE:
            return self._outside(step, link.origin_slot)
        origin = step.place.scope.nodes.get(link.origin)
        if origin is None:
            return self._lost(
                step, "missing_node",
                f"the input {slot.name!r} is linked to node {link.origin}, which is not there."
                " Connect it again.",
            )  # fmt: skip
        return self._output(step.place, origin, link.origin_slot, step.wanted)

    def _outside(self, step: Step, number: int) -> Step | Origin:
        """Out of a subgraph: what its node is given at this input."""
        place, scope = step.place, step.place.scope
        if place.host is None or place.parent is None or number >= len(scope.inputs):
            return self._lost(step, "missing_link", "it is linked to an input that is not there.")
        name = scope.inputs[number].name
        slots = place.host.inputs
        found = _named(slots, name)
        if found is not None and slots[found].link is not None:
            return Step(place.parent, place.host, found, slots[found].type)
        promoted = outer_value(place, name)
        return promoted if promoted is not None else None

    def _output(self, place: Place, node: UiNode, slot: int, wanted: str) -> Step | Origin:
        """The output of a node, whatever kind of node it is."""
        if node.mode == BYPASS:
            through = _bypassed(node, slot, wanted)
            if through is None:
                return None
            return Step(place, node, through, node.inputs[through].type)
        if node.id in place.inner and node.mode != NEVER:
            return self._inside(place.inner[node.id], slot, wanted)
        if node.type in VIRTUAL:
            return self._virtual(place, node, wanted)
        runs = node.mode != NEVER and not place.off
        return Source(place.id_of(node), slot) if runs else NOTHING

    def _virtual(self, place: Place, node: UiNode, wanted: str) -> Step | Origin:
        """The output of a node that exists only on the page."""
        if node.type == PRIMITIVE:
            values = node.values
            return Value(values[0]) if isinstance(values, list) and values else None
        if node.type in GETTERS:
            return self._setter(place, node, wanted)
        passes = node.type in REROUTES or node.type in SETTERS
        return Step(place, node, 0, wanted) if passes and node.inputs else None

    def _inside(self, inner: Place, slot: int, wanted: str) -> Step | Origin:
        """Into a subgraph: what it gives out there."""
        link = inner.scope.given.get(slot)
        if link is None:
            return None
        if link.origin == INPUT_NODE and inner.host is not None:
            return self._outside(Step(inner, inner.host, 0), link.origin_slot)
        origin = inner.scope.nodes.get(link.origin)
        return self._output(inner, origin, link.origin_slot, wanted) if origin else None

    def _setter(self, place: Place, getter: UiNode, wanted: str) -> Step | Origin:
        """The Set node of the same name, here or further out."""
        name = _first(getter)
        around: Place | None = place
        while around is not None:
            setters = [
                node for node in around.scope.nodes.values()
                if node.type == GETTERS[getter.type] and _first(node) == name
            ]  # fmt: skip
            if len(setters) == 1 and setters[0].inputs:
                return Step(around, setters[0], 0, wanted)
            if setters:
                break
            around = around.parent
        count = "no" if around is None else "not exactly one"
        return self._lost(
            Step(place, getter, 0), "missing_setter",
            f"there is {count} Set node with the name {name!r}.",
        )  # fmt: skip

    def _lost(self, step: Step, code: str, message: str) -> Nothing:
        self.problems.append(
            problem(
                code, message, node=step.place.id_of(step.node), title=step.node.title,
                class_type=step.node.type,
            )
        )  # fmt: skip
        return NOTHING


def outer_value(place: Place, name: str) -> Value | None:
    """What a subgraph's node says for one of its own inputs, from the outermost inwards."""
    if place.parent is not None and place.host is not None:
        further = inner_value(place.parent, place.host.id, name)
        if further is not None:
            return further
    if name in place.promoted.inputs:
        return Value(place.promoted.inputs[name])
    return None


def inner_value(place: Place, node: str, widget: str) -> Value | None:
    """What the subgraph's node says for a widget of a node inside, the outermost first."""
    if place.host is None or place.parent is None:
        return None
    if (node, widget) in place.shown:
        outer = inner_value(place.parent, place.host.id, widget)
        if outer is not None:
            return outer
    found = place.promoted.widgets.get((node, widget))
    return None if found is None else Value(found)


def _named(slots: tuple[Slot, ...], name: str) -> int | None:
    return next((number for number, slot in enumerate(slots) if slot.name == name), None)


def _first(node: UiNode) -> str | None:
    """The name of a Get or Set node."""
    values = node.values
    return str(values[0]) if isinstance(values, list) and values else None


def _bypassed(node: UiNode, slot: int, wanted: str) -> int | None:
    """The input that stands for an output of a bypassed node: by type, the same slot first."""
    types = [each.type for each in node.inputs]
    if wanted in ANY:
        return (slot if slot < len(types) else 0) if types else None
    given = node.outputs[slot] if slot < len(node.outputs) else wanted
    if slot < len(types) and _connects(types[slot], given) and _connects(types[slot], wanted):
        return slot
    if wanted in types:
        return types.index(wanted)
    fitting = (
        number for number, type_ in enumerate(types)
        if _connects(type_, given) and _connects(type_, wanted)
    )  # fmt: skip
    return next(fitting, None)


def _connects(one: str, other: str) -> bool:
    """Whether the page lets two types be linked; a type may be a list with commas."""
    if one in ANY or other in ANY:
        return True
    return not {part.strip().lower() for part in one.split(",")}.isdisjoint(
        part.strip().lower() for part in other.split(",")
    )
