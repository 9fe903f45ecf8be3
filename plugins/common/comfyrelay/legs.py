"""What a machine with a licence is asked once, and the legs of the way that pixels take there."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Leg:
    """One leg, and what is wrong with it."""

    name: str
    wrong: str = ""  # "" is fine


class Report:
    """Lines, told as they come, and kept."""

    def __init__(self, title: str) -> None:
        self.broken = 0
        self._lines: list[str] = []
        self.say(f"{title}\n")

    def say(self, line: str) -> None:
        """One more."""
        self._lines.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def ask(self, answers: Iterable[tuple[str, str]]) -> None:
        """Each question with its answer."""
        for question, answer in answers:
            self.say(f"{question}\n    {answer}")

    def walk(self, legs: Iterable[Leg]) -> None:
        """Each leg, as it is walked."""
        for leg in legs:
            self.broken += bool(leg.wrong)
            self.say(f"{'BROKE' if leg.wrong else 'ok   '}  {leg.name}  {leg.wrong}")

    def end(self, path: Path) -> int:
        """Write it there. The exit code: 1 if a leg broke."""
        some = "1 leg broke" if self.broken == 1 else f"{self.broken} legs broke; look at the first"
        self.say(f"\n{some if self.broken else 'all legs hold'}")
        path.write_text("\n".join([*self._lines, ""]), encoding="utf-8")
        sys.stdout.write(f"written: {path.absolute()}\n")
        return 1 if self.broken else 0
