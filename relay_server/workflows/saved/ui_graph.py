"""ComfyUI's UI format as values: nodes, links and subgraphs, in both of its versions. Pure.

Version 0.4 writes a link as `[id, from node, slot, to node, slot, type]`, version 1 and every
subgraph as an object. Inside a subgraph, node -10 stands for its inputs and -20 for its outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from relay_server.models.workflows import Problem
from relay_server.workflows.problems import Unreadable, cut, problem

INPUT_NODE, OUTPUT_NODE = "-10", "-20"
NEVER, BYPASS = 2, 4
LONGEST = 200  # characters of a title
DIGITS = 9
LINK_PARTS = 5  # and the type, which newer files leave out now and then


@dataclass(frozen=True)
class Slot:
    """An input of a node, or of a subgraph."""

    name: str
    type: str
    link: str | None = None
    widget: str | None = None  # the widget that the link, if there is one, stands for


@dataclass(frozen=True)
class Link:
    """From an output of a node to an input of another."""

    origin: str
    origin_slot: int
    target: str
    target_slot: int


@dataclass(frozen=True)
class UiNode:
    """A node as it was saved."""

    id: str
    type: str
    title: str | None
    mode: int
    inputs: tuple[Slot, ...]
    outputs: tuple[str, ...]  # their types
    values: list[Any] | Mapping[str, Any]
    properties: Mapping[str, Any]
    names: tuple[str, ...] = ()  # of the values, where a newer page wrote them too


@dataclass(frozen=True)
class Scope:
    """The nodes of the whole workflow, or of one subgraph."""

    id: str
    name: str
    nodes: Mapping[str, UiNode]
    links: Mapping[str, Link]
    inputs: tuple[Slot, ...] = ()
    outputs: tuple[Slot, ...] = ()

    @cached_property
    def leaving(self) -> Mapping[str, list[Link]]:
        """The links by the node that they leave."""
        found: dict[str, list[Link]] = {}
        for link in self.links.values():
            found.setdefault(link.origin, []).append(link)
        return found

    @cached_property
    def given(self) -> Mapping[int, Link]:
        """The link into each output of a subgraph."""
        into = (link for link in self.links.values() if link.target == OUTPUT_NODE)
        return {link.target_slot: link for link in reversed(list(into))}


@dataclass(frozen=True)
class UiWorkflow:
    """A workflow with the definitions of its subgraphs, by id."""

    root: Scope
    definitions: Mapping[str, Scope]
    extra: Mapping[str, Any] = field(default_factory=dict)


def is_ui(raw: Mapping[str, Any]) -> bool:
    """Whether this is the UI format and not the API format."""
    return isinstance(raw.get("nodes"), list)


def read_ui(raw: Mapping[str, Any]) -> UiWorkflow:
    """Raises Unreadable with everything that is malformed."""
    problems: list[Problem] = []
    definitions = {scope.id: scope for scope in _definitions(raw, problems)}
    root = _scope(raw, "", problems)
    if problems:
        raise Unreadable(problems)
    extra = raw.get("extra")
    return UiWorkflow(root, definitions, extra if isinstance(extra, dict) else {})


def _definitions(raw: Mapping[str, Any], problems: list[Problem]) -> Iterator[Scope]:
    """Those of the workflow, and those that stand inside others."""
    definitions = raw.get("definitions")
    found = definitions.get("subgraphs") if isinstance(definitions, dict) else None
    for each in found if isinstance(found, list) else []:
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            yield from _definitions(each, problems)
            yield _scope(each, each["id"], problems)
        else:
            problems.append(problem("malformed", "A subgraph's definition has no id."))


def _scope(raw: Mapping[str, Any], scope_id: str, problems: list[Problem]) -> Scope:
    nodes: dict[str, UiNode] = {}
    where = f" of subgraph {cut(raw.get('name'))!r}" if scope_id else ""
    for each in _list(raw.get("nodes")):
        node = _node(each)
        if node is None:
            problems.append(problem("malformed", f"A node{where} has no id or no type."))
        elif node.id in nodes and nodes[node.id] != node:
            problems.append(
                problem(
                    "duplicate_id", f"two nodes{where} have this id. Save the workflow again.",
                    node=node.id, title=node.title, class_type=node.type,
                )
            )  # fmt: skip
        else:
            nodes[node.id] = node
    links = dict(filter(None, map(_link, _list(raw.get("links")))))
    name = raw.get("name")
    return Scope(
        scope_id,
        name if isinstance(name, str) else "",
        nodes,
        links,
        tuple(_slots(raw.get("inputs"))),
        tuple(_slots(raw.get("outputs"))),
    )


def _node(raw: Any) -> UiNode | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        return None
    node_id = _id(raw.get("id"))
    if node_id is None:
        return None
    title, mode, values = raw.get("title"), raw.get("mode"), raw.get("widgets_values")
    properties, named = raw.get("properties"), raw.get("widgets_values_named")
    if values is None and isinstance(named, dict):
        values = named
    return UiNode(
        id=node_id,
        type=raw["type"],
        title=title[:LONGEST] if isinstance(title, str) and title.strip() else None,
        mode=mode if isinstance(mode, int) else 0,
        inputs=tuple(_slots(raw.get("inputs"))),
        outputs=tuple(_type(each) for each in _list(raw.get("outputs"))),
        values=values if isinstance(values, list | dict) else [],
        properties=properties if isinstance(properties, dict) else {},
        names=_names(values, named),
    )


def _names(values: Any, named: Any) -> tuple[str, ...]:
    """What `widgets_values_named` calls each of `widgets_values`. People edit the latter alone, and
    the page goes by it: so the names are taken from there, the values never."""
    fits = isinstance(named, dict) and isinstance(values, list) and len(named) == len(values)
    return tuple(map(str, named)) if fits else ()


def _slots(raw: Any) -> Iterable[Slot]:
    for each in _list(raw):
        if not isinstance(each, dict):
            each = {}
        widget = each.get("widget")
        named = widget.get("name") if isinstance(widget, dict) else None
        yield Slot(
            name=str(each.get("name", "")),
            type=_type(each),
            link=_id(each.get("link")),
            widget=named if isinstance(named, str) else None,
        )


def _link(raw: Any) -> tuple[str, Link] | None:
    """(id, link); None for the holes that ComfyUI leaves in the list."""
    if isinstance(raw, dict):
        parts = [
            raw.get(key) for key in ("id", "origin_id", "origin_slot", "target_id", "target_slot")
        ]
    else:
        parts = _list(raw)[:LINK_PARTS]
    if len(parts) < LINK_PARTS:
        return None
    link, origin, target = _id(parts[0]), _id(parts[1]), _id(parts[3])
    origin_slot, target_slot = _index(parts[2]), _index(parts[4])
    if link is None or origin is None or target is None:
        return None
    if origin_slot is None or target_slot is None:
        return None  # its node says that the link is missing
    return link, Link(origin, origin_slot, target, target_slot)


def _index(raw: Any) -> int | None:
    """A number from 0, which old files write as text now and then."""
    text = _id(raw) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def _id(raw: Any) -> str | None:
    """Ids are numbers or text; `12` and `"12"` are the same node."""
    if isinstance(raw, bool) or not isinstance(raw, int | str | float):
        return None
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


def _type(slot: Any) -> str:
    """A slot's type; a menu is written as the list of its choices."""
    found = slot.get("type") if isinstance(slot, dict) else None
    if isinstance(found, list):
        return "COMBO"
    return str(found) if found not in (None, "") else "*"


def _list(raw: Any) -> list[Any]:
    """A list; older files write objects with numbers as keys now and then."""
    if isinstance(raw, dict):
        return list(raw.values())
    return raw if isinstance(raw, list) else []
