"""Which prompts a host has begun to execute, and how each ended: counted here and nowhere else."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class PromptRun:
    """One time that a prompt was executed. Times are seconds since 1970."""

    prompt_id: str
    number: float
    host: str
    time: float
    """When it began."""
    ended: float | None = None
    how: str | None = None
    """success, error or interrupted; None while it runs, and for ever if it was cut off."""


class Runs:
    """Kept in memory, and in files that survive the process."""

    def __init__(self, host: str, begun: Path | None, ended: Path | None) -> None:
        self._host = host
        self._begun = begun
        self._ended = ended
        self._lock = threading.Lock()
        self._runs: list[PromptRun] = []

    def begin(self, prompt_id: str, number: float) -> PromptRun:
        """A prompt begins to execute."""
        run = PromptRun(prompt_id, number, self._host, time.time())
        with self._lock:
            self._runs.append(run)
        keys = ("prompt_id", "number", "time", "host")
        _note(self._begun, {key: getattr(run, key) for key in keys})
        return run

    def end(self, run: PromptRun, how: str) -> None:
        """It has ended, and is in the history from now on."""
        run.ended, run.how = time.time(), how
        keys = ("prompt_id", "how", "ended", "host")
        _note(self._ended, {key: getattr(run, key) for key in keys})

    def listed(self) -> list[dict[str, object]]:
        """All runs of this process, oldest first."""
        with self._lock:
            return [asdict(run) for run in self._runs]


def _note(path: Path | None, entry: dict[str, object]) -> None:
    """Append one line, in one write, so that it is there even if the process is killed next."""
    if path is None:
        return
    file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)
    try:
        os.write(file, (json.dumps(entry) + "\n").encode())
    finally:
        os.close(file)
