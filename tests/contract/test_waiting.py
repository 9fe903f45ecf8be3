"""Long polls, and the places of jobs that wait."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from tests.contract.graphs import drawn_graph
from tests.rig import PATIENCE_S, Rig, eventually, slow_graph

SOON_S = 30.0
"""Far from the minute that a poll may wait; a machine may stand still for some seconds."""


class Poll:
    """A long poll in a thread, so that something can happen while it waits."""

    def __init__(self, rig: Rig, job: dict[str, Any], wait: float) -> None:
        self.job: dict[str, Any] = {}
        self.seconds = 0.0
        self.over = threading.Event()
        self._ask = (f"{rig.url}/api/v2/jobs/{job['id']}", {"after": job["rev"], "wait": wait})
        self._rig = rig
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        begun = time.monotonic()
        self.job = self._rig.client.get(self._ask[0], params=self._ask[1]).json()
        self.seconds = time.monotonic() - begun
        self.over.set()

    def ended(self) -> dict[str, Any]:
        self._thread.join(PATIENCE_S)
        assert self.job, "it never answered"
        return self.job


def position(rig: Rig, job: dict[str, Any]) -> tuple[int | None, int | None]:
    now = rig.job(job["id"])
    return now["queue_position"], now["queue_size"]


def cancel(rig: Rig, job: dict[str, Any]) -> None:
    assert rig.client.post(f"/api/v2/jobs/{job['id']}/cancel").status_code == 200


def waiting(rig: Rig, count: int, name: str) -> list[dict[str, Any]]:
    """Jobs that wait for a host that only they need: nobody else is among them."""
    graph = {**drawn_graph(), "3": {"class_type": f"Preview{name}", "inputs": {}}}
    return [rig.submit_graph(graph) for _ in range(count)]


def test_it_answers_at_once_when_there_is_news(idle: Rig) -> None:
    (job,) = waiting(idle, 1, "News")
    poll = Poll(idle, {**job, "rev": job["rev"] - 1}, wait=60)
    assert poll.ended()["rev"] == job["rev"]
    assert poll.seconds < SOON_S


def test_it_answers_when_something_changes(idle: Rig) -> None:
    (job,) = waiting(idle, 1, "Change")
    poll = Poll(idle, job, wait=60)
    cancel(idle, job)
    changed = poll.ended()
    assert changed["status"] == "canceled"
    assert changed["rev"] > job["rev"]
    assert poll.seconds < SOON_S


def test_it_answers_when_the_place_changes(idle: Rig) -> None:
    first, second = waiting(idle, 2, "Place")
    poll = Poll(idle, second, wait=60)

    def told() -> bool:
        waiting(idle, 1, "Place")  # again and again: the poll may not have begun
        return poll.over.wait(0.5)

    eventually("the poll is told", told)
    job = poll.ended()
    assert (job["queue_position"], job["rev"]) == (2, second["rev"])
    assert job["queue_size"] > 2
    assert poll.seconds < SOON_S
    assert position(idle, first)[0] == 1


def test_without_news_it_answers_the_same_job_in_time(idle: Rig) -> None:
    (job,) = waiting(idle, 1, "Same")
    poll = Poll(idle, job, wait=0.3)
    assert poll.ended() == job
    assert 0.3 <= poll.seconds < SOON_S


def test_a_job_that_is_over_is_answered_at_once(idle: Rig) -> None:
    (job,) = waiting(idle, 1, "Over")
    cancel(idle, job)
    over = idle.job(job["id"])
    poll = Poll(idle, {**over, "rev": over["rev"] + 5}, wait=60)
    assert poll.ended() == over
    assert poll.seconds < SOON_S


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1&wait=-1", "wait=nan"])
def test_a_poll_that_cannot_be_read_is_refused(idle: Rig, query: str) -> None:
    (job,) = waiting(idle, 1, "Bad")
    assert idle.client.get(f"/api/v2/jobs/{job['id']}?{query}").status_code == 400


def test_places_are_counted_and_close_up(idle: Rig) -> None:
    jobs = waiting(idle, 3, "Line")
    assert [position(idle, job) for job in jobs] == [(1, 3), (2, 3), (3, 3)]
    cancel(idle, jobs[0])
    assert [position(idle, job) for job in jobs] == [(None, None), (1, 2), (2, 2)]


def test_other_classes_and_needs_are_not_in_the_way(idle: Rig) -> None:
    (first,) = waiting(idle, 1, "Kind")
    graph = {**drawn_graph(), "3": {"class_type": "PreviewKind", "inputs": {}}}
    batch = idle.submit_graph(graph, priority="batch")
    assert position(idle, first) == (1, 1)
    assert position(idle, batch) == (1, 1)


def test_jobs_move_up_as_a_host_takes_them(rig: Rig) -> None:
    jobs = [rig.submit_graph(slow_graph(seed=320 + i, steps=3000)) for i in range(4)]
    eventually(
        "two are in the slots", lambda: position(rig, jobs[2]) == (1, 2) and rig.job(jobs[1]["id"])
    )
    assert position(rig, jobs[3]) == (2, 2)
    for job in reversed(jobs):
        cancel(rig, job)
    for job in jobs:
        rig.wait(job["id"])
