"""The table of the matrix, for the terminal and for docs/faults.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from .acts import Act
from .judge import Verdict
from .matrix import Cell, Result
from .phases import PHASES

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"
BEGIN, END = "<!-- the matrix, written by `make faults` -->", "<!-- end of the matrix -->"
NOT_RUN, NO_SENSE = "not run", "-"
COLUMNS = {
    "submitted": "submitted",
    "succeeded": "succeeded",
    "failed_right": "failed, right code",
    "canceled": "canceled, asked",
    "lost": "lost",
    "twice": "run twice",
    "twice_excused": "run twice, host lost",
    "lied": "lied about",
}

Rows = Sequence[Sequence[str]]


class Board:
    """All cells there are, and what came of those that were run."""

    def __init__(self, cells: Sequence[Cell], results: Iterable[Result]) -> None:
        self._cells = cells
        self._results = list(results)
        self._acts = list(dict.fromkeys(cell.act for cell in cells))

    def counts(self) -> Rows:
        """One row per fault and part, and their sum."""
        rows = [["part", "fault", "phases", *COLUMNS.values()]]
        total, ran = Verdict(), 0
        for act in self._acts:
            verdicts = self._verdicts(act)
            row = Verdict()
            for verdict in verdicts:
                row.add(verdict)
            total.add(row)
            ran += len(verdicts)
            phases = f"{len(verdicts)} of {len(act.phases)}"
            rows.append([act.part, act.fault, *_figures(row, phases, len(verdicts))])
        rows.append(["all", "", *_figures(total, f"{ran} of {len(self._cells)}", ran)])
        return rows

    def grid(self) -> Rows:
        """One row per fault and part, one column per phase."""
        rows = [["part", "fault", *PHASES]]
        for act in self._acts:
            rows.append([act.part, act.fault, *(self._mark(act, phase) for phase in PHASES)])
        return rows

    def failures(self) -> list[Result]:
        """The cells in which something was that must never be, and those that could not be run."""
        return [result for result in self._results if result.wrong]

    def _verdicts(self, act: Act) -> list[Verdict]:
        of_act = [result for result in self._results if result.cell.act is act]
        return [result.verdict for result in of_act if result.verdict is not None]

    def _mark(self, act: Act, phase: str) -> str:
        if phase not in act.phases:
            return NO_SENSE
        found = [r for r in self._results if r.cell.act is act and r.cell.phase == phase]
        if not found or found[0].verdict is None:
            return NOT_RUN
        return "BAD" if found[0].verdict.bad else "ok"


def _figures(row: Verdict, phases: str, ran: int) -> list[str]:
    """A row that was not run says so, and never 0."""
    return [phases, *(str(getattr(row, name)) if ran else NOT_RUN for name in COLUMNS)]


def plain(rows: Rows) -> str:
    """In columns, for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def markdown(rows: Rows) -> str:
    """As a table of Markdown."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What it ran on, and when."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"
    )


def write(board: Board, took_s: float, seed: int) -> None:
    """Put the tables into the document, between its markers."""
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    bad = "".join(f"- {failure.cell.name}: {_why(failure)}\n" for failure in board.failures())
    parts = [
        f"Seed {seed}, {took_s / 60:.0f} minutes; {machine()}.",
        markdown(board.counts()),
        "Phase by phase:",
        markdown(board.grid()),
    ]
    if bad:
        parts.append(f"What was not right:\n\n{bad.rstrip()}")
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}")


def _why(failure: Result) -> str:
    if failure.verdict is None:
        return f"not run ({failure.why_not.strip().splitlines()[-1]})"
    return "; ".join(problem.split(": ", 1)[0] for problem in failure.verdict.problems)
