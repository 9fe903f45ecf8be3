"""What waits and what runs, counted."""

from __future__ import annotations

from collections import Counter

from relay_server.jobs.dispatch import CLASSES, Room
from relay_server.jobs.outlook import Picture
from relay_server.models.queue import Queue, QueueHost, QueueRow, QueueTotal
from relay_server.web.access import is_admin
from relay_server.web.relay import Call

Counts = Counter[tuple[str, str]]  # by user and class


async def get(call: Call) -> Queue:
    """`GET /relay/v1/queue`. Other users have names only for admins."""
    picture = await call.relay.outlook.picture()
    waiting, held = _waiting(picture), _held(picture)
    seen = sorted(waiting.keys() | held.keys(), key=lambda row: (row[0], CLASSES.index(row[1])))
    if not is_admin(call.key):
        seen = [row for row in seen if row[0] == call.user]
    return Queue(
        totals=[
            QueueTotal(priority=name, waiting=_of(waiting, name), on_hosts=_of(held, name))
            for name in CLASSES
        ],
        users=[
            QueueRow(user=row[0], priority=row[1], waiting=waiting[row], on_hosts=held[row])
            for row in seen
        ],
        hosts=[_host(room) for room in picture.rooms],
    )


def _waiting(picture: Picture) -> Counts:
    counts: Counts = Counter()
    for line in picture.lines:
        counts[line.user, line.priority] += line.jobs
    return counts


def _held(picture: Picture) -> Counts:
    return Counter((held.user, held.priority) for room in picture.rooms for held in room.held)


def _of(counts: Counts, priority: str) -> int:
    return sum(count for (_, name), count in counts.items() if name == priority)


def _host(room: Room) -> QueueHost:
    executing = sum(held.executing for held in room.held)
    return QueueHost(
        name=room.name,
        state=room.state,
        executing=executing,
        waiting=len(room.held) - executing,
        free_slots=max(0, room.free),
    )
