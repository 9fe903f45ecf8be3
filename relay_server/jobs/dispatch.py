"""Which waiting job goes to which host. Pure: no clock, no Redis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from relay_server.workflows.host_models import singular

CLASSES = ("interactive", "shot", "batch")
AGEING_S = 300.0
"""After waiting this long a job counts as one class better, so that nothing starves."""


@dataclass(frozen=True)
class Waiting:
    """The head of a lane."""

    job: str
    seq: int
    waits_s: float
    priority: str
    user: str
    classes: frozenset[str]  # node classes that it needs
    pinned: str | None = None
    avoid: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()  # that it needs, each as `kind/name`


@dataclass(frozen=True)
class Room:
    """A host as the dispatcher sees it. `classes` and `models` are None where not known yet."""

    name: str
    up: bool
    free: int  # slots
    classes: frozenset[str] | None = None
    users: tuple[str, ...] = field(default=())  # of the jobs that it holds
    models: frozenset[str] | None = None  # each as `kind/name`


def assign(
    heads: Sequence[Waiting], hosts: Sequence[Room], now: float
) -> list[tuple[Waiting, Room]]:
    """At most one job per host with a free slot, best first. Repeat until it returns nothing.

    `now` is not needed by these rules (waiting times come with the heads); it is part of the
    signature for rules that depend on the time.
    """
    del now
    running = Counter(user for host in hosts for user in host.users)
    taken: set[str] = set()
    chosen: list[tuple[Waiting, Room]] = []
    rest = list(heads)
    while rest:
        head = min(rest, key=lambda head: (_rank(head), running[head.user], head.seq))
        rest.remove(head)
        room = _best(head, (host for host in hosts if host.name not in taken))
        if room:
            chosen.append((head, room))
            taken.add(room.name)
            running[head.user] += 1
    return chosen


def why_not(head: Waiting, host: Room) -> str | None:
    """Why this host cannot take this job now, in a few words; None if it can."""
    if head.pinned not in (None, host.name):
        return f"the job wants the host {head.pinned}"
    if not host.up:
        return "the host is not up"
    if host.classes is not None and (missing := sorted(head.classes - host.classes)):
        return f"the host lacks the node {missing[0]}"
    if host.models is not None and (missing := sorted(head.models - host.models)):
        kind, _, name = missing[0].partition("/")
        return f"the host lacks the {singular(kind)} {name}"
    if host.free <= 0:
        return "all slots are taken"
    return None


def _best(head: Waiting, hosts: Iterable[Room]) -> Room | None:
    """The emptiest host that can take it; one that failed it before only if there is no other."""
    able = [host for host in hosts if why_not(head, host) is None]
    return min(
        able, key=lambda host: (host.name in head.avoid, -host.free, host.name), default=None
    )


def _rank(head: Waiting) -> int:
    return max(0, CLASSES.index(head.priority) - int(head.waits_s // AGEING_S))
