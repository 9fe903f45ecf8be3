"""`python -m tests.faults`: the fault matrix, a part of it, a soak, or an outage of Redis."""

from __future__ import annotations

import argparse
import shlex
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from random import Random

from .judge import COUNTS
from .matrix import Cell, Result, cells, drawn, reference, run_cells
from .outage import redis_outage
from .table import Board, plain, write

MINUTE_S = 60


def main() -> None:
    """Exit code 1 if anything was lost, run twice without need, lied about, or could not be run."""
    options = read_options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # also when started in the background
    if options.redis_outage:
        raise SystemExit(outage(options.redis_outage))
    if options.soak:
        raise SystemExit(soak(options.soak, options.seed, options.lanes))
    raise SystemExit(matrix(options))


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    add = parser.add_argument
    add("--only", default="*", metavar="GLOB", help="rows, such as 'relay*' or 'host: zombie'")
    add("--phase", default="*", metavar="GLOB", help="phases, such as executing")
    add("--seed", type=int, default=1, help="of the pictures, and of the draw of a soak")
    add("--case", type=int, help="the seed that a failure was printed with")
    add("--lanes", type=int, default=3, help="so many cells at a time, each with its own relay")
    add("--write", action="store_true", help="write the table into docs/faults.md")
    add("--list", action="store_true", help="print the names of the cells and run none")
    add("--soak", type=float, metavar="MINUTES", help="draw cells at random for so long")
    add("--redis-outage", type=float, metavar="SECONDS", help="fifty jobs while Redis is away")
    return parser.parse_args(arguments)


def matrix(options: argparse.Namespace) -> bool:
    """Run the cells that were asked for; whether something was wrong."""
    every = cells(options.seed)
    chosen = [
        cell if options.case is None else replace(cell, seed=options.case)
        for cell in every
        if fnmatch(cell.act.row, options.only) and fnmatch(cell.phase, options.phase)
    ]
    if options.list:
        print("\n".join(cell.name for cell in chosen))
        return False
    started = time.monotonic()
    results = run_cells(chosen, min(options.lanes, len(chosen)), show)
    rows = {cell.act for cell in chosen}
    board = Board([cell for cell in every if options.write or cell.act in rows], results)
    print(f"\n{plain(board.counts())}\n\n{plain(board.grid())}\n")
    if options.write:
        write(board, time.monotonic() - started, options.seed)
    return not results or bool(board.failures())


def soak(minutes: float, seed: int, lanes: int) -> bool:
    """Cells at random; whether something was wrong."""
    until = time.monotonic() + minutes * MINUTE_S
    results = run_cells(drawn(Random(seed)), lanes, show, until)
    bad = [result for result in results if result.wrong]
    print(f"{len(results)} cells drawn with seed {seed}, {len(bad)} of them wrong")
    for each in bad:
        print(again(each.cell))
    return bool(bad)


def outage(seconds: float) -> bool:
    """Redis goes away; whether something was wrong."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    with reference(folder / "reference") as pictures:
        found = redis_outage(folder, pictures, seconds, said=lambda text: print(text, flush=True))
    print(found, *found.verdict.problems, sep="\n")
    return found.bad


def again(cell: Cell) -> str:
    """The command that runs a cell again."""
    row, phase = shlex.quote(cell.act.row), cell.phase
    return f"python -m tests.faults --only {row} --phase {phase} --case {cell.seed}"


def show(result: Result) -> None:
    """One line for a cell, and what was wrong with it."""
    verdict = result.verdict
    if verdict is None:
        print(f"not run  {result.cell.name}\n{result.why_not}", flush=True)
        return
    counts = ", ".join(f"{getattr(verdict, n)} {n}" for n in COUNTS if getattr(verdict, n))
    word = "BAD" if verdict.bad else "ok"
    print(f"{word:7}  {result.cell.name}  {result.took_s:.1f} s: {counts}", flush=True)
    for problem in islice(verdict.problems, 10):
        print(f"         {problem}", flush=True)


if __name__ == "__main__":
    main()
