"""Why a job is where it is, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relay_server.jobs.dispatch import Room, Waiting, Wants, unable, why_not
from relay_server.jobs.forecast import Ahead
from relay_server.jobs.record import Record, Snapshot
from relay_server.models.jobs import TERMINAL, Phase, Status

MOST_NAMED = 4  # hosts in a sentence
MINUTE_S, HOUR_S = 60, 3600


@dataclass(frozen=True)
class Reasons:
    """What keeps a waiting job waiting."""

    waiting: Waiting
    ahead: Ahead
    limit: str | None  # as the rules say it
    waits_for: str | None  # a host, for its checkpoint
    left_s: float | None  # until it is probably done
    whose: str = "your"  # their job, to who asks


def host_reason(wants: Wants, room: Room, record: Record) -> str | None:
    """Why this host does not take the job now; None if it could, or has it."""
    if record.host == room.name:
        return None
    return why_not(wants, room) or (f"{record.host} still has it" if record.host else None)


def why_waiting(reasons: Reasons, rooms: Sequence[Room]) -> str:
    """One sentence about a job that waits for a host."""
    wants = reasons.waiting.wants
    able = [room for room in rooms if unable(wants, room) is None]
    up = [room for room in able if room.state == "up"]
    if not rooms:
        return "No host is there yet; start a worker with `comfy-relay worker --host URL`."
    if wants.pinned:
        meant = [room for room in rooms if room.name == wants.pinned]
        why = _each_why(wants, meant) if meant else "it is not there"
        if not up:
            return f"It may run on {wants.pinned} only: {why}."
    if not able:
        return f"No host can run it: {_each_why(wants, rooms)}."
    if not up:
        return f"No host that can run it takes jobs now: {_each_why(wants, able)}."
    away = [f"{room.name} is {room.state}" for room in able if room not in up]
    parts = [_behind(reasons), f"{_names(up)} can run it, {_now(reasons, up)}"]
    return _sentence([*parts, ", ".join(away[:MOST_NAMED]), about(reasons.left_s)])


def where_it_is(snapshot: Snapshot, room: Room | None, wants: Wants, left_s: float | None) -> str:
    """One sentence about a job that does not wait, or not in the queue."""
    record = snapshot.record
    if record.status in TERMINAL:
        return _over(record)
    host, left = record.host, f"{about(left_s)} left" if left_s is not None else ""
    if record.status is Status.CANCELING:
        return f"It is being canceled on {host}."
    if room is None or room.state in {"gone", "sick", "starting"}:
        state = f"{room.state}: {room.reason}" if room and room.reason else "away"
        moves = "" if wants.pinned else ", or moves to another host"
        return f"{host} has it and is {state}; the job goes on there{moves}."
    if record.phase is Phase.EXECUTING:
        for_ = _since(record.executing_ms, snapshot)
        return _sentence([f"{host} has executed it for {for_}", left])
    if record.phase is Phase.HARVESTING:
        return f"{host} is done with it; what came out is being fetched."
    others = sum(held.job != record.id and held.executing for held in room.held)
    doing = "waits there behind another job" if others else "begins there in a moment"
    for_ = _since(record.attempt_ms, snapshot)
    return _sentence([f"{host} has had it for {for_}; it {doing}", left])


def _since(began_ms: int | None, snapshot: Snapshot) -> str:
    return lasting((snapshot.now_ms - (began_ms or snapshot.record.updated_ms)) / 1000)


def about(left_s: float | None) -> str:
    """A time to wait, as people say it; empty if it is unknown."""
    return "" if left_s is None else f"about {lasting(left_s)}"


def lasting(time_s: float) -> str:
    """A time as people say it."""
    if time_s < MINUTE_S:
        return f"{max(1, round(time_s))} s"
    if time_s < HOUR_S:
        minutes = round(time_s / MINUTE_S)
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{time_s / HOUR_S:.1f} hours"


def _over(record: Record) -> str:
    where = f" on {record.host}" if record.host else ""
    error = record.error or {}
    why = f" ({error['code']}): {error['message']}" if error else ""
    return f"It is over: {record.status.value}{where}{_took(record)}{why}".rstrip(".") + "."


def _took(record: Record) -> str:
    """How long it executed, if it did."""
    if record.executing_ms is None or record.completed_ms is None:
        return ""
    return f" after {lasting((record.completed_ms - record.executing_ms) / 1000)}"


def _behind(reasons: Reasons) -> str:
    before = reasons.ahead
    own = f"{before.own} of {reasons.whose} own jobs" if before.own else ""
    others = f"{before.others} of others" if before.others else ""
    if not own and not others:
        return "It is next"
    return f"Waits behind {' and '.join(filter(None, (own, others)))}"


def _now(reasons: Reasons, up: Sequence[Room]) -> str:
    if reasons.limit:
        return f"but {reasons.limit}"
    if all(room.free <= 0 for room in up):
        return "all slots are taken"
    if reasons.waits_for:
        return f"and it waits a little for {reasons.waits_for}, which has its checkpoint loaded"
    return "and one has a free slot"


def _each_why(wants: Wants, rooms: Sequence[Room]) -> str:
    said = [_with_name(room, why_not(wants, room) or "it could") for room in rooms[:MOST_NAMED]]
    more = len(rooms) - MOST_NAMED
    return ", ".join(said) + (f", and {more} more" if more > 0 else "")


def _with_name(room: Room, reason: str) -> str:
    if reason.startswith("the host "):
        return f"{room.name} {reason.removeprefix('the host ')}"
    return f"{room.name}: {reason}"


def _names(rooms: Sequence[Room]) -> str:
    names = [room.name for room in rooms]
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _sentence(parts: Sequence[str]) -> str:
    return "; ".join(filter(None, parts)).rstrip(".") + "."
