"""How a prompt ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    """How a prompt ended, as its history entry tells it."""

    success: bool = True
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> dict[str, Any]:
        """What the nodes showed."""
        return {"outputs": self.outputs, "meta": self.meta}

    @property
    def how(self) -> str:
        """success, error or interrupted."""
        if self.success:
            return "success"
        return "interrupted" if self.messages[-1][0] == "execution_interrupted" else "error"

    @property
    def status(self) -> dict[str, Any]:
        """The word on success, and the messages."""
        word = "success" if self.success else "error"
        return {"status_str": word, "completed": self.success, "messages": self.messages}
