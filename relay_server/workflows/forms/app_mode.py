"""A form from ComfyUI's App mode: what the author chose on ComfyUI's own page. Pure.

Two shapes of an entry are met: `[node, field, config]` and `["graph:node:field", label, config]`,
where the label may be the field's name. The graph is a subgraph's definition or the root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relay_server.models.forms import FormInput, FormParam, Target
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.app_targets import field_meant, outputs_meant
from relay_server.workflows.forms.graph import FormGraph, Setting
from relay_server.workflows.forms.inputs import input_of
from relay_server.workflows.forms.params import offered
from relay_server.workflows.forms.slugs import Draft, slug
from relay_server.workflows.forms.title_grammar import parsed, plain, told_apart, without_optional
from relay_server.workflows.guard import PREFIX
from relay_server.workflows.problems import cut, problem

PAIR = 2


@dataclass(frozen=True)
class Entry:
    """One entry that was understood."""

    node: str  # as the author saw it: a subgraph's node, where its widget was chosen
    field: str
    label: str  # empty: the author gave none
    help: str
    targets: tuple[Target, ...]


@dataclass
class App:
    """What App mode offers."""

    inputs: list[Draft[FormInput]] = field(default_factory=list)
    params: list[Draft[FormParam]] = field(default_factory=list)
    outputs: list[str] | None = None  # nodes; None: the author chose none
    notes: list[Problem] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        """Whether anything is offered."""
        return bool(self.inputs or self.params)


def app_form(graph: FormGraph, data: Mapping[str, Any]) -> App:
    """`data` is `extra.linearData`. What does not fit is left out with a note."""
    app = App()
    entries = list(_entries(graph, _listed(data, "inputs"), app.notes))
    for each, label in zip(entries, _labels(graph, entries), strict=True):
        _add(graph, app, each, label)
    app.outputs = _outputs(graph, _listed(data, "outputs"), app.notes)
    return app


def _labels(graph: FormGraph, entries: Sequence[Entry]) -> list[str]:
    """The field's name, with the node's title where several share it."""
    names = [each.label or plain(each.field) for each in entries]
    labels = [
        name if each.label or names.count(name) == 1 else f"{_title(graph, each)}: {name}"
        for each, name in zip(entries, names, strict=True)
    ]
    return told_apart(labels, [each.node for each in entries])


def _listed(data: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _entries(graph: FormGraph, raw: Sequence[Any], notes: list[Problem]) -> Iterator[Entry]:
    seen: set[tuple[tuple[str, str], ...]] = set()
    for each in raw:
        found = _entry(graph, each)
        if isinstance(found, Problem):
            notes.append(found)
            continue
        key = tuple((target.node, target.field) for target in found.targets)
        if key not in seen:
            seen.add(key)
            yield found


def _entry(graph: FormGraph, raw: Any) -> Entry | Problem:
    if not isinstance(raw, list) or len(raw) < PAIR or not isinstance(raw[1], str):
        return problem("app_mode", f"App mode has an entry that is not understood: {cut(raw)}")
    node, second = _id(raw[0]), raw[1]
    config = raw[2] if len(raw) > PAIR and isinstance(raw[2], dict) else {}
    about = config.get("description")
    text = about if isinstance(about, str) else ""
    found = field_meant(graph, node, second)
    if found is None:
        return _missing(graph, node, second)
    named = found.is_long and second != found.field
    return Entry(found.node, found.field, second.strip() if named else "", text, found.targets)


def _id(raw: Any) -> str:
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


def _missing(graph: FormGraph, node: str, name: str) -> Problem:
    if node in graph:
        return graph.note(
            "no_such_field", f"App mode offers its field {cut(name)!r}, which it does not have.",
            node, name,
        )  # fmt: skip
    return problem(
        "no_such_node",
        f"App mode offers {cut(name)!r} of node {cut(node)}, which is not there, or is muted.",
    )


def _add(graph: FormGraph, app: App, entry: Entry, label: str) -> None:
    first = entry.targets[0]
    if entry.field == PREFIX or first.field == PREFIX:
        app.notes.append(
            graph.note("not_offered", "the relay names the files itself.", first.node, first.field)
        )
        return
    setting = _setting(graph, entry)
    described = graph.field(first.node, first.field)
    if setting is None:
        app.notes.append(
            graph.note(
                "not_offered",
                f"its field {cut(first.field)!r} is not offered: it is linked.",
                first.node,
                first.field,
            )
        )
    elif first.node not in graph.needed:
        app.notes.append(graph.note("not_offered", "no output needs it.", first.node, first.field))
    elif described is not None and described.upload:
        app.inputs.append(Draft(_input(graph, entry, label), entry.node))
    else:
        param, notes = offered(graph, setting, id=slug(_name(entry)), label=label, help=entry.help)
        app.notes += notes
        if param:
            app.params.append(Draft(param, entry.node))


def _setting(graph: FormGraph, entry: Entry) -> Setting | None:
    """None if the field is linked. A field that shares its value is set with the others."""
    first = entry.targets[0]
    if graph.source(first.node, first.field) is not None:
        return None
    if len(entry.targets) > 1:
        free = tuple(t for t in entry.targets if graph.source(t.node, t.field) is None)
        return Setting(free, free)
    if graph.held_value(first.node) == first.field:
        return graph.primitive(first.node, first.field)
    return graph.setting(first.node, first.field)


def _input(graph: FormGraph, entry: Entry, label: str) -> FormInput:
    first = entry.targets[0]
    optional = parsed(graph.own_title(first.node) or "").optional or parsed(label).optional
    found = input_of(
        graph, first.node, first.field, id=slug(_name(entry)), label=without_optional(label),
        help=entry.help, required=not optional,
    )  # fmt: skip
    return found.model_copy(update={"targets": list(entry.targets)})


def _name(entry: Entry) -> str:
    """What the id is made of: the field, whose name stays when another entry shares it."""
    return without_optional(entry.label) or entry.field


def _title(graph: FormGraph, entry: Entry) -> str:
    return graph.title(entry.node if entry.node in graph else entry.targets[0].node)


def _outputs(graph: FormGraph, raw: Sequence[Any], notes: list[Problem]) -> list[str] | None:
    found: dict[str, None] = {}
    for each in raw:
        node = _id(each[0] if isinstance(each, list) and each else each)
        meant = outputs_meant(graph, node)
        if not meant:
            message = f"App mode shows the output of node {cut(node)}, which gives none: it is"
            notes.append(problem("no_such_output", f"{message} gone, muted or no output node."))
        found.update(dict.fromkeys(meant))
    return list(found) or None
