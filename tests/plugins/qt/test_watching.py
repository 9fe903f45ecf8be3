"""How few questions the list of jobs costs, and which."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from comfyrelay import watching
from comfyrelay.desk import Desk
from comfyrelay.job import Failure, Job
from comfyrelay.memory import MemoryDcc
from comfyrelay.settings import read_settings
from comfyrelay.watching import Watch


class Counted:
    """The door to a relay that has so many jobs waiting, and remembers what it is asked."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.listed = jobs  # newest first
        self.asked: list[str] = []

    def jobs(self, limit: int, status: str = "") -> Sequence[Job]:
        return [job for job in self.listed if status in ("", job.status)][:limit]

    def job(self, job_id: str) -> Job:
        self.asked.append(job_id)
        return next(replace(job, rev=2) for job in self.listed if job.id == job_id)

    def stoppable(self, stop: object) -> Any:
        return nullcontext()


def watch(relay: Counted, folder: Path) -> Watch:
    desk = Desk(MemoryDcc(), lambda: read_settings({}, folder))
    desk.relay = lambda: cast("Any", relay)  # type: ignore[method-assign]
    return Watch(desk)


def job(number: int, status: str = "queued") -> Job:
    failure = Failure("out_of_memory", "out of memory") if status == "failed" else None
    return Job(f"{number:04d}", status, 1, created_at=f"{number:04d}", failure=failure)


def test_many_that_wait_take_turns_and_what_runs_is_asked_for_always(tmp_path: Path) -> None:
    waiting = [job(number) for number in range(60, 1, -1)]
    relay = Counted([*waiting, job(1, "running"), job(0, "succeeded")])
    watching_them = watch(relay, tmp_path)
    for _ in range(6):
        watching_them.look()
    assert len(relay.asked) == 6 * watching.ASKED
    assert relay.asked.count("0001") == 6
    assert relay.asked[1] == "0002"  # the next in the queue comes first
    assert {each.id for each in waiting} <= set(relay.asked)
    assert "0000" not in relay.asked


def test_what_failed_is_asked_once_for_the_reason(tmp_path: Path) -> None:
    relay = Counted([job(2, "failed"), job(1, "succeeded")])
    watching_them = watch(relay, tmp_path)
    for _ in range(3):
        watching_them.look()
    assert relay.asked == ["0002"]


def test_what_runs_is_seen_behind_a_long_queue(tmp_path: Path) -> None:
    many = [job(number) for number in range(watching.LISTED + 50, 1, -1)]
    look = watch(Counted([*many, job(1, "running")]), tmp_path).look()
    assert [each.id for each in look.jobs][-2:] == [many[watching.LISTED - 1].id, "0001"]
