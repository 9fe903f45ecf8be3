"""How far a prompt is, from what its host says. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from relay_server.hosts.messages import Message
from relay_server.models.jobs import Progress


class Meter:
    """Counts nodes, and the steps inside the one that runs."""

    def __init__(self, graph: Mapping[str, Any]) -> None:
        self._classes = {node: str(spec.get("class_type", "")) for node, spec in graph.items()}
        self._done: set[str] = set()
        self.node: str | None = None
        self._step: int | None = None
        self._steps: int | None = None

    def class_of(self, node: str) -> str | None:
        """Class of a node of the graph."""
        return self._classes.get(node)

    def hear(self, message: Message) -> bool:
        """Take a message in; whether it changed anything."""
        data = message.data
        if message.type == "execution_cached":
            self._done |= {str(node) for node in data.get("nodes") or ()} & self._classes.keys()
        elif message.type == "executing" and data.get("node") is not None:
            self._move(str(data["node"]))
        elif message.type == "executed":
            self._done |= {str(data.get("node"))} & self._classes.keys()
        elif message.type == "progress":
            if data.get("node") is not None:
                self._move(str(data["node"]))
            self._step, self._steps = _whole(data.get("value")), _whole(data.get("max"))
        else:
            return False
        return True

    def complete(self) -> None:
        """The prompt succeeded: whatever was not heard of was cached."""
        self._done = set(self._classes)
        self.node = self._step = self._steps = None

    def _move(self, node: str) -> None:
        """A node inside a subgraph has an id path; what counts is the node of our graph."""
        known = node if node in self._classes else node.partition(":")[0]
        if known == self.node:
            return
        if self.node is not None and self.node in self._classes:
            self._done.add(self.node)
        self.node, self._step, self._steps = known, None, None

    def progress(self) -> Progress:
        """The snapshot now."""
        total = max(1, len(self._classes))
        part = 0.0
        if self._step is not None and self._steps:
            part = min(1.0, max(0.0, self._step / self._steps))
        if self.node in self._done:
            part = 0.0
        named = self.class_of(self.node or "")
        steps = f" {self._step}/{self._steps}" if self._steps else ""
        return Progress(
            value=min(1.0, (len(self._done) + part) / total),
            nodes_done=len(self._done),
            nodes_total=total,
            current_node=self.node,
            current_node_class=named,
            step=self._step,
            steps=self._steps,
            message=f"{named}{steps}" if named else None,
        )


def _whole(value: Any) -> int | None:
    """A number of steps; None for what is none, NaN and infinity among it."""
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else None
