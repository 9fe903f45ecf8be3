"""A form file, completed from the graph and from what the hosts say. Pure.

Every problem of every entry is found before any is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from relay_server.models.forms import FormInput, FormOutput, FormParam, InputKind, Target
from relay_server.models.workflows import Problem
from relay_server.workflows.filled.values import did_you_mean
from relay_server.workflows.forms.completing_param import completed_param
from relay_server.workflows.forms.file import FileInput, FileOutput, FileTarget, FormFile
from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.inputs import input_help, input_kind, multiple
from relay_server.workflows.forms.outputs import needed_outputs, output_kind, outputs
from relay_server.workflows.forms.targets import check_free, meant, output_node, wrong
from relay_server.workflows.forms.title_grammar import plain
from relay_server.workflows.problems import Unreadable, cut


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
    set_by: dict[Target, str] = {}
    for each in file.inputs:
        where = f"inputs {each.id!r}"
        targets = _targets(graph, each.targets, where, done.problems)
        done.problems += _set_twice(set_by, targets, where)
        if targets:
            done.inputs.append(_input(graph, each, targets))
            done.notes += _other_kind(graph, each, targets)
    for param in file.params:
        where = f"params {param.id!r}"
        lora = param.type == "loras"
        targets = _targets(graph, param.targets, where, done.problems, lora=lora)
        done.problems += _set_twice(set_by, targets, where)
        if targets:
            found, problems, notes = completed_param(graph, param, targets)
            done.params += [found] if found else []
            done.problems += problems
            done.notes += notes
    done.problems += _unknown_groups(file)
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


def _set_twice(
    set_by: dict[Target, str], targets: Sequence[Target], where: str
) -> Iterator[Problem]:
    for target in targets:
        other = set_by.setdefault(target, where)
        if other != where:
            field = f"the field {cut(target.field)!r} of node {cut(target.node)}"
            reason = f"{field} is set by {other} already. Take it out of one of the two"
            yield wrong("set_twice", where, reason, target.node, target.field)


def _unknown_groups(file: FormFile) -> Iterator[Problem]:
    """Groups that are not listed, where the file lists groups at all."""
    for name, entries in (("inputs", file.inputs), ("params", file.params)):
        for each in entries if file.groups else ():
            if each.group and each.group not in file.groups:
                near = did_you_mean(each.group, file.groups)
                reason = f"its group {cut(each.group)!r} is not in `groups`{near}"
                yield wrong("no_such_group", f"{name} {each.id!r}", reason)


def _other_kind(graph: FormGraph, file: FileInput, targets: list[Target]) -> Iterator[Problem]:
    """A note where the workflow uses a picture as a mask that is asked for as none, or reverse."""
    for target in targets:
        told = input_kind(graph, target.node, target.field)
        if graph.known(target.node) and {file.kind, told} == {InputKind.IMAGE, InputKind.MASK}:
            used = "only its mask is used" if told is InputKind.MASK else "its picture is used"
            message = f"the form asks for {file.id!r} as {file.kind}, but {used}."
            yield graph.note("other_kind", message, target.node, target.field)


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
            nodes[each.id] = output_node(graph, each, f"outputs {each.id!r}")
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
