"""Values against a form: what is wrong with one is said with the label that an artist knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from . import seeds
from .errors import PluginError
from .form import Form, JsonValue, Param


class ParamError(PluginError):
    """A value that its param cannot have."""

    code = "invalid_params"


def checked(form: Form, raw: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The values as the relay takes them. None is left to the form's default.

    Seeds are left as they are. Raises ParamError for the first that cannot be.
    """
    found: dict[str, JsonValue] = {}
    for param in form.params:
        value = raw.get(param.id)
        if value is None or (param.type == "menu" and value == ""):  # an empty menu has nothing
            _check_default(param)
        else:
            found[param.id] = CHECKS.get(param.type, _any)(param, value)
    return found


def seeded(
    form: Form, values: Mapping[str, JsonValue], policy: str, frame: int
) -> dict[str, JsonValue]:
    """The same, each seed as the number that the job of this frame gets."""
    found = dict(values)
    for param in form.params:
        if param.type == "seed" and param.id in found:
            seed, limit = str(found[param.id]), seed_limit(param)
            found[param.id] = seeds.at_frame(policy, seed, frame, limit)
    return found


def seed_limit(param: Param) -> int:
    """All seeds are below it: some nodes take 32 bits only."""
    return seeds.LIMIT if param.max is None else min(seeds.LIMIT, int(param.max) + 1)


def spelled(number: float) -> str:
    """A number as an artist would write it: whole ones in full, however long."""
    return str(int(number)) if float(number).is_integer() else f"{number:.15g}"


def label(param: Param) -> str:
    """What an artist knows it by."""
    return param.label or param.id


def _check_default(param: Param) -> None:
    if param.required:
        raise ParamError(f"{label(param)} needs a value.", "Set it, then press Generate again.")


def _whole(param: Param, value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParamError(f"{label(param)} must be a whole number; it is {_said(value)}.")
    return _bounded(param, value)


def _number(param: Param, value: JsonValue) -> JsonValue:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not good:
        raise ParamError(f"{label(param)} must be a number; it is {_said(value)}.")
    assert isinstance(value, (int, float))
    return _bounded(param, value)


def _bounded(param: Param, value: float) -> JsonValue:
    low = param.min is not None and value < param.min
    high = param.max is not None and value > param.max
    if low or high:
        raise ParamError(f"{label(param)} must be {_bounds(param)}; it is {spelled(value)}.")
    return value


def _bounds(param: Param) -> str:
    low, high = (None if each is None else spelled(each) for each in (param.min, param.max))
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"from {low} to {high}"


def _text(param: Param, value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        raise ParamError(f"{label(param)} must be a text; it is {_said(value)}.")
    if param.required and not value.strip():
        raise ParamError(f"{label(param)} needs a text.", "Write one, then press Generate again.")
    return value


def _menu(param: Param, value: JsonValue) -> JsonValue:
    # A menu of models is what the hosts had once; the relay knows what they have now.
    if not isinstance(value, str) or (not param.models and param.menu and value not in param.menu):
        raise ParamError(f"{label(param)} has no choice {_said(value)}.", "Pick one from its menu.")
    return value


def _switch(param: Param, value: JsonValue) -> JsonValue:
    if value not in (0, 1):
        raise ParamError(f"{label(param)} must be on or off; it is {_said(value)}.")
    return bool(value)


def _seed(param: Param, value: JsonValue) -> JsonValue:
    try:
        return seeds.checked(str(value), seed_limit(param))
    except ValueError as error:
        raise ParamError(f"{label(param)}: {error}") from error


def _loras(param: Param, value: JsonValue) -> JsonValue:
    good = isinstance(value, list) and all(isinstance(x, dict) and x.get("name") for x in value)
    if not good:
        raise ParamError(f"{label(param)} has a LoRA without a name.", "Pick one, or remove it.")
    return value


def _any(param: Param, value: JsonValue) -> JsonValue:
    return value


def _said(value: JsonValue) -> str:
    return repr(value)[:40]


CHECKS: Mapping[str, Callable[[Param, JsonValue], JsonValue]] = {
    "int": _whole,
    "float": _number,
    "text": _text,
    "menu": _menu,
    "bool": _switch,
    "seed": _seed,
    "loras": _loras,
}
