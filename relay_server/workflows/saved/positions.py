"""Saved values that have no names: they stand in the order of the widgets. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relay_server.workflows.object_info import COMBO, GROUP, SEEDS, Field
from relay_server.workflows.saved.fitting import BOX, PAGE_TYPES, UNSAVED, fits, prompted

CONTROLS = ("fixed", "increment", "decrement", "randomize", "increment-wrap")
"""What the page may do with a number after a run. The oldest files say true or false instead."""

BUTTONS = frozenset({"image", "video", "audio", "file", "upload", "refresh", ""})
"""What upload buttons and players save as their value."""

BOX_NUMBERS = 4


class Misfit(Exception):
    """The saved values are not those of the class as the hosts have it. Says why."""


def in_order(
    values: list[Any], fields: list[Field], is_set: Callable[[Field], bool]
) -> dict[str, Any]:
    """The values by name. Raises Misfit if one does not fit, or is too many."""
    named: dict[str, Any] = {}
    rest = list(values)
    waiting = list(fields)
    while waiting and rest:
        field = waiting.pop(0)
        if field.type in UNSAVED:
            continue
        value = rest.pop(0)
        if value is not None and not fits(field, value):
            raise Misfit(f"the saved value {value!r:.60} does not fit the field {field.name!r}")
        if field.type != GROUP:
            named[field.name] = prompted(field, value)
        waiting[:0] = filter(is_set, field.children(value))
        _drop_page_s(field, rest, waiting)
    if extra := [each for each in rest if not is_button(each)]:
        raise Misfit(
            f"{len(values)} values were saved for {len(named)} fields; {extra[0]!r:.60} belongs"
            " to none"
        )
    return named


def _drop_page_s(field: Field, rest: list[Any], following: list[Field]) -> None:
    """What the page saved for itself after a field: the parts of a box, and a seed's control."""
    if field.type == BOX and all(_is_number(each) for each in rest[:BOX_NUMBERS]):
        del rest[:BOX_NUMBERS]
    _drop_control(field, rest, following)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _drop_control(field: Field, rest: list[Any], following: list[Field]) -> None:
    """After a seed stands what the page does with it; after a menu also a filter."""
    if not rest or field.type not in {"INT", "FLOAT", COMBO}:
        return
    flag = field.options.get("control_after_generate")
    flagged = field.name.rpartition(".")[2] in SEEDS if flag is None else bool(flag)
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
    if field.type in PAGE_TYPES:
        return fits(field, value)
    return value in field.menu if field.menu else fits(field, value)


def is_button(value: Any) -> bool:
    """Whether the page saved it for itself: buttons, players, switches of old text fields."""
    if isinstance(value, str):
        return value in BUTTONS
    return value is None or isinstance(value, bool | dict)
