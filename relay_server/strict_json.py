"""JSON as the relay reads it, from clients and from files: nothing that another reader would take
otherwise."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

from pydantic_core import from_json


def parsed_json(data: bytes | str, *, with_nan: bool = False) -> Any:
    """No key twice, no halves of characters, about 200 levels; no NaN, but `with_nan` reads it as
    null: ComfyUI writes it into pictures. Raises ValueError that says where."""
    found = from_json(data, allow_inf_nan=with_nan)
    # It lets 1e999 and repeated keys pass; it goes first because it stops at deep ones.
    checked = json.loads(
        data, object_pairs_hook=_checked, parse_float=_finite, parse_constant=lambda _: None
    )
    return checked if with_nan else found


def _checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two nodes with one id, one would be lost without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = sorted(key for key, _ in pairs)
        twice = next(key for key, following in pairwise(keys) if key == following)
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:80]} is too large")
    return number
