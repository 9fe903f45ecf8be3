"""Why is my job waiting?"""

from __future__ import annotations

from dataclasses import replace

from relay_server.jobs.dispatch import AHEAD, CLASSES, Room, Waiting, unable, worth_waiting
from relay_server.jobs.explaining import Reasons, host_reason, where_it_is, why_waiting
from relay_server.jobs.forecast import Ahead, Line
from relay_server.jobs.outlook import Picture
from relay_server.jobs.reading import EVERYBODY
from relay_server.jobs.record import Record, Snapshot
from relay_server.models.common import moment
from relay_server.models.jobs import TERMINAL, Phase
from relay_server.models.queue import HostReason, JobExplanation
from relay_server.web.access import is_admin
from relay_server.web.jobs import checked_id
from relay_server.web.relay import Call


async def get(call: Call) -> JobExplanation:
    """`GET /relay/v1/jobs/{id}/explain`; for an admin of any job. The hosts as they are now,
    not a second ago."""
    outlook = call.relay.outlook
    snapshot = await call.relay.reading.snapshot(checked_id(call), _reader(call))
    picture = await outlook.picture(fresh=True)
    waiting = await outlook.waiting(snapshot)
    record = snapshot.record
    done_ms = await outlook.done_ms(snapshot)
    left_s = None if done_ms is None else (done_ms - snapshot.now_ms) / 1000
    reasons, line = None, None
    if record.phase is Phase.WAITING:
        line = picture.line_of(waiting, record.needs)
        reasons = _reasons(picture, line, waiting, snapshot, left_s)
        reasons = replace(reasons, whose=_whose(call, record))
        summary = why_waiting(reasons, picture.rooms)
    else:
        summary = where_it_is(snapshot, picture.room(record.host), waiting.wants, left_s)
    over = record.status in TERMINAL
    before = reasons.ahead if reasons else Ahead()
    return JobExplanation(
        id=record.id,
        status=record.status,
        phase=record.phase,
        summary=summary,
        waits_s=waiting.waits_s if reasons else None,
        queue_position=snapshot.position,
        queue_size=snapshot.queue_size,
        ahead_own=before.own,
        ahead_others=before.others,
        eta=None if done_ms is None else moment(done_ms),
        expected_s=None if over else waiting.expect_s,
        priority=record.priority,
        counts_as=_counts_as(line.rank) if line else record.priority,
        limit=reasons.limit if reasons else None,
        waits_for=reasons.waits_for if reasons else None,
        host=record.host or None,
        hosts=[] if over else [_host(room, waiting, record) for room in picture.rooms],
    )


def _reader(call: Call) -> str:
    """An admin answers for everybody's jobs; nothing but this and the list tells them."""
    return EVERYBODY if is_admin(call.key) else call.user


def _whose(call: Call, record: Record) -> str:
    return "your" if record.user == call.user else f"{record.user}'s"


def _reasons(
    picture: Picture, line: Line, waiting: Waiting, snapshot: Snapshot, left_s: float | None
) -> Reasons:
    wanted = worth_waiting(waiting, picture.rooms, picture.rules)
    return Reasons(
        waiting=waiting,
        ahead=picture.ahead(line, waiting, snapshot.before or 0),
        limit=picture.crowd.limits(waiting, picture.rules),
        waits_for=wanted.name if wanted else None,
        left_s=left_s,
    )


def _counts_as(place: int) -> str:
    return "first" if place == AHEAD else CLASSES[place]


def _host(room: Room, waiting: Waiting, record: Record) -> HostReason:
    return HostReason(
        name=room.name,
        state=room.state,
        can_run=unable(waiting.wants, room) is None,
        free_slots=max(0, room.free),
        has_job=record.host == room.name,
        reason=host_reason(waiting.wants, room, record),
    )
