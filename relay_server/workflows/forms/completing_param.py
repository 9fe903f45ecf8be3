"""A param of a form file, completed from what the hosts say of its fields. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relay_server.errors import Unprocessable
from relay_server.models.forms import FormParam, ParamType, Target
from relay_server.models.workflows import Problem
from relay_server.workflows.filled.loras import LOADER, LOADERS, place_of
from relay_server.workflows.filled.values import WrongValue, checked_value
from relay_server.workflows.forms.file import FileParam
from relay_server.workflows.forms.graph import FormGraph, Setting
from relay_server.workflows.forms.params import (
    Described,
    NotOffered,
    described,
    described_all,
    is_only_absent,
    made,
    saved,
    with_default,
)
from relay_server.workflows.forms.targets import wrong
from relay_server.workflows.forms.title_grammar import plain
from relay_server.workflows.forms.wanted import saved_loras
from relay_server.workflows.host_models import is_model_file
from relay_server.workflows.model_files import canonical
from relay_server.workflows.problems import cut

FITTING = {
    ParamType.INT: {ParamType.INT, ParamType.SEED},
    ParamType.SEED: {ParamType.INT, ParamType.SEED},
    ParamType.FLOAT: {ParamType.FLOAT, ParamType.INT},
    ParamType.TEXT: {ParamType.TEXT, ParamType.MENU},
    ParamType.BOOL: {ParamType.BOOL},
    ParamType.MENU: {ParamType.MENU},
    ParamType.LORAS: {ParamType.LORAS},
}
"""A field of the left type takes every value of these."""

NUMBERS = frozenset({ParamType.INT, ParamType.FLOAT, ParamType.SEED})

Made = tuple[FormParam | None, list[Problem], list[Problem]]


def completed_param(graph: FormGraph, file: FileParam, targets: list[Target]) -> Made:
    """(param, problems, notes)."""
    setting = _setting(graph, targets)
    try:
        said = _said(graph, file, setting)
    except NotOffered as reason:
        return None, [_wrong(file, "not_offered", str(reason), targets[0])], []
    problems = [*_problems(file, said), *_other_models(graph, file, setting)]
    if problems or (found := _joined(file, said)) is None:
        return None, problems or [_no_type(file, targets[0])], []
    words = {
        "id": file.id,
        "label": plain(file.id) if file.label is None else file.label,
        "group": file.group,
        "help": found.help if file.help is None else file.help,
    }
    return _with_default(graph, file, made(found, setting, **words), setting)


def _setting(graph: FormGraph, targets: list[Target]) -> Setting:
    first = targets[0]
    held = graph.held_value(first.node) if first.node in graph else None
    if len(targets) == 1 and held == first.field:
        return Setting(tuple(targets), graph.primitive(first.node, first.field).typed_by)
    return Setting(tuple(targets), tuple(targets))


def _said(graph: FormGraph, file: FileParam, setting: Setting) -> Described | None:
    """What the hosts say; None if none knows the fields. Raises NotOffered."""
    if file.type is ParamType.LORAS:
        return _loras(graph, setting)
    there = [graph.field(each.node, each.field) for each in setting.typed_by]
    return described_all(graph, setting) if all(there) else None


def _loras(graph: FormGraph, setting: Setting) -> Described:
    try:
        place_of(graph.graph, [each.node for each in setting.targets], graph.info)
    except Unprocessable as error:
        raise NotOffered(error.message.rstrip(".")) from error
    each = graph.info.field(LOADER, "lora_name")
    menu = described(LOADER, each, graph.kinds).menu if each else ()
    return Described(ParamType.LORAS, menu=menu, models="loras")


def _other_models(graph: FormGraph, file: FileParam, setting: Setting) -> Iterator[Problem]:
    """Where the classes are known, their fields must name such models. Of a menu of files that no
    host told the kind of, the file is believed."""
    for target in setting.typed_by if file.models and file.type is not ParamType.LORAS else ():
        known = graph.field(target.node, target.field)
        kind = graph.kinds(graph.class_of(target.node), target.field) if known else file.models
        if known and kind is None and known.menu and all(map(is_model_file, map(str, known.menu))):
            kind = file.models
        if kind != file.models:
            names = f"names {kind}" if kind else "names no models"
            reason = f"its `models` is {cut(file.models)!r}, but the field {names}"
            yield _wrong(file, "wrong_models", reason, target)


def _no_such_words(file: FileParam, type_: ParamType | None) -> Iterator[Problem]:
    """What is said of a param that means nothing for its type."""
    if type_ is None:
        return
    bounds = [name for name in ("min", "max", "step") if getattr(file, name) is not None]
    if bounds and type_ not in NUMBERS:
        yield _wrong(file, "bad_bounds", f"it is of type {type_}, which has no {bounds[0]}")
    if file.menu and type_ not in (ParamType.MENU, ParamType.LORAS):
        yield _wrong(file, "no_menu", f"it is of type {type_}, which has no menu")


def _type(file: FileParam, said: Described | None) -> ParamType | None:
    type_ = file.type or (said.type if said else None)
    is_menu = file.type is None and type_ is ParamType.TEXT and file.menu
    return ParamType.MENU if is_menu else type_


def _problems(file: FileParam, said: Described | None) -> Iterator[Problem]:
    yield from _no_such_words(file, _type(file, said))
    if file.min is not None and file.max is not None and file.min > file.max:
        yield _wrong(file, "bad_bounds", f"its min {file.min:g} is over its max {file.max:g}")
    if said is None:
        return
    if file.type is not None and file.type not in FITTING[said.type]:
        yield _wrong(file, "wrong_type", f"the field takes {said.type}, not {file.type}")
    if file.min is not None and said.min is not None and file.min < said.min:
        yield _wrong(file, "too_wide", f"its min {file.min:g} is under the hosts' {said.min:g}")
    if file.max is not None and said.max is not None and file.max > said.max:
        yield _wrong(file, "too_wide", f"its max {file.max:g} is over the hosts' {said.max:g}")
    if file.menu and said.menu and file.models is None:
        known = {canonical(entry) if said.models else entry for entry in said.menu}
        extra = [
            each for each in file.menu if (canonical(each) if said.models else each) not in known
        ]
        if extra:
            shown = ", ".join(repr(cut(each)) for each in extra[:5])
            yield _wrong(file, "too_wide", f"no host has on its menu: {shown}")


def _joined(file: FileParam, said: Described | None) -> Described | None:
    """The file's word where it has one, else the hosts'; None if neither tells the type."""
    type_ = _type(file, said)
    if type_ is None or (type_ is ParamType.MENU and not _has_menu(file, said)):
        return None
    base = said or Described(type_)
    return replace(
        base,
        type=type_,
        min=base.min if file.min is None else file.min,
        max=base.max if file.max is None else file.max,
        step=base.step if file.step is None else file.step,
        menu=tuple(file.menu) if file.menu else base.menu,
        models=file.models or (None if file.menu else base.models),
        multiline=base.multiline if file.multiline is None else file.multiline,
    )


def _has_menu(file: FileParam, said: Described | None) -> bool:
    return bool(file.menu or file.models or (said and (said.menu or said.models)))


def _no_type(file: FileParam, target: Target) -> Problem:
    if file.type is ParamType.MENU:
        return _wrong(
            file, "menu_needed", "no host knows its menu. Give `menu` or `models`", target
        )
    reason = (
        f"no host knows the field {cut(target.field)!r} of node {cut(target.node)}. Give a `type`"
    )
    return _wrong(file, "type_needed", reason, target)


def _with_default(graph: FormGraph, file: FileParam, param: FormParam, setting: Setting) -> Made:
    if file.required:
        param = param.model_copy(update={"required": True})
        if file.default is None:
            return param, [], []
        reason = "it is `required`, which means that there is no default. Take one of the two out"
        return None, [_wrong(file, "bad_default", reason)], []
    if "default" in file.model_fields_set:
        return _given_default(graph, file, param)
    default = saved(graph, setting, param)
    if param.type is ParamType.LORAS:
        nodes = [each.node for each in setting.targets]
        chain = [node for node in nodes if graph.class_of(node) in LOADERS]
        default = saved_loras(graph, chain)
    param, notes = with_default(graph, param, default)
    return param, [], notes


def _given_default(graph: FormGraph, file: FileParam, param: FormParam) -> Made:
    try:
        if file.default is not None:
            checked_value(param, file.default)
    except WrongValue as error:
        if not is_only_absent(param, file.default):
            return None, [_wrong(file, "bad_default", f"its default: {error.reason}")], []
        param, notes = with_default(graph, param, file.default)
        return param, [], notes
    return param.model_copy(update={"default": file.default}), [], []


def _wrong(file: FileParam, code: str, reason: str, target: Target | None = None) -> Problem:
    where = f"params {file.id!r}"
    if target is None:
        return wrong(code, where, reason)
    return wrong(code, where, reason, target.node, target.field)
