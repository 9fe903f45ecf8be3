"""Whether a saved value may be that of a field, and how the page would send it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from relay_server.workflows.object_info import COMBO, DYNAMIC, GROUP, Field

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CHECKS: dict[str, tuple[type, ...]] = {
    "INT": (int,), "FLOAT": (int, float), "STRING": (str,), "BOOLEAN": (bool,), GROUP: (int,),
}  # fmt: skip


def _a_box(value: Any) -> bool:
    return isinstance(value, Mapping) and {"x", "y", "width", "height"} <= value.keys()


BOX = "BOUNDING_BOX"
CURVE = "CURVE"
UNSAVED = frozenset({"IMAGECOMPARE", "RESOLUTION_PREVIEW"})
"""Types of widgets that show something. The page saves no value for them."""

PAGE_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "COLOR": lambda value: isinstance(value, str) and value.startswith("#"),
    "COLORS": lambda value: isinstance(value, list),
    BOX: _a_box,
    "BOUNDING_BOXES": lambda value: isinstance(value, list),
    CURVE: lambda value: isinstance(value, list | Mapping),
    "RANGE": lambda value: isinstance(value, Mapping),
    "VIDEO_EDIT": lambda value: isinstance(value, Mapping),
    "COMPOSITOR": lambda value: isinstance(value, Mapping),
    "TEXTAREA": lambda value: isinstance(value, str),
    "MARKDOWN": lambda value: isinstance(value, str),
    "GALLERIA": lambda value: True,
    "CHART": lambda value: True,
    "LIGHT_INFO_PREVIEW": lambda value: True,
}
"""Types for which newer pages have a widget of their own, and what it saves. Some nodes give out
values of these types too, so an input may be linked all the same."""


def fits(field: Field, value: Any) -> bool:
    """Whether the value may have been saved for the field."""
    if field.type in (COMBO, DYNAMIC):
        return _fits_menu(field, value)
    check = PAGE_TYPES.get(field.type)
    if check is not None or field.type not in _CHECKS:
        return check is None or check(value)
    if isinstance(value, bool) and field.type != "BOOLEAN":
        return False
    if field.type == "INT" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _CHECKS[field.type])


def _fits_menu(field: Field, value: Any) -> bool:
    """Names of files and models may be missing from a menu; numbers and switches not."""
    if value in field.menu or field.type == DYNAMIC:
        return value in field.menu
    if isinstance(value, list):
        return True
    return isinstance(value, str) and all(isinstance(each, str) for each in field.menu)


def prompted(field: Field, value: Any) -> Any:
    """The value as the page would send it. Comments in a text prompt are left out."""
    if field.type == CURVE and value is not None:
        return {"__type__": CURVE, "__value__": value}
    if isinstance(value, str) and field.options.get("dynamicPrompts"):
        return COMMENT.sub("", value)
    return wrapped(value)


def wrapped(value: Any) -> Any:
    """A list is wrapped, since a bare one is a link."""
    return {"__value__": value} if isinstance(value, list) else value


def draws_words(field: Field, value: Any) -> bool:
    """Whether the page would draw one of `{a|b}` at every run."""
    dynamic = field.type == "STRING" and bool(field.options.get("dynamicPrompts"))
    return dynamic and isinstance(value, str) and bool(re.search(r"(?<!\\)\{[^{}]*\|", value))
