"""How far the nodes of one prompt are, told to the client as it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .node import Preview
from .sockets import Sockets


@dataclass
class _State:
    value: float = 0
    total: float = 1
    state: str = "pending"


class Progress:
    """All nodes of a prompt that have started so far. On the execution thread."""

    def __init__(self, prompt_id: str, client_id: str | None, sockets: Sockets) -> None:
        self._prompt_id = prompt_id
        self._client_id = client_id
        self._sockets = sockets
        self._nodes: dict[str, _State] = {}

    def start(self, node_id: str) -> None:
        """The node begins."""
        self._nodes[node_id] = _State(0.0, 1.0, "running")
        self._tell()

    def update(self, node_id: str, value: float, total: float, preview: Preview | None) -> None:
        """The node is a step further; the order of messages depends on what the client takes."""
        self._nodes[node_id] = _State(value, total, "running")
        self._tell()
        with_metadata = self._sockets.wants_metadata(self._client_id)
        if preview is not None and with_metadata:
            metadata = {"node_id": node_id, "prompt_id": self._prompt_id} | _ids(node_id)
            self._sockets.post_preview_of(preview, metadata, self._client_id)
        step = {"value": value, "max": total, "prompt_id": self._prompt_id, "node": node_id}
        self._sockets.post("progress", step, self._client_id)
        if preview is not None and not with_metadata:
            self._sockets.post_preview(preview, self._client_id)

    def finish(self, node_id: str) -> None:
        """The node is done, or was cached."""
        node = self._nodes.setdefault(node_id, _State())
        node.state, node.value = "finished", node.total
        self._tell()

    def _tell(self) -> None:
        nodes = {node_id: self._shown(node_id, node) for node_id, node in self._nodes.items()}
        data = {"prompt_id": self._prompt_id, "nodes": nodes}
        self._sockets.post("progress_state", data, self._client_id)

    def _shown(self, node_id: str, node: _State) -> dict[str, Any]:
        shown = {
            "value": node.value,
            "max": node.total,
            "state": node.state,
            "node_id": node_id,
            "prompt_id": self._prompt_id,
        }
        return shown | _ids(node_id)


def _ids(node_id: str) -> dict[str, Any]:
    return {"display_node_id": node_id, "parent_node_id": None, "real_node_id": node_id}
