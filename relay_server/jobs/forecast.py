"""What runs before a waiting job, and when it will begin. Pure: no clock, no Redis.

An estimate: nobody knows what is submitted next. It follows the rules of dispatch: better classes
first, then whoever's jobs had the least of the hosts.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from relay_server.jobs.dispatch import UNKNOWN_S


@dataclass(frozen=True)
class Line:
    """The jobs of one lane. Times in seconds."""

    user: str
    priority: str
    needs: str  # digest
    rank: int  # of its class, with ageing: less is better
    jobs: int
    first: int  # number of its first job
    last: int
    expect_s: float | None  # for one of them
    share_s: float  # what its user has had of the hosts, and will have of what is there now
    able: frozenset[str]  # names of hosts that could take them

    def before(self, seq: int) -> int:
        """About how many of them were submitted before a job; exact at both ends."""
        if seq <= self.first:
            return 0
        if seq > self.last:
            return self.jobs
        return 1 + int((self.jobs - 1) * (seq - self.first) / (self.last - self.first))


@dataclass(frozen=True)
class Place:
    """A waiting job among the others."""

    line: Line  # its own
    seq: int
    before: int  # jobs of its lane that come before it


@dataclass(frozen=True)
class Ahead:
    """What will probably get a host before a job does."""

    own: int = 0  # jobs of the same user
    others: int = 0
    work_s: float | None = 0.0  # of all of them together; None is unknown

    @property
    def jobs(self) -> int:
        return self.own + self.others


def ahead(place: Place, lines: Iterable[Line]) -> Ahead:
    """What runs before a job on the hosts that could take it."""
    mine = place.line
    rivals = [line for line in lines if line.able & mine.able and not _is(line, mine)]
    own = [(mine, place.before)]
    own += [(line, _own_before(line, place)) for line in rivals if line.user == mine.user]
    share_s = mine.share_s + sum(jobs * _counted_s(line) for line, jobs in own)
    of_user: defaultdict[str, list[Line]] = defaultdict(list)
    for line in rivals:
        if line.user != mine.user:
            of_user[line.user].append(line)
    others = [each for lines in of_user.values() for each in _served(lines, place, share_s)]
    parts = [_work_s(line, jobs, mine) for line, jobs in own + others if jobs]
    known = [part for part in parts if part is not None]
    return Ahead(
        own=sum(jobs for _, jobs in own),
        others=sum(jobs for _, jobs in others),
        work_s=sum(known) if len(known) == len(parts) else None,
    )


def begins_in_s(before: Ahead, busy_s: Sequence[float | None], at_once: int = 0) -> float | None:
    """When a host takes the job. `busy_s` is for each host that could how long what it has still
    takes; a host where that is unknown is left out. `at_once` is how many of these jobs may run
    at a time, 0 any number. None is unknown."""
    left = sorted(each for each in busy_s if each is not None)
    left = left[:at_once] if at_once else left
    if not left or before.work_s is None:
        return None
    each_s = before.work_s / before.jobs if before.jobs else 0.0
    single = min(before.jobs, len(left))
    level = _level(left, (before.jobs - single) * each_s)
    left = [max(level, each) for each in left]
    heapq.heapify(left)
    for _ in range(single):  # whole jobs do not spread
        heapq.heappush(left, heapq.heappop(left) + each_s)
    return left[0]


def _level(left: Sequence[float], work_s: float) -> float:
    """How high the work stands when it is poured over hosts, sorted, that are so long busy."""
    poured = 0.0
    for count, (low, high) in enumerate(pairwise(left), 1):
        room = (high - low) * count
        if poured + room >= work_s:
            return low + (work_s - poured) / count
        poured += room
    return left[-1] + (work_s - poured) / len(left)


def _is(line: Line, other: Line) -> bool:
    return (line.user, line.priority, line.needs) == (other.user, other.priority, other.needs)


def _counted_s(line: Line) -> float:
    return UNKNOWN_S if line.expect_s is None else line.expect_s


def _own_before(line: Line, place: Place) -> int:
    if line.rank != place.line.rank:
        return line.jobs if line.rank < place.line.rank else 0
    return line.before(place.seq)


def _served(lines: list[Line], place: Place, share_s: float) -> list[tuple[Line, int]]:
    """How many jobs of each lane of another user come first: all of better classes; of the same
    class until that user has had as much of the hosts as the job's user will have had by then."""
    found = []
    theirs_s = max(line.share_s for line in lines)
    for line in sorted(lines, key=lambda line: (line.rank, line.first)):
        jobs = 0
        if line.rank < place.line.rank:
            jobs = line.jobs
        elif line.rank == place.line.rank and theirs_s <= share_s:
            turns = (share_s - theirs_s) / max(_counted_s(line), 0.001)
            jobs = floor(turns) + 1 if line.first < place.seq else ceil(turns)
            jobs = min(line.jobs, jobs)
        theirs_s += jobs * _counted_s(line)
        found.append((line, jobs))
    return found


def _work_s(line: Line, jobs: int, mine: Line) -> float | None:
    """Work that these jobs will take of the hosts that could take the job."""
    if line.expect_s is None:
        return None
    return jobs * line.expect_s * len(line.able & mine.able) / len(line.able)
