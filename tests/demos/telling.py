"""What a demo says while it plays, and that what it says is so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.demos.screen import Screen

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180.0  # long, for a machine that is slow is not wrong


class Wrong(Exception):
    """Something that the demo shows is not so."""


class Telling(ABC):
    """A story in an open DCC."""

    def __init__(self, app: Any, screen: Screen) -> None:
        self.app, self.screen = app, screen
        self._last = ""

    @property
    @abstractmethod
    def line(self) -> str:
        """What is looked at, as it reads now."""

    def until(self, condition: Callable[[], Any]) -> None:
        """Let the DCC go on until that is so; the line is printed whenever it changes."""

        def seen() -> Any:
            if self.line != self._last:
                self._last = self.line
                self.screen.status(self._last)
            return condition()

        self.app.pump_until(seen, PATIENCE_S)

    def say(self, word: str, text: str) -> None:
        self.screen.say(word, text)

    def check(self, holds: bool, text: str) -> None:
        """Say that it holds. Raises Wrong if it does not."""
        if not holds:
            raise Wrong(f"not so: {text}")
        self.say("ok", text)


def near(path: Path) -> str:
    """The path as somebody in this folder names it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
