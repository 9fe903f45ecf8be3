"""A table of results, for the terminal and for RESULTS.md; and the figures that stand in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """What one measurement found. `goals` are said beside it and decide nothing."""

    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    goals: Sequence[str] = field(default=())

    def markdown(self) -> str:
        """The table as it stands in RESULTS.md."""
        lines = [f"## {self.title}", "", self.about, ""]
        lines += [f"Goal: {goal}." for goal in self.goals]
        lines += [""] if self.goals else []
        lines += [_line(self.columns), _line(["---", *["--:"] * (len(self.columns) - 1)])]
        return "\n".join([*lines, *map(_line, self.rows), ""])

    def plain(self) -> str:
        """The table for a terminal, in columns."""
        cells = [list(self.columns), *map(list, self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [self.title, *(f"  goal: {goal}" for goal in self.goals)]
        for row in cells:
            first, *rest = zip(row, widths, strict=True)
            line = first[0].ljust(first[1])
            lines.append("  " + line + "".join("   " + cell.rjust(width) for cell, width in rest))
        return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that `part` (0 to 1) of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)


def spread(values: Sequence[float], *parts: float) -> list[str]:
    """Percentiles as cells in milliseconds."""
    return [milliseconds(percentile(values, part)) for part in parts]


def milliseconds(seconds: float) -> str:
    """Seconds as a cell in milliseconds."""
    return f"{seconds * 1000:.1f}"
