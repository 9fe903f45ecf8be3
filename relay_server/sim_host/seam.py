"""The one place where scripted faults reach into a simulated host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from .outcome import Outcome

Message = tuple[str | int, Any, str | None]
"""A message of the websocket: (event, data, client id); None is everybody."""


class Seam:
    """Called at every point where a host can go wrong; as it stands, nothing does."""

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        """Before a request is handled; an answer replaces the handler's. On the loop."""
        return None

    async def answer(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        """After a request was handled: what is answered. On the loop."""
        return answer

    def prompt(self, prompt_id: str) -> None:
        """When a prompt starts. On the execution thread; what it raises ends the thread."""

    def node(self, prompt_id: str, node_id: str, class_type: str) -> None:
        """Before a node runs. On the execution thread; what it raises is the node's error."""

    def step(self, prompt_id: str, node_id: str, value: float, total: float) -> None:
        """Before progress is reported. On the execution thread; as with `node`."""

    def shown(self, prompt_id: str, node_id: str, ui: dict[str, Any]) -> dict[str, Any]:
        """What a node that has run shows, in messages and history. On the execution thread."""
        return ui

    def outcome(self, prompt_id: str, outcome: Outcome) -> None:
        """Before a prompt goes into the history. On the execution thread; as with `prompt`."""

    def ended(self, prompt_id: str) -> None:
        """After that, before its client is told. On the execution thread; as with `prompt`."""

    def messages(self, message: Message) -> Sequence[Message]:
        """What is sent when this websocket message is to be sent. On the loop."""
        return [message]
