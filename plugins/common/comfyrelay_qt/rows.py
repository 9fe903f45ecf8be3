"""What the queue panel says, as plain texts. No Qt, no network; times are seconds since 1970."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from comfyrelay.dcc import ACTIVE, CALM, DONE, ERROR, WARNING
from comfyrelay.errors import PluginError, RelayUnreachable
from comfyrelay.job import Job, status_line
from comfyrelay.journal import Entry
from comfyrelay.offers import same_file
from comfyrelay.refusals import hint_of
from comfyrelay.relay import Explanation
from comfyrelay.watching import Look

ASKING = "Asking the relay ..."
EMPTY = (
    "No jobs yet.\n\nPress Generate on a Comfy Relay node. All that you send shows up here, also"
    " from other scenes, other machines and scripts."
)
FETCHING = "Looking for its result ..."
HOUR_S = 3600
ENDED = "ended"  # a mood of jobs only: canceled, or not kept any more
MOODS = {
    "running": ACTIVE, "canceling": WARNING, "succeeded": DONE, "failed": ERROR,
    "canceled": ENDED, "expired": ENDED,
}  # fmt: skip


@dataclass(frozen=True)
class Here:
    """The open scene. Before it was first saved, what it sent knows only its session."""

    scene: str = ""
    session: str = ""

    def has_sent(self, entry: Entry) -> bool:
        """Whether a job came from this scene."""
        return entry.session == self.session or same_file(entry.scene, self.scene)


@dataclass(frozen=True)
class Row:
    """One job as it is shown. Everything is ready to be drawn."""

    id: str
    title: str  # the workflow
    origin: str  # node, frame, scene; "" if nobody here knows
    status: str  # `queued 2 of 5`, `37 %`, `failed: ...`
    mood: str  # as of a node's status, or ENDED
    time: str  # how long it waits or runs, or when it was sent
    place: str  # host
    progress: float | None = None  # 0..1, of what runs
    uid: str = ""  # of the node that sent it
    runs: bool = False
    waits: bool = False
    can_cancel: bool = False
    can_open: bool = False
    about: str = ""  # the same in full, on several lines

    @property
    def words(self) -> str:
        """For a reader of screens."""
        return ", ".join(filter(None, (self.title, self.origin, self.status, self.place)))


@dataclass(frozen=True)
class Queue:
    """All that is shown at one moment."""

    rows: tuple[Row, ...] = ()  # newest first
    headline: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether there will be news soon."""
        return any(row.runs or row.waits or row.mood == WARNING for row in self.rows)


def queue(look: Look, here: Here, now_s: float) -> Queue:
    """The jobs as they are shown in this scene."""
    rows = [_row(job, look.origins.get(job.id), here, now_s) for job in look.jobs]
    return Queue(tuple(rows), _headline(rows))


def _row(job: Job, entry: Entry | None, here: Here, now_s: float) -> Row:
    origin = _origin(job, entry, here)
    status, timing, place = _status(job), _time(job, now_s), _place(job)
    hint = hint_of(job.failure.code) if job.failure else ""
    title = job.workflow or "own graph"
    about = (
        ", ".join(filter(None, (title, origin))),
        status,
        hint,
        job.step if job.status == "running" else "",
        _facts(job, now_s),
    )
    return Row(
        id=job.id,
        title=title,
        origin=origin,
        status=status,
        mood=MOODS.get(job.status, CALM),
        time=timing,
        place=place,
        progress=job.progress if job.status == "running" else None,
        uid=entry.uid if entry else job.metadata.get("uid", ""),
        runs=job.status == "running",
        waits=job.status == "queued",
        can_cancel=job.status in {"queued", "running"},
        can_open=job.status == "succeeded",
        about="\n".join(filter(None, about)),
    )


def _origin(job: Job, entry: Entry | None, here: Here) -> str:
    frame = job.metadata.get("frame", "")
    parts = [f"frame {frame}" if frame else ""]
    if entry is not None:
        name = os.path.splitext(os.path.basename(entry.scene.replace("\\", "/")))[0]
        scene = "" if here.has_sent(entry) else name or "an unsaved scene"
        parts = [entry.node, *parts, scene]
    else:
        parts += job.tags
    return ", ".join(filter(None, parts))


def _status(job: Job) -> str:
    if job.status == "queued" and not job.position:
        return "queued" if job.phase == "waiting" else "starting"
    return "done" if job.status == "succeeded" else status_line(job)


def _time(job: Job, now_s: float) -> str:
    if job.over:
        return _clock(_moment(job.created_at), now_s)
    if job.started_at:
        return _ran(job, now_s)
    return length(now_s - _moment(job.created_at))


def _ran(job: Job, now_s: float) -> str:
    so_far = length(now_s - _moment(job.started_at))
    return f"{so_far} of about {length(job.expected_s)}" if job.expected_s else so_far


def _place(job: Job) -> str:
    if not job.host:
        return ""
    done = job.status == "succeeded" and job.seconds is not None
    return f"{length(job.seconds or 0)} on {job.host}" if done else f"on {job.host}"


def _facts(job: Job, now_s: float) -> str:
    sent = f"sent {_clock(_moment(job.created_at), now_s)}"
    ran = ""
    if job.host and job.seconds is not None:
        ran = f"took {length(job.seconds)} on {job.host}"
    elif job.host:
        ran = f"on {job.host}"
    return ", ".join(filter(None, (sent, ran, f"job {job.id}")))


def length(seconds: float) -> str:
    """`0:42`, `1:02:03`; a clock that goes wrong makes no negative ones."""
    whole = max(0, int(seconds))
    if whole < HOUR_S:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // HOUR_S}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _clock(at_s: float, now_s: float) -> str:
    form = "%H:%M" if time.localtime(at_s)[:3] == time.localtime(now_s)[:3] else "%d %b %H:%M"
    return time.strftime(form, time.localtime(at_s))


def _moment(iso: str) -> float:
    return datetime.datetime.fromisoformat(iso).timestamp() if iso else 0.0


def _headline(rows: Sequence[Row]) -> str:
    """What a person with the panel in a corner wants to know."""
    running, waiting = sum(row.runs for row in rows), sum(row.waits for row in rows)
    return f"{running} running, {waiting} waiting" if running or waiting else "Nothing runs."


def told(error: PluginError) -> str:
    """What is wrong, and what to do."""
    return " ".join(filter(None, (str(error), error.hint)))


def trouble(error: PluginError) -> str:
    """Why there is nothing new."""
    return f"{error} Trying again." if isinstance(error, RelayUnreachable) else told(error)


def explanation(why: Explanation) -> str:
    """Why a job waits, with a line for each host."""
    return "\n".join((why.summary, *why.hosts))
