"""The faults that a simulated host was told, each with its count."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from typing import Any

from .fault import Fault, Moment


class Script:
    """Counts the moments of every fault. From any thread."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._lock = threading.Lock()
        self._counts: list[tuple[Fault, list[int]]] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """One more; its counting begins now."""
        with self._lock:
            self._counts.append((fault, [0, 0]))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._counts = []

    def drop(self, kinds: Collection[str]) -> None:
        """Faults of these kinds come no more."""
        with self._lock:
            self._counts = [each for each in self._counts if each[0].kind not in kinds]

    def freed(self) -> None:
        """The host was asked to free its memory: what waited for that is over."""
        with self._lock:
            self._counts = [each for each in self._counts if not each[0].until_free]

    def listed(self) -> list[dict[str, Any]]:
        """Each with how often its moment came, and how often it happened."""
        with self._lock:
            return [
                {"kind": fault.kind, "when": fault.when, "came": came, "happened": happened}
                for fault, (came, happened) in self._counts
            ]

    def due(self, when: Moment, *, event: str = "", path: str = "") -> list[Fault]:
        """A moment has come: the faults that happen at it."""
        found = []
        with self._lock:
            for fault, count in self._counts:
                if fault.when is when and fault.counts(event, path):
                    count[0] += 1
                    if fault.due(count[0]):
                        count[1] += 1
                        found.append(fault)
        return found
