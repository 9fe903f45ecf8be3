"""A form's params, checked and complete. Pure.

What is accepted here is what `values_schema` describes: change both or neither.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form, FormParam, ParamType
from relay_server.workflows.model_files import canonical, nearest

LONGEST_NAME = 200  # characters that are compared with what there is
LARGEST_SEED = 2**64 - 1
RANDOM = "random"
MOST_LORAS = 64
STRONGEST = 100.0  # of a LoRA, as ComfyUI bounds it

LORA_FIELDS = ("name", "strength_model", "strength_clip")
_MOST_PROBLEMS = 100
_LONGEST_MENU = 100  # entries of a menu in an answer


class WrongValue(Exception):
    """A value does not fit its param. `facts` are its bounds or its menu."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def checked_values(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every param's value, by id. Raises `invalid_params` with one entry for every problem."""
    params = {param.id: param for param in form.params}
    problems = _unknown(params, given)
    values: dict[str, Any] = {}
    for name, param in params.items():
        try:
            if name in given:
                values[name] = checked_value(param, given[name])
            elif param.required:
                raise WrongValue("a value is needed")
            elif param.default is not None:
                values[name] = checked_value(param, param.default)
        except WrongValue as wrong:
            problems.append({"param": name, "reason": wrong.reason, **wrong.facts})
    if problems:
        raise invalid_params(problems)
    return values


def invalid_params(problems: list[dict[str, Any]]) -> Unprocessable:
    """The refusal of some params, each `{param, reason, ...}`."""
    first = problems[0]
    return Unprocessable(
        "invalid_params",
        f"Param {first['param'][:80]!r}: {first['reason']}.",
        {"params": problems},
    )


def checked_value(param: FormParam, value: Any) -> Any:
    """The value to use. Raises WrongValue."""
    return _CHECKS[param.type](param, value)


def is_needed(param: FormParam) -> bool:
    """Whether a value must be given: there is no default, or it is not on the menu any more."""
    if param.required or param.default is None:
        return param.required
    try:
        checked_value(param, param.default)
    except WrongValue:
        return True
    return False


def bounds(param: FormParam) -> dict[str, float]:
    """`min` and `max`, those that there are."""
    found = {"min": param.min, "max": param.max}
    return {name: _whole(at) for name, at in found.items() if at is not None and math.isfinite(at)}


def largest_seed(param: FormParam) -> int:
    """Some nodes take seeds of 32 bits only."""
    return max(0, int(min(LARGEST_SEED, bounds(param).get("max", LARGEST_SEED))))


def seed_pattern(largest: int) -> str:
    """Matches the decimal text of a number from 0 to `largest`, without leading zeros.

    Clients that cannot count to 2^64 send text. The end is written so that it is one in every
    dialect: Python's `$` lets a line break follow.
    """
    digits = str(largest)
    found = [f"[1-9][0-9]{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    for at, digit in enumerate(digits):
        low = 1 if at == 0 and len(digits) > 1 else 0
        if int(digit) > low:
            found.append(f"{digits[:at]}[{low}-{int(digit) - 1}][0-9]{{{len(digits) - at - 1}}}")
    return f"^(?:0|{'|'.join([*found, digits])})(?![\\s\\S])"


def takes_any_name(param: FormParam) -> bool:
    """Whether no host told its models yet, so that any name may turn out to be right."""
    return not param.menu and (param.models is not None or param.type is ParamType.LORAS)


def spellings(param: FormParam) -> dict[str, str]:
    """The menu: what may be written -> the value to use. Models by either separator."""
    if param.models is None and param.type is not ParamType.LORAS:
        return {entry: entry for entry in param.menu}
    names = [canonical(entry) for entry in param.menu]
    return {name.replace("/", "\\"): name for name in names} | {name: name for name in names}


def _unknown(params: Mapping[str, FormParam], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = islice((name for name in given if name not in params), _MOST_PROBLEMS)
    return [
        {"param": name, "reason": f"there is no such param{did_you_mean(name, params)}"}
        for name in names
    ]


def _number(param: FormParam, value: Any) -> Any:
    """A number within the bounds; for an int, whole."""
    number = _finite(value)
    if param.type is ParamType.INT:
        if not _is_whole(number):
            raise WrongValue("it must be a whole number")
        number = int(number)
    return _within(number, bounds(param))


def _finite(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise WrongValue("it must be a number")
    return value


def _within(value: Any, limits: Mapping[str, float]) -> Any:
    if "min" in limits and value < limits["min"]:
        low = shown(limits["min"])
        raise WrongValue(f"{shown(value)} is under its minimum of {low}", **limits)
    if "max" in limits and value > limits["max"]:
        high = shown(limits["max"])
        raise WrongValue(f"{shown(value)} is over its maximum of {high}", **limits)
    return value


def _bool(_: FormParam, value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValue("it must be true or false")
    return value


def _text(_: FormParam, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue("it must be text")
    return value


def _menu(param: FormParam, value: Any) -> str:
    return _on_menu(param, spellings(param), _text(param, value))


def _on_menu(param: FormParam, menu: Mapping[str, str], value: str) -> str:
    if takes_any_name(param) and value:
        return canonical(value)
    if value not in menu:
        entries = list(dict.fromkeys(menu.values()))
        near = did_you_mean(value if param.models is None else canonical(value), entries)
        listed = ", ".join(entries[:8])[:300] or "empty"
        raise WrongValue(
            f"{value[:80]!r} is not on its menu{near}: {listed}", menu=entries[:_LONGEST_MENU]
        )
    return menu[value]


def _seed(param: FormParam, value: Any) -> int:
    largest = largest_seed(param)
    if value == RANDOM:
        return secrets.randbelow(largest + 1)
    if isinstance(value, str) and re.search(seed_pattern(largest), value):
        return int(value)
    number = isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value)
    if not number or not _is_whole(value) or not 0 <= value <= largest:
        high = "2^64-1" if largest == LARGEST_SEED else largest
        raise WrongValue(
            f"it must be a whole number from 0 to {high}, or 'random'", min=0, max=largest
        )
    return int(value)


def _loras(param: FormParam, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise WrongValue("it must be a list of LoRAs")
    if len(value) > MOST_LORAS:
        raise WrongValue(f"it has {len(value)} LoRAs, over its maximum of {MOST_LORAS}")
    menu = spellings(param)
    return [_lora(param, menu, number, entry) for number, entry in enumerate(value, start=1)]


def _lora(param: FormParam, menu: Mapping[str, str], number: int, entry: Any) -> dict[str, Any]:
    try:
        if not isinstance(entry, dict):
            raise WrongValue("it must be an object with a `name`")
        for key in entry:
            if key not in LORA_FIELDS:
                raise WrongValue(
                    f"there is no such field as {key[:80]!r}{did_you_mean(key, LORA_FIELDS)}"
                )
        if not isinstance(entry.get("name"), str):
            raise WrongValue("its `name` must be text")
        model = _strength(entry.get("strength_model", 1.0))
        clip = _strength(entry.get("strength_clip", model))
        name = _on_menu(param, menu, entry["name"])
        return {"name": name, "strength_model": model, "strength_clip": clip}
    except WrongValue as wrong:
        raise WrongValue(f"LoRA {number}: {wrong.reason}", **wrong.facts) from None


def _strength(value: Any) -> Any:
    return _within(_finite(value), {"min": -STRONGEST, "max": STRONGEST})


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name that is most like it, as the end of a sentence; or nothing."""
    near = nearest(name[:LONGEST_NAME], known, 1)
    return f" (did you mean {near[0][:80]!r}?)" if near else ""


def shown(value: float) -> str:
    """A number in a sentence; a very long one is not spelled out."""
    return f"{value:.15g}" if abs(value) < 1e15 else "it"  # noqa: PLR2004


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)  # not every int has a float


def _is_whole(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


_CHECKS: dict[ParamType, Callable[[FormParam, Any], Any]] = {
    ParamType.INT: _number,
    ParamType.FLOAT: _number,
    ParamType.TEXT: _text,
    ParamType.BOOL: _bool,
    ParamType.MENU: _menu,
    ParamType.SEED: _seed,
    ParamType.LORAS: _loras,
}
