"""Values of parms: what `set` takes, and what a value is as a number and as a text."""

from __future__ import annotations

from typing import Any

from .number_templates import NumberTemplate

_LARGEST = 2**63


def converted(parm: Any, given: Any) -> Any:
    """What the parm keeps of a value that was given. TypeError for what it cannot be."""
    template = parm._template
    if template._data == "String":
        if not isinstance(given, str):
            raise TypeError(f"{parm._text} takes a string, not {given!r}")
        return given
    if isinstance(given, str):
        return _item(parm, given)
    if not isinstance(given, (int, float)):
        raise TypeError(f"{parm._text} takes a number, not {given!r}")
    number: Any = float(given) if template._data == "Float" else int(given)
    if template._data == "Int" and not -_LARGEST <= number < _LARGEST:
        raise OverflowError(f"{parm._text} takes 64 bits, not {given!r}")
    if template._kind == "Toggle":
        return int(bool(number))
    return template._clamped(number) if isinstance(template, NumberTemplate) else number


def _item(parm: Any, token: str) -> int:
    if not parm._has_menu():
        raise TypeError(f"{parm._text} takes a number, not {token!r}")
    items = parm._menu()[::2]
    if token not in items:
        raise TypeError(f"{parm._text} has no item {token!r}")
    return int(items.index(token))


def as_number(template: Any, found: Any) -> float:
    if isinstance(found, str):
        try:
            return float(found)
        except ValueError:
            return 0.0
    return float(found)


def as_text(template: Any, found: Any) -> str:
    if isinstance(found, str):
        return found
    if template._kind == "Menu" and 0 <= int(found) < len(template._items):
        return str(template._items[int(found)])
    if template._kind == "Toggle":
        return "on" if found else "off"
    return f"{found:.15g}" if isinstance(found, float) else str(found)
