"""The values that were saved with a node, by the name of their field. Pure.

ComfyUI's UI format saves values without names, in the order of the widgets. Beside the fields it
saves widgets that only its own page has: what to do with a seed after a run, upload buttons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from relay_server.workflows.object_info import COMBO, DYNAMIC, Field, NodeClass

CONTROLS = ("fixed", "increment", "decrement", "randomize", "increment-wrap")
"""What the page may do with a number after a run. The oldest files say true or false instead."""

SEEDS = frozenset({"seed", "noise_seed"})
BUTTONS = frozenset({"image", "video", "audio", "file", "upload", ""})
"""What upload buttons and players save as their value."""

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CHECKS: dict[str, tuple[type, ...]] = {
    "INT": (int,), "FLOAT": (int, float), "STRING": (str,), "BOOLEAN": (bool,),
}  # fmt: skip


class Misfit(Exception):
    """The saved values are not those of the class as the hosts have it. Says why."""


def saved_values(
    values: list[Any] | Mapping[str, Any], node_class: NodeClass, custom: frozenset[str]
) -> dict[str, Any]:
    """The values of every widget. A field that the file does not know, because the class grew
    later, gets its default. `custom` names fields that are widgets of a type of their own.

    Raises Misfit where a value cannot be given to a field without doubt.
    """
    fields = [each for each in node_class.fields.values() if each.is_widget or each.name in custom]
    named = _by_name(values, fields) if isinstance(values, Mapping) else _in_order(values, fields)
    for each in fields:
        if each.name not in named and each.default is not None:
            named[each.name] = each.default
    return {name: value for name, value in named.items() if value is not None}


def _by_name(values: Mapping[str, Any], fields: list[Field]) -> dict[str, Any]:
    """Some packs save their values with names."""
    named: dict[str, Any] = {}
    waiting = list(fields)
    while waiting:
        field = waiting.pop(0)
        if field.name in values:
            named[field.name] = _prompted(field, values[field.name])
            waiting += field.children(values[field.name])
    return named


def _in_order(values: list[Any], fields: list[Field]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    rest = list(values)
    waiting = list(fields)
    while waiting and rest:
        field, value = waiting.pop(0), rest.pop(0)
        if value is not None and not _fits(field, value):
            raise Misfit(f"the saved value {value!r:.60} does not fit the field {field.name!r}")
        named[field.name] = _prompted(field, value)
        waiting[:0] = [each for each in field.children(value) if each.is_widget]
        _drop_control(field, rest, waiting)
    if extra := [each for each in rest if not _is_button(each)]:
        raise Misfit(
            f"{len(values)} values were saved for {len(fields)} fields; {extra[0]!r:.60} belongs"
            " to none"
        )
    return named


def _drop_control(field: Field, rest: list[Any], following: list[Field]) -> None:
    """After a seed stands what the page does with it; after a menu also a filter."""
    if not rest or field.type not in {"INT", "FLOAT", COMBO}:
        return
    flagged = (
        bool(field.options.get("control_after_generate")) or field.name.rpartition(".")[2] in SEEDS
    )
    oldest = flagged and isinstance(rest[0], bool) and not _next_takes(following, rest[0])
    if (rest[0] in CONTROLS and (flagged or not _next_takes(following, rest[0]))) or oldest:
        rest.pop(0)
        if field.type == COMBO and rest and isinstance(rest[0], str) and len(rest) > len(following):
            rest.pop(0)


def _next_takes(following: list[Field], value: Any) -> bool:
    """Whether the value may be that of the next field."""
    if not following:
        return False
    field = following[0]
    return value in field.menu if field.menu else _fits(field, value)


def _fits(field: Field, value: Any) -> bool:
    if field.type == DYNAMIC:
        return value in field.menu
    if field.type == COMBO:
        return _fits_menu(field, value)
    if field.type not in _CHECKS:
        return True
    if isinstance(value, bool) and field.type != "BOOLEAN":
        return False
    if field.type == "INT" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _CHECKS[field.type])


def _fits_menu(field: Field, value: Any) -> bool:
    """Names of files and models may be missing from a menu; numbers and switches not."""
    if value in field.menu or isinstance(value, list):
        return True
    return isinstance(value, str) and all(isinstance(each, str) for each in field.menu)


def _is_button(value: Any) -> bool:
    """Whether the page saved it for itself: buttons, players, switches of old text fields."""
    if isinstance(value, str):
        return value in BUTTONS
    return value is None or isinstance(value, bool | dict)


def _prompted(field: Field, value: Any) -> Any:
    """The value as the page would send it: a list is wrapped, since a bare one is a link, and
    comments in a text prompt are left out."""
    if isinstance(value, list):
        return {"__value__": value}
    if isinstance(value, str) and field.options.get("dynamicPrompts"):
        return COMMENT.sub("", value)
    return value


def draws_words(field: Field, value: Any) -> bool:
    """Whether the page would draw one of `{a|b}` at every run."""
    dynamic = field.type == "STRING" and bool(field.options.get("dynamicPrompts"))
    return dynamic and isinstance(value, str) and bool(re.search(r"(?<!\\)\{[^{}]*\|", value))
