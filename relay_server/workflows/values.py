"""A form's params, checked and complete. Pure."""

from __future__ import annotations

import difflib
import math
import re
import secrets
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form, FormParam, ParamType

SEED_BITS = 64
SEED_TEXT = re.compile(r"[0-9]{1,20}")
RANDOM = "random"
LONGEST = 1e15  # numbers over it are not spelled out


def checked_values(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    """Every param's value, by id. Raises `invalid_params` with one entry for every problem."""
    params = {param.id: param for param in form.params}
    problems = [
        {"param": name, "reason": f"there is no such param{_nearest(name, list(params))}"}
        for name in given
        if name not in params
    ]
    values: dict[str, Any] = {}
    for name, param in params.items():
        value = given.get(name, param.default)
        if name not in given and (param.required or value is None):
            if param.required:
                problems.append({"param": name, "reason": "a value is needed"})
            continue
        reason, values[name] = _checked(param, value)
        if reason:
            problems.append({"param": name, "reason": reason})
    if problems:
        first = problems[0]
        raise Unprocessable(
            "invalid_params",
            f"Param {first['param'][:80]!r}: {first['reason']}.",
            {"params": problems},
        )
    return values


def _checked(param: FormParam, value: Any) -> tuple[str | None, Any]:
    """(what is wrong or None, the value to use)."""
    if param.type is ParamType.SEED:
        return _seed(param, value)
    if param.type in {ParamType.INT, ParamType.FLOAT}:
        return _number(param, value)
    if param.type is ParamType.BOOL:
        return (None if isinstance(value, bool) else "it must be true or false"), value
    if not isinstance(value, str):
        return "it must be text", value
    if param.type is ParamType.MENU and value not in param.menu:
        shown = ", ".join(param.menu[:8])
        return f"{value[:80]!r} is not on its menu{_nearest(value, param.menu)} ({shown})", value
    return None, value


def _seed(param: FormParam, value: Any) -> tuple[str | None, Any]:
    if value == RANDOM:
        return None, secrets.randbits(SEED_BITS)
    if isinstance(value, str) and SEED_TEXT.fullmatch(value):
        value = int(value)  # clients that cannot count to 2^64 send text
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 0 <= value < 2**SEED_BITS:
        return "it must be a whole number from 0 to 2^64-1, or 'random'", value
    return None, value


def _number(param: FormParam, value: Any) -> tuple[str | None, Any]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "it must be a number", value
    if param.type is ParamType.INT:
        if isinstance(value, float) and not value.is_integer():
            return "it must be a whole number", value
        value = int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "it must be a number", value
    shown = f"{value:g}" if abs(value) < LONGEST else "it"
    if param.min is not None and value < param.min:
        return f"{shown} is under its minimum of {param.min:g}", value
    if param.max is not None and value > param.max:
        return f"{shown} is over its maximum of {param.max:g}", value
    return None, value


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
