"""A workflow's graph as a form sees it: what is linked, what can be set, what counts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from relay_server.models.forms import Target
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.slugs import node_order
from relay_server.workflows.forms.title_grammar import parsed
from relay_server.workflows.guard import is_link, reached
from relay_server.workflows.model_files import kind_of
from relay_server.workflows.object_info import Field, NodeClass, ObjectInfo
from relay_server.workflows.problems import problem
from relay_server.workflows.saved.reading import Primitive, ReadWorkflow

Kinds = Callable[[str, str], str | None]
"""The kind of model that a field of a class names."""

PASSED_ON = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN"})
VALUES = frozenset(
    {"value", "text", "string", "prompt", "seed", "int", "float", "number", "boolean"}
)
"""What nodes that only hold a value call it. Any other single text may be a file's name."""

OUTPUT_NAMES = ("Save", "Preview")


@dataclass(frozen=True)
class Taker:
    """An input that takes an output of a node."""

    slot: int
    node: str
    field: str


@dataclass(frozen=True)
class Setting:
    """What one param sets. `typed_by` are the fields that tell its type and bounds: its targets, or
    what a primitive leads to."""

    targets: tuple[Target, ...]
    typed_by: tuple[Target, ...]

    @property
    def node(self) -> str:
        """The first node that is set."""
        return self.targets[0].node

    @cached_property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Two settings with the same key are the same."""
        return tuple((each.node, each.field) for each in self.targets)


class FormGraph:
    """The graph with its node classes."""

    def __init__(self, read: ReadWorkflow, info: ObjectInfo, kinds: Kinds = kind_of) -> None:
        self.read = read
        self.graph = read.graph
        self.info = info
        self.kinds = kinds

    def __contains__(self, node: str) -> bool:
        return node in self.graph

    @cached_property
    def nodes(self) -> list[str]:
        """Those that an output needs, in an order that does not depend on the file's."""
        return [node for node in sorted(self.graph, key=node_order) if node in self.needed]

    @cached_property
    def needed(self) -> frozenset[str]:
        """The same, to ask for one of them."""
        return frozenset(reached(self.graph, self.outputs))

    @cached_property
    def outputs(self) -> list[str]:
        """The output nodes; of classes that no host has, those that are named like one."""
        return [node for node in sorted(self.graph, key=node_order) if self._is_output(node)]

    def class_of(self, node: str) -> str:
        """The name of the node's class."""
        return str(self.graph[node]["class_type"])

    def known(self, node: str) -> NodeClass | None:
        """The node's class; None if no host has it."""
        return self._known.get(node)

    def title(self, node: str) -> str:
        """The title, the author's or that of the class."""
        return str(self.graph[node]["_meta"]["title"])

    def own_title(self, node: str) -> str | None:
        """The title that the author set, if they did."""
        return self.title(node) if node in self.read.titled else None

    def field(self, node: str, name: str) -> Field | None:
        """What a host says of an input; None if nothing is known."""
        known = self._known.get(node)
        return known.fields.get(name) if known else None

    def value(self, node: str, name: str) -> Any:
        """The saved value, or the link; None if there is none."""
        return self.graph[node]["inputs"].get(name)

    def source(self, node: str, name: str) -> tuple[str, int] | None:
        """(node, output) that an input takes; None if it is not linked to a node of the graph."""
        value = self.value(node, name)
        return (value[0], value[1]) if is_link(value) and value[0] in self.graph else None

    def takers(self, node: str) -> list[Taker]:
        """Who takes what the node gives."""
        return self._takers.get(node, [])

    def setting(self, node: str, name: str) -> Setting | None:
        """What to set so that an input gets a value; None if another node computes it."""
        source = self.source(node, name)
        if source is None:
            targets = self._together.get((node, name)) or (Target(node=node, field=name),)
            return Setting(targets, targets)
        held = self.held_value(source[0])
        return self.primitive(source[0], held) if held else None

    def held_value(self, node: str) -> str | None:
        """The one field of a node that only passes on a value."""
        known = self.known(node)
        if known is None or any(is_link(each) for each in self.graph[node]["inputs"].values()):
            return None
        widgets = [each for each in known.widgets if each.type in PASSED_ON]
        if len(widgets) != 1 or len(known.widgets) != 1 or widgets[0].name.lower() not in VALUES:
            return None
        return widgets[0].name

    def primitive(self, node: str, name: str) -> Setting:
        """The value of such a node, as the fields that take it describe it."""
        targets = self._together.get((node, name)) or (Target(node=node, field=name),)
        mine = self.field(node, name)
        typed_by = tuple(
            Target(node=taker.node, field=taker.field)
            for taker in self.takers(node)
            if (other := self.field(taker.node, taker.field))
            and (mine and other.type == mine.type and other.is_widget)
        )
        return Setting(targets, typed_by or targets)

    def note(self, code: str, message: str, node: str, field: str | None = None) -> Problem:
        """A problem or a note about a node of the graph."""
        return problem(
            code, message, node=node, title=self.own_title(node),
            class_type=self.class_of(node), field=field,
        )  # fmt: skip

    def _is_output(self, node: str) -> bool:
        known = self.known(node)
        return known.is_output if known else self.class_of(node).startswith(OUTPUT_NAMES)

    @cached_property
    def by_last_part(self) -> dict[str, list[str]]:
        """Nodes and primitives inside of subgraphs, by their id in there."""
        nodes = dict.fromkeys([*self.graph, *(node for node, _ in self.read.promoted)])
        parts = ((node.rpartition(":"), node) for node in nodes)
        return _grouped((last, node) for (path, _, last), node in parts if path)

    @cached_property
    def primitives(self) -> dict[str, Primitive]:
        """Those of ComfyUI's page, by id. They are no nodes of the graph."""
        return {each.id: each for each in self.read.primitives}

    @cached_property
    def by_title(self) -> dict[str, list[str]]:
        """Nodes and primitives by their whole title."""
        return _grouped((title, node) for node, title in self._titles())

    @cached_property
    def by_label(self) -> dict[str, list[str]]:
        """The same by what a title says without its group and `(optional)`."""
        return _grouped((parsed(title).label, node) for node, title in self._titles())

    def _titles(self) -> Iterator[tuple[str, str]]:
        yield from ((node, self.title(node)) for node in self.graph)
        yield from ((each.id, each.title) for each in self.read.primitives if each.title)

    @cached_property
    def _known(self) -> dict[str, NodeClass | None]:
        return {node: self.info.get(self.class_of(node)) for node in self.graph}

    @cached_property
    def _takers(self) -> dict[str, list[Taker]]:
        found: dict[str, list[Taker]] = {}
        for node in self.nodes:
            for name, value in self.graph[node]["inputs"].items():
                if is_link(value):
                    found.setdefault(value[0], []).append(Taker(value[1], node, name))
        return found

    @cached_property
    def _together(self) -> dict[tuple[str, str], tuple[Target, ...]]:
        """Fields that the author set by one value: who sets one of them, sets all."""
        found: dict[tuple[str, str], tuple[Target, ...]] = {}
        for targets in sorted(self._sets(), key=len):  # the widest last: it holds the narrower
            for target in targets:
                found[target.node, target.field] = targets
        return found

    def _sets(self) -> Iterator[tuple[Target, ...]]:
        for targets in (*self.read.promoted.values(), *(p.targets for p in self.read.primitives)):
            there = tuple(dict.fromkeys(each for each in targets if each.node in self.needed))
            if len(there) > 1:
                yield there


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, each in pairs:
        found.setdefault(key, []).append(each)
    return found
