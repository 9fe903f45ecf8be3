"""A job as the relay told it last, and the one line that a node shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .form import JsonValue

OVER = frozenset({"succeeded", "failed", "canceled", "expired"})


@dataclass(frozen=True)
class Result:
    """A file or text that came out of a job."""

    id: str  # of the asset
    name: str
    kind: str  # image, video, audio, text, file or latent; may grow
    content_type: str
    size: int  # bytes
    sha256: str
    url: str
    output: str = ""  # the form's id for it, if a form names it


@dataclass(frozen=True)
class Failure:
    """Why a job ended without a result, as the relay says it."""

    code: str
    message: str
    node_id: str = ""  # the ComfyUI node that failed, if one did
    class_type: str = ""
    traceback: str = ""  # the host's


@dataclass(frozen=True)
class Job:
    """One job at one moment."""

    id: str
    status: str  # queued, running, canceling; over: succeeded, failed, canceled, expired
    rev: int  # rises with every change
    phase: str = ""
    workflow: str = ""
    workflow_version: int = 0  # 0: no published workflow
    position: int = 0  # 1 is next; 0: it does not wait
    size: int = 0  # of the queue
    progress: float | None = None  # 0..1
    step: str = ""  # what the host says it does
    expected_s: float | None = None
    host: str = ""
    user: str = ""
    created_at: str = ""  # ISO 8601
    started_at: str = ""  # on the host; "": not yet
    seconds: float | None = None  # on the host
    failure: Failure | None = None
    results: tuple[Result, ...] = ()
    values: Mapping[str, JsonValue] = field(default_factory=dict)  # every param as it was used
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing can change any more."""
        return self.status in OVER


def status_line(job: Job) -> str:
    """What a node shows: `queued 2 of 5`, `37 %`, `failed: ...`."""
    if job.status == "queued":
        return f"queued {job.position} of {job.size}" if job.position else "starting"
    if job.status == "running":
        return "running" if job.progress is None else f"{job.progress:.0%}".replace("%", " %")
    if job.status == "failed":
        return f"failed: {job.failure.message}" if job.failure else "failed"
    return job.status
