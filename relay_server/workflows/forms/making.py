"""The form of a workflow, from what its author said about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relay_server.models.forms import Form, FormInput, FormOutput, FormParam
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.app_mode import App, app_form
from relay_server.workflows.forms.completing import completed
from relay_server.workflows.forms.file_reading import read_form_file
from relay_server.workflows.forms.graph import FormGraph, Kinds
from relay_server.workflows.forms.inputs import kept_files
from relay_server.workflows.forms.outputs import outputs
from relay_server.workflows.forms.slugs import settled
from relay_server.workflows.forms.titles import titled
from relay_server.workflows.forms.wanted import GROUPS, wanted
from relay_server.workflows.model_files import kind_of
from relay_server.workflows.object_info import ObjectInfo
from relay_server.workflows.problems import problem
from relay_server.workflows.saved.reading import ReadWorkflow

MADE = ("inputs", "params")  # parts of a form that are made where a form file leaves them out


@dataclass(frozen=True)
class MadeForm:
    """A form, or what stands in its way, all at once. `notes` say what was left out, and why."""

    form: Form | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


@dataclass
class _Parts:
    """A form as it grows."""

    title: str
    description: str = ""
    inputs: list[FormInput] = field(default_factory=list)
    params: list[FormParam] = field(default_factory=list)
    outputs: list[FormOutput] = field(default_factory=list)
    groups: Sequence[str] = ()
    time_limit: float | None = None
    max_running: int | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    input_notes: list[Problem] = field(default_factory=list)


def made_form(
    read: ReadWorkflow,
    info: ObjectInfo,
    form_file: Mapping[str, Any] | None,
    title: str,
    kinds: Kinds = kind_of,
) -> MadeForm:
    """From App mode, else from titles. A form file goes before both: whoever brings one with a
    publication means it, and a note says that App mode was not used. `title` is the form's if the
    file gives none; `kinds` tells which kind of model a field names.
    """
    graph = FormGraph(read, info, kinds)
    if form_file is not None:
        parts = _from_file(graph, form_file, title)
    elif not info:
        parts = _Parts(title, problems=[_no_hosts()])
    else:
        app = app_form(graph, read.app) if read.app else App()
        parts = _from_app(graph, app, title) if app.is_usable else _from_titles(graph, title)
        parts.notes[:0] = [*app.notes, *parts.input_notes]
    if not graph.outputs:
        parts.problems.append(
            problem("no_output", "The workflow saves nothing. Add a node such as SaveImage.")
        )
    parts.notes += kept_files(graph, _set_by(parts.inputs))
    return _finished(parts)


def _from_file(graph: FormGraph, raw: Mapping[str, Any], title: str) -> _Parts:
    """What the file leaves out is made of titles."""
    file, wrong = read_form_file(raw)
    done = completed(graph, file)
    parts = _Parts(
        file.title or title, file.description, done.inputs, done.params, done.outputs,
        file.groups, file.time_limit, file.max_running, [*wrong, *done.problems], done.notes,
    )  # fmt: skip
    if left_out := [name for name in MADE if name not in raw]:
        _make_rest(graph, parts, left_out)
    if graph.read.app and graph.read.app.get("inputs"):
        note = problem("app_mode_not_used", "The form file is used, and App mode is not.")
        parts.notes.append(note)
    return parts


def _make_rest(graph: FormGraph, parts: _Parts, left_out: Sequence[str]) -> None:
    if not graph.info:
        parts.problems.append(_no_hosts())
        return
    taken = [*(each.id for each in parts.inputs), *(each.id for each in parts.params)]
    rest = _from_titles(graph, parts.title, taken)
    if "inputs" in left_out:
        parts.inputs = rest.inputs
        parts.notes += rest.input_notes
    if "params" in left_out:
        parts.params = rest.params
        parts.groups = [*parts.groups, *rest.groups]
        parts.notes += rest.notes


def _from_app(graph: FormGraph, app: App, title: str) -> _Parts:
    params = settled(app.params)
    inputs = settled(app.inputs, taken=[each.id for each in params])
    return _Parts(
        title,
        inputs=inputs,
        params=params,
        outputs=outputs(graph, app.outputs),
    )


def _from_titles(graph: FormGraph, title: str, taken: Sequence[str] = ()) -> _Parts:
    author = titled(graph)
    always = wanted(graph, author.taken)
    params = settled([*always.params, *author.params], taken)
    used = list(dict.fromkeys(each.group for each in params))
    groups = [*(group for group in GROUPS if group in used), *(each for each in used if each)]
    groups = list(dict.fromkeys(groups))
    order = [*groups, ""]
    return _Parts(
        title,
        inputs=settled(author.inputs, taken=[*taken, *(each.id for each in params)]),
        params=sorted(params, key=lambda each: order.index(each.group)),
        outputs=outputs(graph),
        groups=groups,
        input_notes=author.input_notes,
        notes=[*author.notes, *always.notes],
    )


def _set_by(inputs: Sequence[FormInput]) -> set[tuple[str, str]]:
    return {(target.node, target.field) for each in inputs for target in each.targets}


def _finished(parts: _Parts) -> MadeForm:
    problems = tuple(dict.fromkeys(parts.problems))
    notes = tuple(dict.fromkeys(parts.notes))
    if problems:
        return MadeForm(None, problems, notes)
    used = [*(each.group for each in parts.inputs), *(each.group for each in parts.params)]
    groups = list(dict.fromkeys([*parts.groups, *filter(None, used)]))
    form = Form(
        title=parts.title,
        description=parts.description,
        inputs=parts.inputs,
        params=parts.params,
        outputs=parts.outputs,
        groups=groups,
        time_limit=parts.time_limit,
        max_running=parts.max_running,
    )
    return MadeForm(form, (), notes)


def _no_hosts() -> Problem:
    return problem(
        "no_hosts",
        "No host is known, and a form has its types from the hosts. Start a worker, or bring a form"
        " file with `inputs` and `params` that says them.",
    )
