"""Programs that a test starts and speaks with."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def begun(command: Sequence[Any], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """One, by its texts. However the test ends, it is gone then, and its pipes are closed. It hears
    Ctrl-C, although a shell that runs tests in the background has that ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        started = subprocess.Popen(command, text=True, **options)
    finally:
        signal.signal(signal.SIGINT, before)
    with started as program:
        try:
            yield program
        finally:
            program.kill()
