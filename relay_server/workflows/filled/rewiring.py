"""Moving links from one output to another, and ids that are not taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from relay_server.workflows.guard import Graph, is_link

Link = list[Any]
"""[node id, number of the output]"""

Moves = dict[tuple[str, int], Link]
"""Whoever is linked to the one output is linked to the other."""


def rewired(graph: Mapping[str, Any], moves: Moves) -> Graph:
    """The graph with every link moved. Nodes that nothing changes in are the same objects."""
    return {node: _node(spec, moves) for node, spec in graph.items()}


def _node(spec: dict[str, Any], moves: Moves) -> dict[str, Any]:
    moved = {
        field: list(moves[value[0], value[1]])
        for field, value in spec["inputs"].items()
        if is_link(value) and (value[0], value[1]) in moves
    }
    return {**spec, "inputs": {**spec["inputs"], **moved}} if moved else spec


def unused_id(graph: Mapping[str, Any], prefix: str, start: int = 1) -> str:
    """A node id that nobody has: the prefix with the first free number."""
    return next(name for number in count(start) if (name := f"{prefix}{number}") not in graph)
