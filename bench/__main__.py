"""`python -m bench [NAME ...] [--quick] [--write FILE]`: run measurements and print their tables.

Without names all but the long ones run, and bench/RESULTS.md is written.
"""

from __future__ import annotations

import argparse
import os
import resource
from pathlib import Path

from bench import (
    host_idle,
    many_hosts,
    many_jobs,
    plates,
    recovery,
    small_jobs,
    uploads,
    waiting,
    watchers,
    work_items,
    workflows,
)
from bench.machine import head

RESULTS = Path(__file__).with_name("RESULTS.md")
MEASUREMENTS = {
    "uploads": uploads.measure,
    "small_jobs": small_jobs.measure,
    "host_idle": host_idle.measure,
    "many_hosts": many_hosts.measure,
    "waiting": waiting.measure,
    "recovery": recovery.measure,
    "watchers": watchers.measure,
    "workflows": workflows.measure,
    "plates": plates.measure,
    "work_items": work_items.measure,
}
LONG = {"many_jobs": many_jobs.measure}


def main() -> None:
    """Run what was asked for."""
    known = MEASUREMENTS | LONG
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    _clean()
    tables = []
    for name in asked.names or MEASUREMENTS:
        tables.append(known[name](quick=asked.quick))
        print(tables[-1].plain(), end="\n\n", flush=True)
    target = asked.write or (None if asked.names or asked.quick else RESULTS)
    if target:
        text = "\n".join([head(), *(table.markdown() for table in tables)])
        target.write_text(text, encoding="utf-8")
        print(f"written: {target}")


def _clean() -> None:
    """Shipped settings, whatever this shell has set; and as many connections as may be."""
    for name in [name for name in os.environ if name.startswith("COMFY_RELAY_")]:
        del os.environ[name]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
