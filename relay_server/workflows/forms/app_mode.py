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
from relay_server.workflows.forms.app_names import Entry, Name, names
from relay_server.workflows.forms.app_targets import field_meant, outputs_meant
from relay_server.workflows.forms.graph import FormGraph, Setting
from relay_server.workflows.forms.inputs import input_of
from relay_server.workflows.forms.params import offered
from relay_server.workflows.forms.slugs import Draft
from relay_server.workflows.guard import PREFIX
from relay_server.workflows.problems import cut, problem

PAIR = 2


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
    understood = _entries(graph, _listed(data, "inputs"), app.notes)
    entries = [each for each in understood if _is_free(graph, each, app.notes)]
    for each, name in zip(entries, names(graph, entries), strict=True):
        _add(graph, app, each, name)
    app.outputs = _outputs(graph, _listed(data, "outputs"), app.notes)
    return app


def _listed(data: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _entries(graph: FormGraph, raw: Sequence[Any], notes: list[Problem]) -> Iterator[Entry]:
    seen: set[frozenset[Target]] = set()
    for each in raw:
        found = _entry(graph, each)
        if isinstance(found, Problem):
            notes.append(found)
            continue
        setting = _setting(graph, found)
        key = frozenset(setting.targets if setting else found.targets)
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


def _is_free(graph: FormGraph, entry: Entry, notes: list[Problem]) -> bool:
    """Whether it can be set, and to any effect."""
    first = entry.targets[0]
    reason = None
    if PREFIX in (entry.field, first.field):
        reason = "the relay names the files itself."
    elif _setting(graph, entry) is None:
        reason = f"its field {cut(first.field)!r} is not offered: it is linked."
    elif first.node not in graph.needed:
        reason = "no output needs it."
    if reason:
        notes.append(graph.note("not_offered", reason, first.node, first.field))
    return reason is None


def _add(graph: FormGraph, app: App, entry: Entry, name: Name) -> None:
    first = entry.targets[0]
    described = graph.field(first.node, first.field)
    if described is not None and described.upload:
        app.inputs.append(Draft(_input(graph, entry, name), entry.node, name.rank))
        return
    setting = _setting(graph, entry)
    assert setting is not None, "what is linked is no entry"
    param, notes = offered(
        graph, setting, id=name.id, label=name.label, group=name.group,
        help=entry.help or name.help,
    )  # fmt: skip
    app.notes += notes
    if param:
        app.params.append(Draft(param, entry.node, name.rank))


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


def _input(graph: FormGraph, entry: Entry, name: Name) -> FormInput:
    first = entry.targets[0]
    found = input_of(
        graph, first.node, first.field, id=name.id, label=name.label, group=name.group,
        help=entry.help, required=not name.optional,
    )  # fmt: skip
    return found.model_copy(update={"targets": list(entry.targets)})


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
