"""The one place where scripted faults reach into a simulated host."""

from __future__ import annotations

from aiohttp import web


class Seam:
    """Called at every point where a host can go wrong; as it stands, nothing does."""

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        """Before a request is handled; an answer replaces the handler's. On the loop."""
        return None

    def prompt(self, prompt_id: str) -> None:
        """Before a prompt starts. On the execution thread; what it raises ends the thread."""

    def node(self, prompt_id: str, node_id: str, class_type: str) -> None:
        """Before a node runs. On the execution thread; what it raises is the node's error."""

    def step(self, prompt_id: str, node_id: str, value: float, total: float) -> None:
        """Before progress is reported. On the execution thread; as with `node`."""

    def message(self, event: str | int, sid: str | None) -> bool:
        """Whether this websocket message is sent. On the execution thread or the loop."""
        return True
