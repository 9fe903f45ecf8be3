"""A form's params as JSON Schema. Pure.

Exactly what `checked_values` accepts, so that a client may check before it sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relay_server.models.forms import Form, FormParam, ParamType
from relay_server.workflows.filled.values import (
    MOST_LORAS,
    RANDOM,
    STRONGEST,
    bounds,
    is_needed,
    largest_seed,
    seed_pattern,
    spellings,
    takes_any_name,
)

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def values_schema(form: Form) -> Schema:
    """The JSON Schema (draft 2020-12) of the `params` of a job."""
    return {
        "$schema": DIALECT,
        "title": form.title,
        "type": "object",
        "properties": {param.id: _described(param) for param in form.params},
        "required": [param.id for param in form.params if is_needed(param)],
        "additionalProperties": False,
    }


def _described(param: FormParam) -> Schema:
    """With what a person reads; `x-step` is a hint that nothing enforces."""
    words = {"title": param.label, "description": param.help}
    schema: Schema = {name: text for name, text in words.items() if text}
    schema |= _TYPES[param.type](param)
    if param.default is not None:
        schema["default"] = param.default
    if param.step is not None:
        schema["x-step"] = param.step
    return schema


def _number(param: FormParam) -> Schema:
    names = {"min": "minimum", "max": "maximum"}
    kind = "integer" if param.type is ParamType.INT else "number"
    return {"type": kind} | {names[name]: at for name, at in bounds(param).items()}


def _seed(param: FormParam) -> Schema:
    largest = largest_seed(param)
    return {
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": largest},
            {"const": RANDOM},
            {"type": "string", "pattern": seed_pattern(largest)},
        ]
    }


def _menu(param: FormParam) -> Schema:
    """Models twice where a folder is in their names: as on Linux, and as on Windows."""
    if takes_any_name(param):
        return {"type": "string", "minLength": 1}
    menu = spellings(param)
    names = list(dict.fromkeys(menu.values()))
    if not names:
        return {"not": {}}  # an `enum` may not be empty
    others = [name for name, meant in menu.items() if name != meant]
    return {"anyOf": [{"enum": names}, {"enum": others}]} if others else {"enum": names}


def _loras(param: FormParam) -> Schema:
    strength = {"type": "number", "minimum": -STRONGEST, "maximum": STRONGEST}
    return {
        "type": "array",
        "maxItems": MOST_LORAS,
        "items": {
            "type": "object",
            "properties": {
                "name": _menu(param),
                "strength_model": {**strength, "default": 1.0},
                "strength_clip": {**strength, "description": "As `strength_model` if left out."},
            },
            "required": ["name"],
            "additionalProperties": False,
        },
    }


_TYPES: dict[ParamType, Callable[[FormParam], Schema]] = {
    ParamType.INT: _number,
    ParamType.FLOAT: _number,
    ParamType.TEXT: lambda _: {"type": "string"},
    ParamType.BOOL: lambda _: {"type": "boolean"},
    ParamType.MENU: _menu,
    ParamType.SEED: _seed,
    ParamType.LORAS: _loras,
}
