"""What the transitions of jobs take and give, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relay_server.jobs.record import Record, Snapshot, StoredOutput
from relay_server.models.jobs import Progress, Status


class ClaimLost(Exception):
    """The record holds another claim, or is over: touch neither job nor host any more."""


@dataclass(frozen=True)
class Head:
    """The first job of a lane."""

    id: str
    seq: int
    created_ms: int
    needs: str  # digest
    avoid: frozenset[str]  # hosts that failed this job
    priority: str
    user: str
    workflow: str  # empty if none
    expect_ms: int | None  # None is unknown
    share_ms: int  # what hosts worked for its user
    served_ms: int  # when its lane got a host last; 0 is never
    attempt: int  # the last one


@dataclass(frozen=True)
class Look:
    """What the dispatcher sees. `token` is empty if another one leads."""

    token: str
    now_ms: int
    hosts: list[Any]  # rows for `Registry.views`
    heads: list[Head]
    waiting: int  # all that wait


@dataclass(frozen=True)
class Accepted:
    """A new job. `look` is what the dispatcher sees with it; None if other jobs wait too, or if it
    is in another process."""

    snapshot: Snapshot
    look: Look | None


@dataclass(frozen=True)
class Given:
    """A job and the host that is to have it."""

    job: str
    attempt: int  # that was its last
    host: str
    slots: int  # that the host has
    expect_ms: int = 0  # 0 is unknown
    warm: str = ""  # the large models that the host will have loaded, one per line
    wakes: Sequence[Sequence[Any]] = ()  # the commands that wake its worker


@dataclass(frozen=True)
class Claimed:
    """An attempt that is this worker's, with all that it needs to begin."""

    claim: str
    record: Record
    graph: dict[str, Any]
    secret: str  # sealed; empty if there is none
    now_ms: int  # by Redis' clock
    models: str  # digest of the host's models; empty if they are not known


@dataclass(frozen=True)
class Untold:
    """An output that is in the store, and not yet an asset."""

    output: StoredOutput
    asset: Sequence[Any]  # for the scripts


@dataclass(frozen=True)
class End:
    """How a job ended."""

    status: Status
    outputs: list[StoredOutput] = field(default_factory=list)
    error: Mapping[str, Any] | None = None
    untold: Untold | None = None  # the output that no event told of yet
    host_times: dict[str, int] | None = None  # start and end, ms by the host's clock
    progress: Progress | None = None


def words_of(given: Given) -> list[Any]:
    """As `assign` takes it: every command after the number of its words."""
    words = [word for command in given.wakes for word in (len(command), *command)]
    return [
        given.job, given.attempt, given.host, given.slots, given.expect_ms, given.warm,
        len(given.wakes), *words,
    ]  # fmt: skip


def look_of(row: list[Any]) -> Look:
    token, now_ms, hosts, heads, waiting = row
    return Look(token, now_ms, hosts, [_head(head) for head in heads], waiting)


def _head(row: list[str]) -> Head:
    id_, seq, created, needs, avoid, priority, user, workflow, expect, share, served, attempt = row
    return Head(
        id_, int(seq), int(created), needs, frozenset(filter(None, avoid.split(","))),
        priority, user, workflow, int(expect) if expect else None, int(float(share)),
        int(served or 0), int(attempt),
    )  # fmt: skip
