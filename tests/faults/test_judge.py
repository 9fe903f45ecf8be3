"""The judge sees what must never be."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from tests.rig import png

from .judge import Allowed, Verdict, judge
from .parts import NeverHappened
from .work import PAINTED, TURNED, Work

WORK = Work(seed=5, steps=3, size=(8, 6), id="j")
EXPECTED = {PAINTED: WORK.plate, TURNED: 255 - WORK.plate}
JOB: dict[str, Any] = {
    "status": "succeeded", "phase": "over", "host": "sim0", "progress": None, "error": None,
    "attempts": [{"number": 1, "host": "sim0", "reason": None, "may_have_run_twice": False}],
    "outputs": [{"id": node, "name": node, "node_id": node} for node in EXPECTED],
}  # fmt: skip
RUN = {"prompt_id": "j", "host": "sim0", "time": 1.0}
SUCCESS = {"prompt_id": "j", "host": "sim0", "how": "success"}
FAILURE = {**SUCCESS, "how": "error"}


class Said:
    """What relay and hosts say, from memory."""

    def __init__(self, **changes: Any) -> None:
        self.job = copy.deepcopy(JOB) | changes
        self.status = 200
        self.files = {node: png(pixels) for node, pixels in EXPECTED.items()}
        self.runs, self.ends = [RUN], [SUCCESS]

    def ask(self, method: str, path: str) -> httpx.Response:
        if path.startswith("/api/v2/assets/"):
            node = path.split("/")[4]
            return httpx.Response(200 if node in self.files else 404, content=self.files.get(node))
        if not self.status:
            raise NeverHappened("no answer")
        return httpx.Response(self.status, json=self.job)

    def logged(self, name: str) -> list[dict[str, Any]]:
        return self.runs if name == "runs" else self.ends


def judged(said: Said, allowed: Allowed | None = None, *, canceled: bool = False) -> Verdict:
    WORK.cancel_asked = canceled
    return judge(said, WORK, EXPECTED, allowed or Allowed())


def test_a_job_that_went_well() -> None:
    verdict = judged(Said())
    assert (verdict.submitted, verdict.succeeded, verdict.bad) == (1, 1, False)


@pytest.mark.parametrize("status", [404, 500, 0])
def test_an_unknown_job_is_lost(status: int) -> None:
    said = Said()
    said.status = status
    assert judged(said).lost == 1


@pytest.mark.parametrize("status", ["queued", "running", "canceling"])
def test_a_job_that_never_ends_is_lost(status: str) -> None:
    assert judged(Said(status=status)).lost == 1


def test_a_second_run_counts_by_its_reason() -> None:
    said = Said()
    said.runs = [RUN, RUN]
    assert judged(said).twice == 1
    excused = judged(said, Allowed(may_run_twice="it died"))
    assert (excused.twice, excused.twice_excused, excused.bad) == (0, 1, False)
    said.ends = [FAILURE, SUCCESS]
    assert judged(said).twice == 0, "a failed run is a reason for another one"


def test_two_runs_must_be_said_where_both_hosts_lived() -> None:
    said = Said()
    said.runs = [RUN, RUN]
    assert judged(said, Allowed(may_run_twice="silent", says_so=True)).lied == 1
    said.job["attempts"][0]["may_have_run_twice"] = True
    assert judged(said, Allowed(may_run_twice="silent", says_so=True)).lied == 0


def test_another_picture_is_a_lie() -> None:
    said = Said()
    said.files[TURNED] = said.files[PAINTED]
    assert judged(said).lied == 1


def test_a_picture_that_cannot_be_had_is_a_lie() -> None:
    said = Said()
    del said.files[PAINTED]
    assert judged(said).lied == 1
    assert judged(Said(outputs=JOB["outputs"][:1])).lied == 1


def test_a_success_that_no_host_knows_is_a_lie() -> None:
    said = Said()
    said.ends = [FAILURE]
    assert judged(said).lied == 1


def test_a_failure_needs_the_right_code() -> None:
    said = Said(status="failed", error={"code": "out_of_memory"}, outputs=[])
    said.ends = [FAILURE]
    assert judged(said).lied == 1
    right = judged(said, Allowed(codes=frozenset({"out_of_memory"}), must_fail=True))
    assert (right.failed_right, right.lied) == (1, 0)
    said.ends = [SUCCESS]
    assert judged(said, Allowed(codes=frozenset({"out_of_memory"}))).lied == 1


def test_a_job_that_must_fail_may_not_succeed() -> None:
    assert judged(Said(), Allowed(codes=frozenset({"x"}), must_fail=True)).lied == 1


def test_a_cancel_must_have_been_asked() -> None:
    said = Said(status="canceled", outputs=[])
    said.ends = []
    assert judged(said).lied == 1
    assert judged(said, canceled=True).canceled == 1
    said.ends = [SUCCESS]
    assert judged(said, canceled=True).lied == 1


@pytest.mark.parametrize(
    "attempts",
    [
        [],
        [{**JOB["attempts"][0], "host": "sim1"}],
        [{**JOB["attempts"][0], "reason": "host_gone"}],
        [JOB["attempts"][0], {**JOB["attempts"][0], "number": 2}],
        [{**JOB["attempts"][0], "reason": "host_gone"}, JOB["attempts"][0]],
    ],
)
def test_attempts_must_agree_with_the_hosts(attempts: list[dict[str, Any]]) -> None:
    assert judged(Said(attempts=attempts)).lied == 1
