"""The graph of a prompt: links, and the order in which its nodes run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Graph = dict[str, Any]
"""A prompt in API format: node id -> {"class_type", "inputs"}."""

_LINK_LENGTH = 2


def is_link(value: object) -> bool:
    """Whether an input's value is [node id, output index]."""
    return (
        isinstance(value, list)
        and len(value) == _LINK_LENGTH
        and isinstance(value[0], str)
        and isinstance(value[1], (int, float))
    )


def upstream_first(node_id: str, sources: Callable[[str], Iterable[str]]) -> list[str]:
    """The node and what it needs, what is needed first; so that nobody has to recurse deeply."""
    found: list[str] = []
    seen = {node_id}
    stack = [(node_id, iter(sources(node_id)))]
    while stack:
        current, rest = stack[-1]
        source = next((s for s in rest if s not in seen), None)
        if source is None:
            found.append(current)
            stack.pop()
        else:
            seen.add(source)
            stack.append((source, iter(sources(source))))
    return found


class RunOrder:
    """Nodes that wait to run. The order among those ready is ComfyUI's, so events match it."""

    def __init__(
        self,
        graph: Graph,
        is_cached: Callable[[str], bool],
        is_output: Callable[[str], bool],
    ) -> None:
        self._graph = graph
        self._is_cached = is_cached
        self._is_output = is_output
        self._feeds: dict[str, dict[str, None]] = {}
        """Pending node -> the pending nodes that wait for it."""
        self._waits_for: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._feeds)

    def add(self, node_id: str) -> None:
        """Add an output node and all it needs, depth first, last input first."""
        stack = [node_id]
        links: list[tuple[str, str]] = []
        while stack:
            current = stack.pop()
            if current in self._feeds:
                continue
            self._feeds[current] = {}
            self._waits_for[current] = 0
            for source in self._sources(current):
                stack.append(source)
                links.append((source, current))
        for source, target in links:
            if target not in self._feeds[source]:
                self._feeds[source][target] = None
                self._waits_for[target] += 1

    def next(self) -> str:
        """A node that can run now: outputs first, then what is close to an output."""
        ready = [node for node in self._feeds if self._waits_for[node] == 0]
        for distance in range(3):
            for node in ready:
                if self._reaches_output(node, distance):
                    return node
        return ready[0]

    def done(self, node_id: str) -> None:
        """Take a node that has run out of the order."""
        for target in self._feeds.pop(node_id):
            self._waits_for[target] -= 1

    def _sources(self, node_id: str) -> list[str]:
        inputs = self._graph[node_id]["inputs"].values()
        return [link[0] for link in inputs if is_link(link) and not self._is_cached(link[0])]

    def _reaches_output(self, node_id: str, distance: int) -> bool:
        if distance == 0:
            return self._is_output(node_id)
        return any(self._reaches_output(target, distance - 1) for target in self._feeds[node_id])
