"""The one door to the relay: what a node asks of it, in our own words.

Runs on worker threads only. httpx and the generated client are loaded with the first request.
Every method raises RelayUnreachable or RelayRefused; those with a `stop` raise Stopped soon after
it is set, within about 0.3 s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from .form import Form, JsonValue
from .job import Job, Result
from .settings import Settings

Told = Callable[[int, int], None]
"""Called on the worker thread with bytes done and bytes in all, for a progress line."""


@dataclass(frozen=True)
class Me:
    """Who the relay takes us for, and which relay it is."""

    user: str
    scopes: tuple[str, ...]
    relay_version: str
    api_level: int
    waiting: int  # jobs of ours
    inline_limit: int  # bytes up to which a file goes as Base64


@dataclass(frozen=True)
class Workflow:
    """One line of the catalog."""

    name: str
    version: int
    title: str
    description: str
    schema_hash: str
    available: bool
    reason: str  # one sentence why it is not available


@dataclass(frozen=True)
class Explanation:
    """Why a job waits: a sentence, and a line for each host."""

    summary: str
    hosts: tuple[str, ...]
    eta: str = ""  # ISO 8601


@dataclass(frozen=True)
class Submission:
    """What to run, with what. A list of files is one for each frame, in their order."""

    workflow: str
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    inputs: Mapping[str, Path | Sequence[Path]] = field(default_factory=dict)
    version: int | None = None  # None: the newest
    priority: str = "interactive"  # or shot, or batch
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)  # at most 16 pairs
    max_wait_s: float | None = None  # the job fails if no host took it by then


class Relay:
    """One relay, as its settings name it. Any number of threads may use it at once."""

    def __init__(
        self,
        settings: Settings,
        guard: Callable[[], None] = lambda: None,
        patience_s: float = 120.0,
    ) -> None:
        """`guard` is called before every request and raises on the main thread. `patience_s`: how
        long a submit that got no answer is repeated."""
        raise NotImplementedError

    def close(self) -> None:
        """Close all connections; requests that are on their way fail."""
        raise NotImplementedError

    def me(self) -> Me:
        """Who we are there."""
        raise NotImplementedError

    def workflows(self) -> tuple[Workflow, ...]:
        """The catalog, by name."""
        raise NotImplementedError

    def form(self, name: str, version: int | None = None) -> Form:
        """The form of a version (else the newest), with menus of what the hosts have now."""
        raise NotImplementedError

    def models(self, kind: str) -> tuple[str, ...]:
        """The models of a kind that the hosts have; none if no host tells that kind."""
        raise NotImplementedError

    def submit(
        self, submission: Submission, key: str, stop: Event, told: Told | None = None
    ) -> Job:
        """Send a job, once: the same `key` again answers with the same job, whatever happened.

        What got no answer is repeated until it has one, or patience ends (RelayUnreachable: it is
        perhaps stored). Raises InputMissing for a file that cannot be read.
        """
        raise NotImplementedError

    def job(self, job_id: str) -> Job:
        """A job now."""
        raise NotImplementedError

    def wait(self, job_id: str, after: int, wait_s: float, stop: Event) -> Job:
        """The job as soon as its `rev` is over `after`, it is over, or its place in the queue
        changed; else as it is after `wait_s`."""
        raise NotImplementedError

    def cancel(self, job_id: str) -> Job:
        """Ask for the end of a job; one that is over stays as it is."""
        raise NotImplementedError

    def jobs(
        self,
        limit: int = 50,
        metadata: Mapping[str, str] | None = None,
        status: str = "",
        workflow: str = "",
    ) -> tuple[Job, ...]:
        """Jobs of ours, newest first. They have no progress, place or results: ask `job`."""
        raise NotImplementedError

    def download(self, result: Result, target: Path, stop: Event, told: Told | None = None) -> None:
        """Fetch a result into a file that is whole or not there; its hash is checked.

        Its folder is made if need be. A cut connection is taken up where it broke. Raises
        ResultUnwritable, also if the target is there already.
        """
        raise NotImplementedError

    def text(self, result: Result, stop: Event) -> str:
        """A text result, of up to a million bytes."""
        raise NotImplementedError

    def preview(self, job_id: str) -> bytes | None:
        """The last preview of a running job as a JPEG; None if there is none. Takes up to 1 s."""
        raise NotImplementedError

    def explain(self, job_id: str) -> Explanation:
        """Why a job waits."""
        raise NotImplementedError

    def sha256(self, path: Path, stop: Event) -> str:
        """The hash of a file as it goes to the relay; remembered while the file does not change."""
        raise NotImplementedError
