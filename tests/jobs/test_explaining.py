"""The sentences that people read."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.jobs.dispatch import Holding, Room, Waiting, Wants
from relay_server.jobs.explaining import Reasons, about, host_reason, where_it_is, why_waiting
from relay_server.jobs.forecast import Ahead
from relay_server.jobs.record import Record, Snapshot

UP = Room("gpu1", classes=frozenset({"KSampler"}))
FULL = Room("gpu2", classes=frozenset({"KSampler"}), free=0)
LEAN = Room("gpu3", classes=frozenset({"Blur"}))
PAUSED = Room("gpu4", "paused", classes=frozenset({"KSampler"}), reason="dailies")


def why(*rooms: Room, wants: Wants | None = None, **changes: Any) -> str:
    wanted = wants or Wants(classes=frozenset({"KSampler"}))
    waiting = Waiting("job", 1, 5.0, "shot", "ann", wanted)
    fields = {"ahead": Ahead(), "limit": None, "waits_for": None, "left_s": None, **changes}
    return why_waiting(Reasons(waiting=waiting, **fields), rooms)


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        (why(), "No host is there yet; start a worker with `comfy-relay worker --host URL`."),
        (why(LEAN), "No host can run it: gpu3 lacks the node KSampler."),
        (
            why(LEAN, PAUSED),
            "No host that can run it takes jobs now: gpu4 is paused: dailies.",
        ),
        (why(UP), "It is next; gpu1 can run it, and one has a free slot."),
        (
            why(FULL, PAUSED, ahead=Ahead(3, 12, 1.0), left_s=240.0),
            "Waits behind 3 of your own jobs and 12 of others; gpu2 can run it, all slots are"
            " taken; gpu4 is paused; about 4 minutes.",
        ),
        (
            why(UP, limit="ann has 2 jobs on hosts, the most that one user may have"),
            "It is next; gpu1 can run it, but ann has 2 jobs on hosts, the most that one user may"
            " have.",
        ),
        (
            why(UP, FULL, waits_for="gpu2", ahead=Ahead(own=1)),
            "Waits behind 1 of your own jobs; gpu1, gpu2 can run it, and it waits a little for"
            " gpu2, which has its checkpoint loaded.",
        ),
        (
            why(FULL, waits_for="gpu2"),
            "It is next; gpu2 can run it, all slots are taken.",
        ),
        (why(UP, wants=Wants(pinned="gpu9")), "It may run on gpu9 only: it is not there."),
        (
            why(UP, PAUSED, wants=Wants(pinned="gpu4")),
            "It may run on gpu4 only: gpu4 is paused: dailies.",
        ),
        (
            why(*[Room(f"gpu{n}", "gone") for n in range(6)], wants=Wants()),
            "No host that can run it takes jobs now: gpu0 is gone, gpu1 is gone, gpu2 is gone,"
            " gpu3 is gone, and 2 more.",
        ),
    ],
)
def test_why_it_waits(said: str, is_: str) -> None:
    assert said == is_


def record(**changes: Any) -> Record:
    fields = {
        "id": "job", "user": "ann", "class": "shot", "needs": "n", "files": {}, "time_limit_s": 1,
        "graph_digest": "g", "status": "queued", "phase": "on_host", "rev": 1, "seq": 1,
        "attempt": 1, "host": "gpu1", "created_ms": 0, "updated_ms": 0, "attempt_ms": 3_723_000,
        **changes,
    }  # fmt: skip
    return Record.model_validate(fields)


def where(
    room: Room | None, left_s: float | None = None, wants: Wants | None = None, **changes: Any
) -> str:
    found = Snapshot(record(**changes), [], None, None, None, None, now_ms=3_735_000)
    return where_it_is(found, room, wants or Wants(), left_s)


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        (where(UP), "gpu1 has had it for 12 s; it begins there in a moment."),
        (
            where(Room("gpu1", held=(Holding("other", "bob"), Holding("job", "ann"))), 7.4),
            "gpu1 has had it for 12 s; it waits there behind another job; about 7 s left.",
        ),
        (
            where(UP, 90, status="running", phase="executing", executing_ms=3_725_000),
            "gpu1 has executed it for 10 s; about 2 minutes left.",
        ),
        (
            where(UP, status="running", phase="harvesting"),
            "gpu1 is done with it; what came out is being fetched.",
        ),
        (where(UP, status="canceling"), "It is being canceled on gpu1."),
        (
            where(Room("gpu1", "sick", reason="it does not answer")),
            "gpu1 has it and is sick: it does not answer; the job goes on there, or moves to"
            " another host.",
        ),
        (
            where(None),
            "gpu1 has it and is away; the job goes on there, or moves to another host.",
        ),
        (
            where(None, wants=Wants(pinned="gpu1")),
            "gpu1 has it and is away; the job goes on there.",
        ),
        (where(UP, status="succeeded", phase="over"), "It is over: succeeded on gpu1."),
        (
            where(UP, status="succeeded", phase="over", executing_ms=0, completed_ms=240_000),
            "It is over: succeeded on gpu1 after 4 minutes.",
        ),
        (
            where(
                UP, status="failed", phase="over", host="",
                error={"code": "waited_too_long", "message": "No host took it."},
            ),
            "It is over: failed (waited_too_long): No host took it.",
        ),
    ],
)  # fmt: skip
def test_where_it_is(said: str, is_: str) -> None:
    assert said == is_


def test_a_free_host_does_not_take_what_another_has() -> None:
    assert host_reason(Wants(), Room("gpu2"), record()) == "gpu1 still has it"
    assert host_reason(Wants(), Room("gpu1"), record()) is None
    assert host_reason(Wants(), Room("gpu2"), record(host="")) is None


@pytest.mark.parametrize(
    ("left_s", "says"),
    [
        (None, ""), (0, "about 1 s"), (59, "about 59 s"), (60, "about 1 minute"),
        (240, "about 4 minutes"), (5400, "about 1.5 hours"),
    ],
)  # fmt: skip
def test_times_as_people_say_them(left_s: float | None, says: str) -> None:
    assert about(left_s) == says
