"""Nodes whose inputs ComfyUI's page makes up beyond what their class says. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from relay_server.workflows.saved.ui_graph import UiNode

CUSTOM_COMBO = "CustomCombo"
"""A menu that the author writes. Its values are the choice, its number (not in older files), and
the entries; one empty entry waits at the end."""
OPTION = re.compile(r"option\d+")


def has_own_values(node: UiNode) -> bool:
    """Whether the values are not those of the class's fields."""
    return node.type == CUSTOM_COMBO and isinstance(node.values, list)


def completed(node: UiNode, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that the page adds to those that the class has."""
    if not has_own_values(node) or not isinstance(node.values, list) or not node.values:
        return {}
    entries = _entries(node)
    choice = inputs.get("choice")
    choice = choice if isinstance(choice, str) else node.values[0]
    number = entries.index(choice) if choice in entries else -1
    named = {f"option{at}": entry for at, entry in enumerate(entries, 1)}
    return {**named, "index": number}


def _entries(node: UiNode) -> list[str]:
    if node.names:
        pairs = zip(node.names, node.values, strict=True)
        return [str(value) for name, value in pairs if OPTION.fullmatch(name)]
    assert isinstance(node.values, list)
    entries = node.values[1:]
    return [str(each) for each in (entries[1:] if _is_number(entries) else entries)]


def _is_number(entries: list[Any]) -> bool:
    return bool(entries) and isinstance(entries[0], int) and not isinstance(entries[0], bool)
