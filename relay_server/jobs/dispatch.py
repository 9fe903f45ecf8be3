"""Which waiting job goes to which host. Pure: no clock, no Redis.

In order: what a host must be and have; the class of the job, with ageing; fair share between users;
the host that has the checkpoint loaded, for a bounded wait; the emptiest host.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from relay_server.workflows.host_models import singular

CLASSES = ("interactive", "shot", "batch")
AHEAD = -1
"""The rank of whatever waited long enough, before the freshest of the best class."""
UNKNOWN_S = 1.0
"""What a job counts for its user's share while nobody knows how long it takes."""
HEAVY = frozenset({"checkpoints", "diffusion_models", "unet_gguf"})
"""Kinds of models that take long to load."""


@dataclass(frozen=True)
class Rules:
    """What the studio set. Times in seconds; 0 is no limit."""

    ageing_s: float = 300.0
    affinity_s: float = 5.0
    max_held_per_user: int = 0


@dataclass(frozen=True)
class Wants:
    """What a host must be and have to run a job."""

    classes: frozenset[str] = frozenset()  # of nodes
    models: frozenset[str] = frozenset()  # each as `kind/name`
    pinned: str | None = None  # to this host
    not_on: frozenset[str] = frozenset()  # hosts that have been found unable
    more_than: int | None = None  # bytes of video memory that were too few
    limited: str | None = None  # a workflow of which at most `limit` run at once
    limit: int | None = None

    @cached_property
    def heavy(self) -> frozenset[str]:
        """The models that take long to load."""
        return frozenset(each for each in self.models if each.partition("/")[0] in HEAVY)


@dataclass(frozen=True)
class Waiting:
    """The head of a lane. Times in seconds."""

    job: str
    seq: int
    waits_s: float  # since it was submitted
    priority: str
    user: str
    wants: Wants = Wants()
    unserved_s: float | None = None  # since its lane got a host last; None: since it waits
    avoid: frozenset[str] = frozenset()  # hosts where it failed, if there are others
    workflow: str = ""
    share_s: float = 0.0  # what hosts worked for its user
    expect_s: float | None = None
    attempt: int = 0  # the last one


@dataclass(frozen=True)
class Holding:
    """A job that a host has. Times in seconds."""

    job: str
    user: str
    wants: Wants = Wants()
    priority: str = "interactive"
    workflow: str = ""
    left_s: float | None = None  # what the host still needs for it; None is unknown
    executing: bool = True  # False: it only waits there
    since_s: float = 0.0  # how long the host has it


@dataclass(frozen=True)
class Room:
    """A host as the dispatcher sees it. `classes` and `models` are None where not known yet."""

    name: str
    state: str = "up"  # only then it takes jobs
    free: int = 1  # slots
    classes: frozenset[str] | None = None
    models: frozenset[str] | None = None  # each as `kind/name`
    held: tuple[Holding, ...] = ()
    warm: frozenset[str] = frozenset()  # models that it has loaded, as far as is known
    memory: int | None = None  # bytes of video memory
    reason: str = ""  # why it is not up

    @property
    def idle(self) -> bool:
        """Whether it would work and has nothing to do."""
        return self.state == "up" and not self.held

    @cached_property
    def left_s(self) -> float | None:
        """When it will have done all that it has; None where that is not known."""
        known = [each.left_s for each in self.held if each.left_s is not None]
        return sum(known) if len(known) == len(self.held) else None


def assign(
    heads: Sequence[Waiting], hosts: Sequence[Room], rules: Rules
) -> list[tuple[Waiting, Room]]:
    """At most one job per host with a free slot, best first. Repeat until it returns nothing."""
    crowd = Crowd(hosts)
    open_ = [host for host in hosts if host.state == "up" and host.free > 0]
    chosen: list[tuple[Waiting, Room]] = []
    rest = list(heads)
    while rest and open_:
        head = min(rest, key=lambda head: (rank(head, rules), crowd.share_s(head), head.seq))
        rest.remove(head)
        room = _best(head, open_, hosts, rules) if crowd.limits(head, rules) is None else None
        if room:
            chosen.append((head, room))
            open_.remove(room)
            crowd.add(head)
    return chosen


def unable(wants: Wants, host: Room) -> str | None:
    """Why this host cannot take such a job, now or later, in a few words; None if it could."""
    if wants.pinned not in (None, host.name):
        return f"the job wants the host {wants.pinned}"
    if host.classes is not None and (missing := sorted(wants.classes - host.classes)):
        return f"the host lacks the node {missing[0]}"
    if host.models is not None and (missing := sorted(wants.models - host.models)):
        kind, _, name = missing[0].partition("/")
        return f"the host lacks the {singular(kind)} {name}"
    if host.name in wants.not_on:
        return "the host refused this job"
    if wants.more_than is not None and (host.memory or 0) <= wants.more_than:
        return "the job ran out of memory on a host that has as much"
    return None


def why_not(wants: Wants, host: Room) -> str | None:
    """Why this host does not take such a job now, in a few words; None if it could."""
    if found := unable(wants, host):
        return found
    if host.state != "up":
        return f"the host is {host.state}" + (f": {host.reason}" if host.reason else "")
    if host.free <= 0:
        return "all slots are taken"
    return None


def worth_waiting(head: Waiting, hosts: Sequence[Room], rules: Rules) -> Room | None:
    """The busy host that has the job's checkpoint loaded and will soon be done; None if there is
    none, or the job has waited for it long enough."""
    left_s = rules.affinity_s - head.waits_s
    if not head.wants.heavy or left_s <= 0:
        return None
    for host in hosts:
        soon = host.left_s is not None and host.left_s < left_s
        warm = host.state == "up" and head.wants.heavy <= host.warm
        if soon and warm and unable(head.wants, host) is None:
            return host
    return None


def moves(
    heads: Iterable[Waiting], hosts: Sequence[Room], rules: Rules, patience_s: float
) -> list[Holding]:
    """Jobs that only wait on their host and should come back to the queue: from a host that is
    draining; from behind another job while an able host has nothing to do; from before a job of
    the best class that finds no slot.

    `heads` are those that no host takes now. A job that came less than `patience_s` ago stays."""
    behind = [
        (host, each)
        for host in hosts
        for each in host.held
        if not each.executing and each.since_s >= patience_s
    ]
    found = [each for host, each in behind if host.state == "draining"]
    for idle in [host for host in hosts if host.idle]:
        crowded = [
            each
            for host, each in behind
            if len(host.held) > 1 and each not in found and not unable(each.wants, idle)
        ]
        found += crowded[:1]
    crowd = Crowd(hosts)
    for head in heads:
        urgent = head.priority == CLASSES[0] and not crowd.limits(head, rules)
        if not urgent or any(why_not(head.wants, host) is None for host in hosts):
            continue
        lesser = [
            each
            for host, each in behind
            if each.priority != CLASSES[0] and each not in found and not why_full(head.wants, host)
        ]
        found += lesser[:1]
    return found


def why_full(wants: Wants, host: Room) -> str | None:
    """Why this host could not take such a job even with a free slot; None if it could."""
    return why_not(wants, replace(host, free=1))


class Crowd:
    """Who has how much of the hosts now."""

    def __init__(self, hosts: Iterable[Room]) -> None:
        self._users: Counter[str] = Counter()
        self._workflows: Counter[str] = Counter()
        self._expected_s: defaultdict[str, float] = defaultdict(float)
        for held in (each for host in hosts for each in host.held):
            self._count(held.user, held.workflow, held.left_s)

    def _count(self, user: str, workflow: str, expect_s: float | None) -> None:
        self._users[user] += 1
        self._workflows[workflow] += 1
        self._expected_s[user] += UNKNOWN_S if expect_s is None else expect_s

    def add(self, head: Waiting) -> None:
        """The job got a host."""
        self._count(head.user, head.workflow, head.expect_s)

    def share_s(self, head: Waiting) -> float:
        """What the job's user has had of the hosts, and will have of what is there now."""
        return head.share_s + self._expected_s[head.user]

    def limits(self, head: Waiting, rules: Rules) -> str | None:
        """The limit that keeps the job waiting, in a few words; None if none does."""
        most, wants = rules.max_held_per_user, head.wants
        if most and self._users[head.user] >= most:
            return f"{head.user} has {most} jobs on hosts, the most that one user may have"
        if wants.limited and wants.limit and self._workflows[wants.limited] >= wants.limit:
            return f"{wants.limit} jobs of {wants.limited} run, the most that may at once"
        return None


def _best(head: Waiting, open_: Iterable[Room], hosts: Sequence[Room], rules: Rules) -> Room | None:
    """The emptiest host that can take it, of these one that has its checkpoint loaded; one that
    failed it before only if there is no other."""

    def cold(host: Room) -> bool:
        return not head.wants.heavy <= host.warm

    able = [host for host in open_ if unable(head.wants, host) is None]
    best = min(
        able,
        key=lambda host: (host.name in head.avoid, len(host.held), cold(host), host.name),
        default=None,
    )
    return None if best and cold(best) and worth_waiting(head, hosts, rules) else best


def rank(head: Waiting, rules: Rules) -> int:
    """The place of its class; one better for each time that its lane went unserved so long."""
    return aged(head.priority, head.waits_s if head.unserved_s is None else head.unserved_s, rules)


def aged(priority: str, unserved_s: float, rules: Rules) -> int:
    """The place of a class, after so long a time unserved."""
    return max(AHEAD, CLASSES.index(priority) - int(unserved_s // rules.ageing_s))
