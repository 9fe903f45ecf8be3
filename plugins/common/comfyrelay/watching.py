"""All jobs of this person, for a list that is looked at: from every scene, machine and script.

Worker threads only. The relay's list says little of a job, so that those that go on are asked for
one by one: all of them while they are few, else the ones that were asked for longest ago.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import RelayRefused
from .following import succeeded
from .job import Job
from .journal import Entry
from .relay import Explanation
from .results import Version, places
from .tokens import cleaned

if TYPE_CHECKING:
    from .desk import Desk

LISTED = 100
ASKED = 12  # jobs in each look
FETCHED = "fetched"  # below the user's folder: results that no node put anywhere
BELOW = "{output}.{ext}"


@dataclass(frozen=True)
class Look:
    """The jobs at one moment."""

    jobs: tuple[Job, ...] = ()  # newest first
    origins: Mapping[str, Entry] = field(default_factory=dict)
    """Where jobs come from, by their id: of those that this machine's journal knows."""


class Watch:
    """Looks again and again, one look at a time. What it may ask besides goes on beside it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Job] = {}  # in full, as told last
        self._asked: dict[str, int] = {}  # in which look
        self._looks = 0
        self._listed: frozenset[tuple[str, str]] = frozenset()
        self._origins: Mapping[str, Entry] = {}

    def look(self) -> Look:
        """The jobs now. Raises PluginError."""
        relay, self._looks = self._desk.relay(), self._looks + 1
        with relay.stoppable(self._desk.threads.closing):
            listed = self._list()
            for job in self._worth_asking(listed):
                self._ask(job.id)
        kept = {job.id for job in listed}
        self._known = {name: job for name, job in self._known.items() if name in kept}
        self._asked = {name: look for name, look in self._asked.items() if name in kept}
        return Look(tuple(map(self._in_full, listed)), self._read_origins(listed))

    def _list(self) -> Sequence[Job]:
        """The newest; and what runs, if that is perhaps not among them."""
        relay = self._desk.relay()
        found = relay.jobs(LISTED)
        if len(found) < LISTED:
            return found
        every = {job.id: job for job in (*found, *relay.jobs(LISTED, status="running"))}
        return sorted(every.values(), key=lambda job: (job.created_at, job.id), reverse=True)

    def _worth_asking(self, listed: Sequence[Job]) -> Sequence[Job]:
        """What runs, then what failed for a reason that is not known yet, then what waits."""

        def rank(job: Job) -> tuple[int, int]:
            place = 0 if job.status == "running" else 1 if job.over else 2
            return place, self._asked.get(job.id, 0)

        unknown = [job for job in listed if not job.over or self._is_news(job)]
        unknown.reverse()  # of those that wait, the next is wanted first
        return sorted(unknown, key=rank)[:ASKED]

    def _is_news(self, job: Job) -> bool:
        return job.status == "failed" and self._in_full(job) is job

    def _ask(self, job_id: str) -> None:
        self._asked[job_id] = self._looks
        try:
            self._known[job_id] = self._desk.relay().job(job_id)
        except RelayRefused as error:  # it was removed since it was listed
            if error.code != "not_found":
                raise

    def _in_full(self, listed: Job) -> Job:
        """As it was told last, unless the list knows better."""
        known = self._known.get(listed.id)
        return known if known and (known.over or known.status == listed.status) else listed

    def _read_origins(self, listed: Sequence[Job]) -> Mapping[str, Entry]:
        """The journal is read again when there is another job, or one went on."""
        now = frozenset((job.id, job.status) for job in listed)
        if now != self._listed:
            wanted = {job.id for job in listed}
            entries = self._desk.journal.entries()
            self._origins = {each.job_id: each for each in entries if each.job_id in wanted}
            self._listed = now
        return self._origins

    # what may be asked of one job

    def cancel(self, job_id: str) -> Job:
        """Ask for its end. Raises PluginError."""
        with self._desk.relay().stoppable(self._desk.threads.closing):
            return self._desk.relay().cancel(job_id)

    def explain(self, job_id: str) -> Explanation:
        """Why it waits. Raises PluginError."""
        with self._desk.relay().stoppable(self._desk.threads.closing):
            return self._desk.relay().explain(job_id)

    def preview(self, job_id: str) -> bytes | None:
        """What it looks like so far, as a JPEG. Takes up to 1 s."""
        with self._desk.relay().stoppable(self._desk.threads.closing):
            return self._desk.relay().preview(job_id)

    def result(self, job_id: str) -> Path:
        """The folder of its result: where a node put it, else it is fetched. Raises PluginError."""
        entries = self._desk.journal.entries()
        folder = next((each.folder for each in entries if each.job_id == job_id), "")
        if folder and Path(folder).is_dir():
            return Path(folder)
        return self._fetched(job_id)

    def _fetched(self, job_id: str) -> Path:
        relay, stop = self._desk.relay(), self._desk.threads.closing
        with relay.stoppable(stop):
            job = succeeded(relay.job(job_id))
        name = f"{cleaned(job.workflow or 'graph')}-{job.id}"
        version = Version(Path(self._desk.settings().folder) / FETCHED / name, 1, BELOW)
        for result, target in places(version, job.results):
            if not target.exists():
                relay.download(result, target, stop)
        return version.folder
