"""What the figures were measured on: the head of RESULTS.md."""

from __future__ import annotations

import os
import platform
import re
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("redis", "aiohttp", "rq")


def head() -> str:
    """The machine, the day and the versions, as Markdown."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    python = ".".join(map(str, sys.version_info[:3]))
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            "# What was measured",
            "",
            "Written by `python -m bench`. Relay, hosts, workers and clients share one machine.",
            "",
            f"- Machine: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB,"
            f" {platform.system()} {platform.release().partition('-')[0]}",
            f"- Date: {datetime.now(UTC):%Y-%m-%d}",
            f"- Versions: Python {python}, {versions}",
            "",
        ]
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"model name\s*: (.+)", text)
    return found[1].strip() if found else platform.machine()
