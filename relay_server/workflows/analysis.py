"""Everything that happens to a workflow between a file and the catalog, but the publishing. Pure.

One story for all who bring workflows: read it, make its form, ask the guard, check it as a host
would, and say which hosts can run it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form
from relay_server.models.workflows import Problem
from relay_server.workflows import guard
from relay_server.workflows.catalog import Draft, draft, files_of
from relay_server.workflows.filled.optional import can_do_without
from relay_server.workflows.forms.making import made_form
from relay_server.workflows.guard import Graph, Rules, title_of
from relay_server.workflows.known import Known
from relay_server.workflows.problems import Unreadable, problem
from relay_server.workflows.saved.reading import ReadWorkflow, read
from relay_server.workflows.validation import invalid


@dataclass(frozen=True)
class Brought:
    """A workflow as it was brought: its JSON, best first where a picture holds two."""

    raws: Sequence[Any]
    form_file: Mapping[str, Any] | None = None
    title: str | None = None  # over that of the form
    description: str | None = None


@dataclass(frozen=True)
class Analysis:
    """What became of it."""

    format: str  # ui or api
    draft: Draft | None  # None: it cannot be published
    problems: tuple[Problem, ...]  # why not, all at once
    notes: tuple[Problem, ...]  # what was left out, and why


def analysed(brought: Brought, name: str, known: Known, rules: Rules) -> Analysis:
    """Never raises: whatever is wrong is a problem."""
    try:
        found, notes = _read(brought.raws, known, rules)
    except Unreadable as error:
        problems = (*error.problems, *_elsewhere(error, known, rules))
        return Analysis(_format(brought.raws), None, problems, ())
    form_file, title = brought.form_file, _title(name)
    made = made_form(found, known.info, form_file, title, known.kind_of_field)
    notes += (*found.notes, *made.notes)
    form = _named(made.form or Form(title=title), brought)
    graph, refused = _guarded(found.graph, form, rules)
    problems = (*made.problems, *refused, *invalid(graph, known.info))
    if problems:
        return Analysis(found.format, None, problems, notes)
    notes += tuple(_kept_files(graph, form, known))
    return Analysis(found.format, draft(graph, form, known), (), notes)


def _read(
    raws: Sequence[Any], known: Known, rules: Rules
) -> tuple[ReadWorkflow, tuple[Problem, ...]]:
    """The first that can be read. Raises Unreadable with the problems of the first."""
    first, *others = raws
    try:
        return read(first, known.info, rules.max_nodes), ()
    except Unreadable as error:
        for other in others:
            note = problem(
                "api_format_used",
                f"The picture's UI format cannot be read ({error.problems[0].message}), so its API"
                " format is used: titles and App mode may be missing.",
            )
            return read(other, known.info, rules.max_nodes), (note,)
        raise


def _elsewhere(error: Unreadable, known: Known, rules: Rules) -> Iterator[Problem]:
    """What is wrong with the nodes that could be read, so that all is told at once."""
    named = {each.node for each in error.problems}
    _, refused = _guarded(error.graph, Form(title="-"), rules) if error.graph else ({}, ())
    for each in (*refused, *invalid(error.graph, known.info)):
        if each.node is not None and each.node not in named:
            yield each


def _format(raws: Sequence[Any]) -> str:
    first = raws[0] if raws else None
    return "ui" if isinstance(first, dict) and isinstance(first.get("nodes"), list) else "api"


def _guarded(graph: Graph, form: Form, rules: Rules) -> tuple[Graph, tuple[Problem, ...]]:
    """The graph without what no output needs, and what the guard says of it."""
    try:
        return guard.checked(_without_files(graph, form), rules, files_of(form)), ()
    except Unprocessable as error:
        return graph, tuple(_guards_problems(error, graph))


def _without_files(graph: Graph, form: Form) -> Graph:
    """Where every job brings a file, the one that the author had does not count."""
    brought = {
        (target.node, target.field)
        for each in form.inputs
        if each.required
        for target in each.targets
    }
    return {
        node: {
            **spec,
            "inputs": {
                name: "" if (node, name) in brought else value
                for name, value in spec["inputs"].items()
            },
        }
        for node, spec in graph.items()
    }


def _guards_problems(error: Unprocessable, graph: Graph) -> Iterator[Problem]:
    nodes = (error.details or {}).get("node_errors") or {}
    if not nodes:
        yield problem("refused", error.message)
    for node, found in nodes.items():
        spec = graph.get(node, {})
        for each in found:
            yield problem(
                "unknown_class" if each["field"] == "class_type" else "refused",
                f"{each['reason']}.",
                node=node,
                title=title_of(spec),
                class_type=spec.get("class_type"),
                field=each["field"] or None,
            )


def _kept_files(graph: Graph, form: Form, known: Known) -> Iterator[Problem]:
    """A note for each optional input whose loader stays when a job brings no file."""
    for each in form.inputs:
        if not each.required and not can_do_without(graph, each, known.info):
            target = each.targets[0]
            yield problem(
                "keeps_file",
                f"the input {each.id!r} is optional, but a node needs what it loads: without a file"
                f" the job uses {graph[target.node]['inputs'].get(target.field)!r:.80}, which every"
                " host must have in its input folder.",
                node=target.node,
                title=title_of(graph[target.node]),
                class_type=graph[target.node]["class_type"],
                field=target.field,
            )


def _title(name: str) -> str:
    """A name as a person writes it."""
    return name.replace("-", " ").replace("_", " ").strip().capitalize() or name


def _named(form: Form, brought: Brought) -> Form:
    over = {"title": brought.title, "description": brought.description}
    return form.model_copy(update={key: value for key, value in over.items() if value})
