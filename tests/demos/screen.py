"""What the demo prints: short lines, a word before each, as a terminal of 80 columns shows them."""

from __future__ import annotations

import sys
import textwrap

COLUMNS = 80
WORD = 9
"""Columns that the word takes, with the blanks behind it."""


class Screen:
    """Standard output."""

    def __init__(self) -> None:
        self._column = 0  # where a line of progress stands; 0: there is none

    def say(self, word: str, text: str) -> None:
        """A step, with what there is to say of it."""
        self._end_line()
        before = " " * WORD
        print(textwrap.fill(text, COLUMNS, initial_indent=f"{word:<{WORD}}",
                            subsequent_indent=before, break_long_words=False,
                            break_on_hyphens=False))  # fmt: skip
        sys.stdout.flush()

    def status(self, text: str) -> None:
        """The node's line as it is now. Shares of progress stand side by side, and counts."""
        if not text.endswith("%") and not text.isdigit():
            self.say("", text)
            return
        if self._column + len(text) + 2 > COLUMNS:
            self._end_line()
        before = "  " if self._column else " " * WORD
        sys.stdout.write(f"{before}{text}")
        sys.stdout.flush()
        self._column = (self._column or 0) + len(before) + len(text)

    def _end_line(self) -> None:
        if self._column:
            print()
        self._column = 0
