"""The hosts and all that waits, as of about now: for `explain`, for `queue`, and for when a job
will be done. Read once a second at most, however many ask."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from redis.asyncio import Redis

from relay_server.hosts.registry import HostView, Registry
from relay_server.jobs.dispatch import Crowd, Room, Rules, Waiting, Wants, aged, unable
from relay_server.jobs.forecast import Ahead, Line, Place, ahead, begins_in_s
from relay_server.jobs.reading import Reading
from relay_server.jobs.record import Snapshot
from relay_server.jobs.rooms import Rooms
from relay_server.models.jobs import Phase, Status
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings

FRESH_S = 1.0


@dataclass(frozen=True)
class Picture:
    """What was seen at once."""

    now_ms: int
    read_s: float  # by the process' own clock
    rules: Rules
    hosts: list[HostView]
    rooms: list[Room]
    lines: list[Line]

    @cached_property
    def crowd(self) -> Crowd:
        return Crowd(self.rooms)

    def room(self, name: str) -> Room | None:
        """A host by its name."""
        return next((room for room in self.rooms if room.name == name), None)

    def line_of(self, waiting: Waiting, needs: str) -> Line:
        """The lane of a job that waits."""
        mine = (waiting.user, waiting.priority, needs)
        found = (line for line in self.lines if (line.user, line.priority, line.needs) == mine)
        return next(found, None) or _own_line(waiting, needs, self)

    def ahead(self, line: Line, waiting: Waiting, before: int) -> Ahead:
        """What will run before a job of this lane, that so many of it come before."""
        return ahead(Place(line, waiting.seq, before), self.lines)

    def done_s(self, waiting: Waiting, before: Ahead) -> float | None:
        """In how many seconds a waiting job will be done; None is unknown."""
        wants = waiting.wants
        up = [room for room in able_rooms(wants, self.rooms) if room.state == "up"]
        limits = [self.rules.max_held_per_user, wants.limit or 0 if wants.limited else 0]
        at_once = min([limit for limit in limits if limit], default=0)
        begins_s = begins_in_s(before, [room.left_s for room in up], at_once)
        if begins_s is None or waiting.expect_s is None:
            return None
        return begins_s + waiting.expect_s

    def held_s(self, job_id: str, host: str) -> float | None:
        """In how many seconds the host will be done with a job that it has; None is unknown."""
        room, total = self.room(host), 0.0
        for held in room.held if room and room.state in WORKING_STATES else ():
            if held.left_s is None:
                return None
            total += held.left_s
            if held.job == job_id:
                return total
        return None


WORKING_STATES = frozenset({"up", "draining", "paused"})
"""A host in one of these goes on with what it has."""


class Outlook:
    """Takes the picture."""

    def __init__(
        self, redis: Redis, registry: Registry, reading: Reading, settings: Settings, rules: Rules
    ) -> None:
        self._scripts = Scripts(redis, settings.namespace)
        self._registry = registry
        self._rooms = Rooms(registry, reading)
        self._rules = rules
        self._picture: Picture | None = None
        self._reading = asyncio.Lock()

    async def picture(self, *, fresh: bool = False) -> Picture:
        """What there is now; unless `fresh` it may be a second old."""
        asked_s = time.monotonic()
        oldest_s = asked_s if fresh else asked_s - FRESH_S
        async with self._reading:
            if self._picture is None or self._picture.read_s < oldest_s:
                self._picture = await self._read()
            return self._picture

    async def _read(self) -> Picture:
        read_s = time.monotonic()
        now_ms, hosts, rows = await self._scripts.run("lanes")
        views = self._registry.views(now_ms, hosts)
        rooms = await self._rooms.of(views, now_ms)
        crowd, able = Crowd(rooms), await self._able({row[2] for row in rows}, rooms)
        lines = [_line(row, now_ms, crowd, able[row[2]], self._rules) for row in rows]
        return Picture(now_ms, read_s, self._rules, views, rooms, lines)

    async def _able(
        self, needs: set[str], rooms: Sequence[Room]
    ) -> defaultdict[str, frozenset[str]]:
        able: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        for digest in needs:
            able[digest] = names_of(able_rooms(await self._rooms.wants(digest), rooms))
        return able

    async def waiting(self, snapshot: Snapshot) -> Waiting:
        """A job that waits, as the rules of dispatch see it."""
        record = snapshot.record
        waits_s = (snapshot.now_ms - record.created_ms) / 1000
        return Waiting(
            job=record.id,
            seq=record.seq,
            waits_s=waits_s,
            priority=record.priority,
            user=record.user,
            wants=await self._rooms.wants(record.needs),
            avoid=frozenset(filter(None, record.avoid.split(","))),
            workflow=record.workflow or "",
            expect_s=seconds(snapshot.expect_ms),
        )

    async def done_ms(self, snapshot: Snapshot) -> int | None:
        """When a job will probably be done; None is unknown. Never in the past."""
        record = snapshot.record
        if record.status not in {Status.QUEUED, Status.RUNNING}:
            return None
        if record.phase is Phase.HARVESTING:
            return snapshot.now_ms
        if record.phase is Phase.EXECUTING:
            if snapshot.expect_ms is None or record.executing_ms is None:
                return None
            return max(snapshot.now_ms, record.executing_ms + snapshot.expect_ms)
        picture = await self.picture()
        if record.phase is Phase.WAITING:
            waiting = await self.waiting(snapshot)
            line = picture.line_of(waiting, record.needs)
            before = picture.ahead(line, waiting, snapshot.before or 0)
            done_s = picture.done_s(waiting, before)
        else:
            done_s = picture.held_s(record.id, record.host)
        if done_s is None:
            return None
        return max(snapshot.now_ms, picture.now_ms + round(1000 * done_s))


def able_rooms(wants: Wants, rooms: Sequence[Room]) -> list[Room]:
    """The hosts that could run such a job, whatever they do now."""
    return [room for room in rooms if unable(wants, room) is None]


def names_of(rooms: Sequence[Room]) -> frozenset[str]:
    """The names of hosts."""
    return frozenset(room.name for room in rooms)


def seconds(ms: int | None) -> float | None:
    """Milliseconds as seconds."""
    return None if ms is None else ms / 1000


def _line(row: list[Any], now_ms: int, crowd: Crowd, able: frozenset[str], rules: Rules) -> Line:
    priority, user, needs, jobs, first, last, created, expect, share, served = row
    unserved_s = (now_ms - max(int(created), int(served or 0))) / 1000
    asked = Waiting("", int(first), 0, priority, user, share_s=float(share) / 1000)
    return Line(
        user=user,
        priority=priority,
        needs=needs,
        rank=aged(priority, unserved_s, rules),
        jobs=jobs,
        first=int(first),
        last=int(last),
        expect_s=seconds(int(expect) if expect else None),
        share_s=crowd.share_s(asked),
        able=able,
    )


def _own_line(waiting: Waiting, needs: str, picture: Picture) -> Line:
    """Of a job that came after the picture was taken."""
    return Line(
        user=waiting.user,
        priority=waiting.priority,
        needs=needs,
        rank=aged(waiting.priority, waiting.waits_s, picture.rules),
        jobs=1,
        first=waiting.seq,
        last=waiting.seq,
        expect_s=waiting.expect_s,
        share_s=picture.crowd.share_s(waiting),
        able=names_of(able_rooms(waiting.wants, picture.rooms)),
    )
