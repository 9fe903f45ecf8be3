"""A param from what the hosts say of the fields that it sets. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from relay_server.models.forms import FormParam, ParamType
from relay_server.models.workflows import Problem
from relay_server.workflows.filled.values import LARGEST_SEED, RANDOM, WrongValue, checked_value
from relay_server.workflows.forms.graph import FormGraph, Kinds, Setting
from relay_server.workflows.forms.sentences import listed, sentence
from relay_server.workflows.guard import is_link
from relay_server.workflows.host_models import singular
from relay_server.workflows.model_files import canonical
from relay_server.workflows.object_info import COMBO, SEEDS, Field
from relay_server.workflows.problems import cut

SEED_CONTROL = "control_after_generate"
SMALLEST_SEED_MAX = 2**32
WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
TYPES = {
    "INT": ParamType.INT, "FLOAT": ParamType.FLOAT, "STRING": ParamType.TEXT,
    "BOOLEAN": ParamType.BOOL, COMBO: ParamType.MENU,
}  # fmt: skip


class NotOffered(Exception):
    """A field cannot be a param. The text says why, as the end of a sentence."""


@dataclass(frozen=True)
class Described:
    """What the hosts say of a field, as a form says it."""

    type: ParamType
    min: float | None = None
    max: float | None = None
    step: float | None = None
    menu: tuple[str, ...] = ()
    models: str | None = None
    multiline: bool = False
    help: str = ""


def offered(
    graph: FormGraph, setting: Setting, *, id: str, label: str, group: str = "", help: str = "",  # noqa: A002
) -> tuple[FormParam | None, list[Problem]]:  # fmt: skip
    """The param with the author's value as its default, and what is to say about it; no param if
    there is none to make of these fields."""
    try:
        found = described_all(graph, setting)
    except NotOffered as reason:
        note = graph.note("not_offered", f"it is not offered: {reason}.", *setting.key[0])
        return None, [note]
    param = made(found, setting, id=id, label=label, group=group, help=help or found.help)
    return with_default(graph, param, saved(graph, setting, param))


def made(found: Described, setting: Setting, **words: str) -> FormParam:
    """The param without a default."""
    return FormParam(
        type=found.type,
        min=found.min,
        max=found.max,
        step=found.step,
        menu=list(found.menu),
        models=found.models,
        multiline=found.multiline,
        targets=list(setting.targets),
        **words,
    )


def with_default(
    graph: FormGraph, param: FormParam, default: Any
) -> tuple[FormParam, list[Problem]]:
    """The param with a default, or with the duty to give a value if that one does not fit.

    A model that no host has stays the default: it may come, and until then the live menu is
    without it.
    """
    if default is None:
        return param, []
    try:
        checked_value(param, default)
    except WrongValue as wrong:
        target = param.targets[0]
        kept = is_only_absent(param, default)
        message = _absent(param, default) if kept else (
            f"the saved value of {cut(target.field)!r} does not fit, so a job must give one"
            f" ({cut(param.label)}): {wrong.reason}"
        )  # fmt: skip
        code = "default_does_not_fit"
        note = graph.note(code, sentence(message), target.node, target.field)
        update = {"default": default} if kept else {"required": True}
        return param.model_copy(update=update), [note]
    return param.model_copy(update={"default": default}), []


def _absent(param: FormParam, default: Any) -> str:
    names = [each["name"] for each in default] if isinstance(default, list) else [default]
    lacking = [name for name in names if canonical(name) not in param.menu]
    what = f"{singular(param.models or '')} {listed([repr(cut(name)) for name in lacking])}"
    return f"no host has the {what}; until one does, a job must choose another ({cut(param.label)})"


def is_only_absent(param: FormParam, default: Any) -> bool:
    """Whether a model is right but for no host having it."""
    if param.models is None:
        return False
    try:
        checked_value(param.model_copy(update={"menu": []}), default)
    except WrongValue:
        return False
    return True


def saved(graph: FormGraph, setting: Setting, param: FormParam) -> Any:
    """The author's value, as the param's type would write it; None if there is none. A seed that
    ComfyUI's page draws anew each time is drawn here, too."""
    if param.type is ParamType.SEED and not graph.read.randomized.isdisjoint(setting.key):
        return RANDOM
    value = graph.value(*setting.key[0])
    return None if is_link(value) else _spelled(param, value)


def described_all(graph: FormGraph, setting: Setting) -> Described:
    """What all fields of a setting allow together. Raises NotOffered."""
    found: list[Described] = []
    for target in setting.typed_by:
        each = graph.field(target.node, target.field)
        if each is None:
            raise NotOffered(f"no host tells what {cut(target.field)!r} is")
        found.append(described(graph.class_of(target.node), each, graph.kinds))
    return reduce(_narrowed, found)


def described(class_type: str, each: Field, kinds: Kinds) -> Described:
    """What a host says of one field. Raises NotOffered."""
    kind = TYPES.get(each.type)
    if kind is None or not each.is_widget:
        raise NotOffered(f"{cut(each.name)!r} takes a link of the type {cut(each.type)}")
    if each.upload:
        raise NotOffered(f"{cut(each.name)!r} is a file")
    words = Described(kind, multiline=bool(each.options.get("multiline")), help=each.tooltip)
    if kind is ParamType.MENU:
        return _menu(class_type, each, words, kinds)
    if kind is ParamType.INT and _is_seed(each):
        return replace(words, type=ParamType.SEED, max=_largest_seed(each.options.get("max")))
    if kind in (ParamType.INT, ParamType.FLOAT):
        step = _exact(each.options.get("step"))
        low, high = _exact(each.options.get("min")), _exact(each.options.get("max"))
        return replace(words, min=low, max=high, step=step if step and step > 0 else None)
    return words


def _menu(class_type: str, each: Field, words: Described, kinds: Kinds) -> Described:
    if each.options.get("multiselect"):
        raise NotOffered(f"several entries of the menu {cut(each.name)!r} may be chosen at once")
    if not all(isinstance(entry, str) for entry in each.menu):
        raise NotOffered(f"the menu {cut(each.name)!r} has entries that are no texts")
    if kind := kinds(class_type, each.name):
        names = dict.fromkeys(canonical(entry) for entry in each.menu)
        return replace(words, menu=tuple(names), models=kind)
    if not each.menu:
        raise NotOffered(f"the menu {cut(each.name)!r} is empty on every host")
    return replace(words, menu=tuple(each.menu))


def _is_seed(each: Field) -> bool:
    """ComfyUI's own primitive of a number has the control too, but it goes below zero."""
    low, high = each.options.get("min", 0), each.options.get("max")
    wide = isinstance(high, int | float) and high >= SMALLEST_SEED_MAX
    unsigned = isinstance(low, int | float) and low >= 0
    return each.name in SEEDS or (bool(each.options.get(SEED_CONTROL)) and wide and unsigned)


def _largest_seed(high: Any) -> float | None:
    """None where 64 bits fit, else the largest float that is not over it."""
    if isinstance(high, bool) or not isinstance(high, int | float) or not 0 < high < LARGEST_SEED:
        return None
    found = float(high)
    return math.nextafter(found, 0.0) if found > high else found


def _exact(number: Any) -> float | None:
    """A bound as a float; None if it is none, or one that no float holds: such a bound is there
    because ComfyUI wants one."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        found = float(number)
    except OverflowError:
        return None
    return found if math.isfinite(found) and found == number else None


def _narrowed(one: Described, other: Described) -> Described:
    """What both allow. The first says the type."""
    menu = tuple(entry for entry in one.menu if entry in other.menu) if other.menu else one.menu
    return replace(
        one,
        type=ParamType.INT if {one.type, other.type} == INTS else one.type,
        min=_of(max, one.min, other.min),
        max=_of(min, one.max, other.max),
        step=_step(one, other),
        menu=menu,
        multiline=one.multiline or other.multiline,
        help=one.help or other.help,
    )


INTS = {ParamType.INT, ParamType.SEED}


def _of(choose: Any, one: float | None, other: float | None) -> float | None:
    there: Iterable[float] = [each for each in (one, other) if each is not None]
    return choose(there) if there else None


def _step(one: Described, other: Described) -> float | None:
    steps = [each for each in (one.step, other.step) if each is not None]
    if len(steps) > 1 and all(step.is_integer() for step in steps):
        return float(math.lcm(*map(int, steps)))
    return max(steps, default=None)


def _spelled(param: FormParam, value: Any) -> Any:
    """ComfyUI casts what is saved in another type, a number written as text for one."""
    if isinstance(value, bool):
        return value
    if param.type in INTS:
        return _whole(value)
    if param.type is ParamType.FLOAT:
        return _float(value)
    if param.type is ParamType.TEXT and isinstance(value, int | float):
        return str(value)
    if param.type is ParamType.MENU and isinstance(value, str):
        # A fixed menu of models may be written with `/`, too.
        return canonical(value) if param.models or canonical(value) in param.menu else value
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    return value


def _float(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return value
