"""Results of nodes kept from one prompt to the next, found by what went into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .graph import Graph, is_link

Signature = object
"""Anything hashable that says what a node computes."""


@dataclass(frozen=True)
class CachedNode:
    """What a node gave: its outputs, and what it shows (None if nothing)."""

    outputs: tuple[Any, ...]
    ui: dict[str, Any] | None


class NodeCache:
    """Holds what the current prompt can use; the rest is dropped when a prompt starts."""

    def __init__(self) -> None:
        self._kept: dict[Signature, CachedNode] = {}
        self._signatures: dict[str, Signature] = {}

    def start(self, graph: Graph, changed: Callable[[str], object]) -> None:
        """Sign every node of a prompt. Raises KeyError for a node without inputs."""
        self._signatures = {node: signature(graph, node, changed) for node in graph}
        used = set(self._signatures.values())
        self._kept = {key: node for key, node in self._kept.items() if key in used}

    def get(self, node_id: str) -> CachedNode | None:
        """What is kept for a node of the current prompt; None if it must run."""
        return self._kept.get(self._signatures[node_id])

    def keep(self, node_id: str, node: CachedNode) -> None:
        """Remember what a node of the current prompt gave."""
        self._kept[self._signatures[node_id]] = node


def signature(graph: Graph, node_id: str, changed: Callable[[str], object]) -> Signature:
    """The node and all its ancestors, with constants, links and what `changed` says."""
    order = _ancestry(graph, node_id)
    index = {ancestor: i for i, ancestor in enumerate(order)}
    return tuple(_one(graph, node, index, changed) for node in (node_id, *order))


def _one(
    graph: Graph, node_id: str, index: dict[str, int], changed: Callable[[str], object]
) -> Signature:
    if node_id not in graph:
        return float("nan")
    inputs = graph[node_id]["inputs"]
    signed = [
        (key, ("link", index[value[0]], value[1]) if is_link(value) else hashable(value))
        for key, value in sorted(inputs.items())
    ]
    return (graph[node_id]["class_type"], hashable(changed(node_id)), tuple(signed))


def _ancestry(graph: Graph, node_id: str) -> list[str]:
    """Ancestors in the order in which sorted inputs reach them, depth first."""
    found: dict[str, None] = {}
    stack = [iter(_parents(graph, node_id))]
    while stack:
        for parent in stack[-1]:
            if parent not in found:
                found[parent] = None
                stack.append(iter(_parents(graph, parent)))
                break
        else:
            stack.pop()
    return list(found)


def _parents(graph: Graph, node_id: str) -> list[str]:
    inputs = graph[node_id]["inputs"] if node_id in graph else {}
    return [inputs[key][0] for key in sorted(inputs) if is_link(inputs[key])]


def hashable(value: object) -> Signature:
    """A JSON value as something that can be a key."""
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), hashable(item)) for key, item in value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(hashable(item) for item in value)
    return value
