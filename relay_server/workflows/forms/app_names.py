"""How an entry of App mode is called: by a title, by what everyone sets, or by its field. Pure.

ComfyUI's page shows a field's own name whatever its node is called; three fields named `value`
would be all the same in a form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from relay_server.models.forms import FormParam, ParamType, Target
from relay_server.workflows.forms.graph import VALUES, FormGraph
from relay_server.workflows.forms.inputs import loader_field
from relay_server.workflows.forms.slugs import slug
from relay_server.workflows.forms.title_grammar import Title, parsed, plain, told_apart
from relay_server.workflows.forms.titles import AUTHORS, PRIMITIVES
from relay_server.workflows.forms.wanted import wanted

TEMPLATES = frozenset({"CLIP Text Encode (Positive Prompt)", "CLIP Text Encode (Negative Prompt)"})
"""Titles that ComfyUI's own templates bring: no author chose them."""


@dataclass(frozen=True)
class Entry:
    """One entry that was understood."""

    node: str  # as the author saw it: a subgraph's node, where its widget was chosen
    field: str
    label: str  # empty: the author gave none
    help: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Name:
    """What an entry is called."""

    id: str
    label: str
    group: str = ""
    help: str = ""
    optional: bool = False
    rank: int = AUTHORS
    is_plain: bool = False  # the field's own, which other entries may have, too


def names(graph: FormGraph, entries: Sequence[Entry]) -> list[Name]:
    """One for each; no label is there twice."""
    owners = [_owner(graph, each) for each in entries]
    offered = Counter(owners)
    known = _known(graph)
    found = [
        _name(each, _title(graph, owner), known, alone=offered[owner] == 1)
        for each, owner in zip(entries, owners, strict=True)
    ]
    shared = Counter(each.label for each in found)
    labels = [
        _longer(graph, entry, each.label)
        if each.is_plain and shared[each.label] > 1
        else each.label
        for entry, each in zip(entries, found, strict=True)
    ]
    labels = told_apart(labels, [each.node for each in entries])
    return [replace(each, label=label) for each, label in zip(found, labels, strict=True)]


def _owner(graph: FormGraph, entry: Entry) -> str:
    """The node whose title counts: inside of a subgraph's node only that of a loader or value."""
    first = entry.targets[0].node
    if entry.node in graph or entry.node in graph.primitives:
        return entry.node
    is_one = loader_field(graph, first) or graph.class_of(first).startswith(PRIMITIVES)
    return first if is_one else entry.node


def _title(graph: FormGraph, owner: str) -> Title | None:
    title = graph.own_title(owner) if owner in graph else None
    if owner in graph.primitives:
        title = graph.primitives[owner].title
    return parsed(title) if title and title not in TEMPLATES else None


def _known(graph: FormGraph) -> dict[frozenset[Target], FormParam]:
    """What everyone sets, by the fields that it sets."""
    items = [each.item for each in wanted(graph).params]
    return {frozenset(each.targets): each for each in items if each.type is not ParamType.LORAS}


def _name(
    entry: Entry, title: Title | None, known: dict[frozenset[Target], FormParam], *, alone: bool
) -> Name:
    if entry.label:
        said = parsed(entry.label)
        optional = said.optional or bool(title and title.optional)
        label = said.label if not said.group else f"{said.group}/{said.label}"
        return Name(slug(label), label, title.group if title else "", optional=optional)
    name = plain(entry.field)
    if title:
        label = title.label if alone else f"{title.label}: {name}"
        return Name(slug(label), label, title.group, optional=title.optional)
    if common := known.get(frozenset(entry.targets)):
        return Name(common.id, common.label, help=common.help, rank=0)
    return Name(slug(entry.field), name, is_plain=True)


def _longer(graph: FormGraph, entry: Entry, name: str) -> str:
    """What an untitled value goes to, if that is one thing; else with the class before it."""
    first = entry.targets[0]
    if entry.node in graph.primitives:
        fed = {each.field for each in entry.targets}
    else:
        is_value = graph.held_value(first.node) == first.field
        fed = {each.field for each in graph.takers(first.node)} if is_value else set()
    if len(fed) == 1 and not fed <= VALUES:
        return plain(*fed)
    return f"{graph.title(entry.node if entry.node in graph else first.node)}: {name}"
