"""A form from the titles that an author gave to loaders and primitives. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from relay_server.models.forms import FormInput, FormParam, InputKind
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.graph import FormGraph, Setting
from relay_server.workflows.forms.inputs import input_kind, input_of, loader_field, loaders
from relay_server.workflows.forms.params import offered
from relay_server.workflows.forms.slugs import Draft, node_order, slug
from relay_server.workflows.forms.title_grammar import parsed, told_apart
from relay_server.workflows.object_info import Field

PRIMITIVES = "Primitive"
VALUE = "value"
AUTHORS = 1  # rank: what a form always has gets its id before what an author named


@dataclass
class Titled:
    """What titles offer."""

    inputs: list[Draft[FormInput]] = field(default_factory=list)
    params: list[Draft[FormParam]] = field(default_factory=list)
    input_notes: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    taken: set[tuple[str, str]] = field(default_factory=set)  # (node, field) that are set already


def titled(graph: FormGraph) -> Titled:
    """Everything that an author offered by a title, and files without which nothing runs."""
    found = Titled()
    found.inputs = _inputs(graph, found.input_notes)
    for node, title, setting in sorted(_primitives(graph), key=lambda each: node_order(each[0])):
        _add_param(graph, found, node, title, setting)
    _note_unneeded(graph, found)
    return found


def _inputs(graph: FormGraph, notes: list[Problem]) -> list[Draft[FormInput]]:
    there = list(loaders(graph))
    nameless = [
        (node, _kind_name(graph, node, each)) for node, each in there if not graph.own_title(node)
    ]
    labels = told_apart([name for _, name in nameless], [node for node, _ in nameless])
    names = dict(zip((node for node, _ in nameless), labels, strict=True))
    notes += [_untitled(graph, node, label) for node, label in names.items()]
    return [Draft(_input(graph, node, each, names.get(node)), node) for node, each in there]


def _input(graph: FormGraph, node: str, each: Field, label: str | None) -> FormInput:
    """`label` is that of an untitled loader."""
    if label:
        wish = slug(_kind_name(graph, node, each))
        return input_of(graph, node, each.name, id=wish, label=label)
    said = parsed(graph.own_title(node) or "")
    return input_of(
        graph, node, each.name, id=slug(said.label), label=said.label, group=said.group,
        required=not said.optional,
    )  # fmt: skip


def _untitled(graph: FormGraph, node: str, label: str) -> Problem:
    return graph.note(
        "untitled_input",
        f"it is offered as {label!r}. Give the node a title, and that is its name in the form.",
        node,
    )


def _kind_name(graph: FormGraph, node: str, each: Field) -> str:
    kind = input_kind(graph, node, each.name)
    return (each.upload or "file").title() if kind is InputKind.DATA else kind.value.title()


def _primitives(graph: FormGraph) -> Iterator[tuple[str, str, Setting]]:
    """(node, title, what it sets) of every titled value."""
    for node in graph.nodes:
        title = graph.own_title(node)
        is_one = graph.class_of(node).startswith(PRIMITIVES) and graph.held_value(node) == VALUE
        if title and is_one:
            yield node, title, graph.primitive(node, VALUE)
    for primitive in graph.read.primitives:
        targets = tuple(each for each in primitive.targets if each.node in graph.needed)
        if primitive.title and targets:
            yield primitive.id, primitive.title, Setting(targets, targets)


def _note_unneeded(graph: FormGraph, found: Titled) -> None:
    """Titled nodes that would be offered, if only an output needed them."""
    for node in sorted({*graph.graph} - graph.needed, key=node_order):
        is_file = loader_field(graph, node) is not None
        if graph.own_title(node) and (is_file or graph.class_of(node).startswith(PRIMITIVES)):
            notes = found.input_notes if is_file else found.notes
            notes.append(graph.note("not_offered", "it is not offered: no output needs it.", node))


def _add_param(graph: FormGraph, found: Titled, node: str, title: str, setting: Setting) -> None:
    if found.taken & {*setting.key}:
        return  # one value with several titles: a widget of a subgraph's node sets them all
    said = parsed(title)
    param, notes = offered(
        graph, setting, id=slug(said.label), label=said.label, group=said.group
    )  # fmt: skip
    found.notes += notes
    if param:
        found.params.append(Draft(param, node, AUTHORS))
        found.taken |= {*setting.key}
