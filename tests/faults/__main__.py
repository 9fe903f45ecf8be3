"""`python -m tests.faults`: the fault matrix, or a part of it."""

from __future__ import annotations

import argparse
from fnmatch import fnmatch

from .matrix import Result, cells, run_cells


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--only", default="*")
    parser.add_argument("--phase", default="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=3)
    options = parser.parse_args()
    chosen = [
        cell for cell in cells(options.seed)
        if fnmatch(cell.act.row, options.only) and fnmatch(cell.phase, options.phase)
    ]
    results = run_cells(chosen, options.lanes, show)
    raise SystemExit(any(r.verdict is None or r.verdict.bad for r in results))


def show(result: Result) -> None:
    v = result.verdict
    if v is None:
        print(f"NOT RUN {result.took_s:5.1f} s  {result.cell.name}\n{result.why_not}", flush=True)
        return
    print(f"{'BAD' if v.bad else 'ok ':3} {result.took_s:5.1f} s  {result.cell.name}: "
          f"{v.submitted} submitted, {v.succeeded} ok, {v.failed_right} failed, {v.canceled} canceled, lost {v.lost}, twice {v.twice} ({v.twice_excused}), lied {v.lied}", flush=True)
    for p in v.problems: print("      ", p[:1500], flush=True)


main()
