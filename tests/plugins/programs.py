"""Programs that a test starts and speaks with."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def begun(command: Sequence[Any], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """One, by its texts. However the test ends, it is gone then, and its pipes are closed."""
    with subprocess.Popen(command, text=True, **options) as program:
        try:
            yield program
        finally:
            program.kill()
