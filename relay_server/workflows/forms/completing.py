"""A form file, completed from the graph and from what the hosts say. Pure.

Every problem of every entry is found before any is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from relay_server.models.forms import FormInput, FormOutput, FormParam, Target
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.completing_param import completed_param
from relay_server.workflows.forms.file import FileInput, FileOutput, FileTarget, FormFile
from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.inputs import input_help, input_kind, multiple
from relay_server.workflows.forms.outputs import needed_outputs, output_kind, outputs
from relay_server.workflows.forms.targets import check_free, meant, output_node
from relay_server.workflows.forms.title_grammar import plain
from relay_server.workflows.problems import Unreadable


@dataclass
class Completed:
    """The parts of a form; only those without problems."""

    inputs: list[FormInput] = field(default_factory=list)
    params: list[FormParam] = field(default_factory=list)
    outputs: list[FormOutput] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def completed(graph: FormGraph, file: FormFile) -> Completed:
    """Everything that the file lists, and all outputs if it lists none."""
    done = Completed()
    for each in file.inputs:
        where = f"input {each.id}"
        targets = _targets(graph, each.targets, where, done.problems)
        if targets:
            done.inputs.append(_input(graph, each, targets))
    for param in file.params:
        where = f"param {param.id}"
        lora = param.type == "loras"
        targets = _targets(graph, param.targets, where, done.problems, lora=lora)
        if targets:
            found, problems, notes = completed_param(graph, param, targets)
            done.params += [found] if found else []
            done.problems += problems
            done.notes += notes
    done.outputs = _outputs(graph, file.outputs, done.problems)
    unneeded = list(_unneeded(graph, done))
    # What no output needs is dropped from the graph, as far as the hosts tell which nodes are one.
    known = all(graph.known(node) for node in graph.graph)
    (done.problems if known else done.notes).extend(unneeded)
    return done


def _targets(
    graph: FormGraph, raw: Sequence[FileTarget], where: str, problems: list[Problem], *,
    lora: bool = False,
) -> list[Target]:  # fmt: skip
    """Empty if one of them is wrong."""
    found: dict[Target, None] = {}
    before = len(problems)
    for each in raw:
        try:
            targets = meant(graph, each, where, lora=lora)
            if not lora:
                for target in targets:
                    check_free(graph, target, where)
            found.update(dict.fromkeys(targets))
        except Unreadable as error:
            problems += error.problems
    return list(found) if len(problems) == before else []


def _input(graph: FormGraph, file: FileInput, targets: list[Target]) -> FormInput:
    first = targets[0]
    kind = file.kind or input_kind(graph, first.node, first.field)
    return FormInput(
        id=file.id,
        label=plain(file.id) if file.label is None else file.label,
        help=input_help(graph, first.node, kind) if file.help is None else file.help,
        group=file.group,
        kind=kind,
        required=file.required,
        frames=file.frames,
        multiple=file.multiple or max(multiple(graph, each.node) for each in targets),
        targets=targets,
    )


def _outputs(
    graph: FormGraph, files: Sequence[FileOutput], problems: list[Problem]
) -> list[FormOutput]:
    if not files:
        return outputs(graph)
    nodes: dict[str, str] = {}
    for each in files:
        try:
            nodes[each.id] = output_node(graph, each, f"output {each.id}")
        except Unreadable as error:
            problems += error.problems
    needed = needed_outputs(graph, nodes.values())
    return [_output(graph, each, nodes[each.id], needed) for each in files if each.id in nodes]


def _output(graph: FormGraph, file: FileOutput, node: str, needed: set[str]) -> FormOutput:
    return FormOutput(
        id=file.id,
        label=plain(file.id) if file.label is None else file.label,
        help=file.help,
        kind=file.kind or output_kind(graph, node),
        required=node in needed if file.required is None else file.required,
        node=node,
    )


def _unneeded(graph: FormGraph, done: Completed) -> Iterator[Problem]:
    entries: list[FormInput | FormParam] = [*done.inputs, *done.params]
    for entry in entries:
        for target in entry.targets:
            if target.node in graph and target.node not in graph.needed:
                message = f"the form's {entry.id!r} sets it, but no output needs it."
                yield graph.note("no_effect", message, target.node, target.field)
