"""When a parm is grey or not to be seen: `{ mode == file } { use_x == 0 }`.

Braces are OR-ed, what stands in one is AND-ed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_BRACES = re.compile(r"\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\}")
_TEST = re.compile(
    r"""\s*([\w.:#]+(?:\(\d+\))?)\s*(==|!=|<=|>=|<|>|=~)?\s*("(?:[^"\\]|\\.)*"|[^\s"{}]+)"""
)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    ">": lambda a, b: bool(a > b),
    "<=": lambda a, b: bool(a <= b),
    ">=": lambda a, b: bool(a >= b),
}


def tests(text: str) -> list[list[tuple[str, str, str]]]:
    """Each brace's tests: name, operator, value."""
    found = []
    for braces in _BRACES.findall(text):
        inside = [
            (name, operator or "==", value) for name, operator, value in _TEST.findall(braces)
        ]
        if not inside or _TEST.sub("", braces).strip():
            raise ValueError(f"no condition: {text!r}")
        found.append(inside)
    if _BRACES.sub("", text).strip() or (text.strip() and not found):
        raise ValueError(f"no condition: {text!r}")
    return found


def holds(text: str, node: Any, suffix: str = "") -> bool:
    """`suffix` is a multiparm's number, which stands for # in the names."""
    return any(
        all(_test(name.replace("#", suffix), operator, value, node) for name, operator, value in b)
        for b in tests(text)
    )


def _test(name: str, operator: str, text: str, node: Any) -> bool:
    wanted = text[1:-1] if text.startswith('"') else text
    if name.startswith("hasinput("):
        index = int(name[len("hasinput(") : -1])
        return _ORDER[operator](int(node._input(index) is not None), int(wanted))
    parm = node._parms.get(name)
    if parm is None:
        node._app.load_errors.append(f"{node._path()}: a condition names no parm {name!r}")
        return False
    if operator in ("==", "!="):
        return (wanted in _texts(parm, node._app.frame)) == (operator == "==")
    return _ORDER[operator](parm._number_at(node._app.frame), float(wanted))


def _texts(parm: Any, frame: float) -> set[str]:
    """All that a value may be called: an item by its token and by its number."""
    if parm._template._data == "String":
        return {parm._text_at(frame)}
    number = parm._number_at(frame)
    found = {f"{number:g}", parm._text_at(frame)}
    return found | ({"on"} if number else {"off"}) if parm._template._kind == "Toggle" else found
