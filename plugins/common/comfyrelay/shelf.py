"""The versions of a node, by what each was made for: where a work item looks for its answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence, Set
from pathlib import Path

from . import records
from .results import Template, numbers
from .writing import writing


class Shelf:
    """Which version answers what, as the records in them say. Each is read once, and again before
    it answers: what was deleted may have been made anew, of something else."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._lock = threading.Lock()
        self._known: dict[Path, Set[str]] = {}  # what each version was made for

    def find(self, holder: Path, asked: str) -> Path | None:
        """The newest version that was made for it and still has all its files. Raises
        ResultUnwritable for a place that cannot be a folder."""
        with writing(holder):
            found = numbers(self._template, holder)
        for number in reversed(found):
            folder = holder / self._template.version_name(number)
            if asked in self._asked(folder) and self._has(folder, asked):
                return folder
        return None

    def forget(self, folder: Path) -> None:
        """A version is made; another may have been there before."""
        with self._lock:
            self._known.pop(folder, None)

    def _asked(self, folder: Path) -> Set[str]:
        """A version that has no record yet is looked at again."""
        with self._lock:
            return self._known.get(folder) or self._read(folder, records.jobs(folder))

    def _has(self, folder: Path, asked: str) -> bool:
        """Whether that is so now."""
        made = records.jobs(folder)
        with self._lock:
            self._read(folder, made)
        own = [job for job in made if job.asked == asked]
        return any(all((folder / path).exists() for path in job.files) for job in own)

    def _read(self, folder: Path, made: Sequence[records.JobRecord]) -> Set[str]:
        found = self._known[folder] = {job.asked for job in made}
        return found
