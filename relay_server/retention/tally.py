"""What was removed, by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

KINDS = {
    "jobs": "jobs expired, their records stay",
    "results": "results of these",
    "records": "records of expired jobs",
    "uploads": "uploads that nobody used",
    "grants": "hashes of raw uploads",
    "blobs": "files that nothing needs",
    "strays": "files that nobody knows of",
    "leftovers": "temporary files",
}
"""Every kind, as people read it."""


@dataclass
class Tally:
    """Counts and bytes. Several results may be over the same bytes: only `blobs`, `strays` and
    `leftovers` free room on the disk."""

    counts: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)  # bytes
    seen: int = 0  # what was looked at because it was due

    def add(self, kind: str, count: int, size: int = 0) -> None:
        """Count some more of a kind."""
        self.counts[kind] += count
        self.sizes[kind] += size

    def saw(self, due: list[str]) -> list[str]:
        """These are looked at."""
        self.seen += len(due)
        return due

    def merge(self, other: Tally) -> None:
        """Count another's, too."""
        self.counts.update(other.counts)
        self.sizes.update(other.sizes)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was removed."""
        return not any(self.counts.values())
