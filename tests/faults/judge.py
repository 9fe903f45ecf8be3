"""What became of a job, by the word of the relay held against the hosts' own logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import numpy as np

from tests.rig import Pixels

from .parts import NeverHappened
from .work import Work, pixels

OVER = {"succeeded", "failed", "canceled", "expired"}


class Word(Protocol):
    """Who is heard: the relay over HTTP, and the hosts' own notes."""

    def ask(self, method: str, path: str) -> httpx.Response:
        """An answer of the relay. Raises NeverHappened."""

    def logged(self, name: str) -> list[dict[str, Any]]:
        """What the hosts noted: runs or ends."""


@dataclass(frozen=True)
class Allowed:
    """What a fault may do to a job. As it stands: nothing, it succeeds after one run."""

    codes: frozenset[str] = frozenset()
    """Errors with which a job may fail."""
    must_fail: bool = False
    """Whether the jobs that the fault met must fail."""
    may_run_twice: str = ""
    """Why a job may be run again: the host did not survive, or no worker could reach it."""
    says_so: bool = False
    """Whether the record of a job that ran twice must say that it may have."""


@dataclass
class Verdict:
    """Counts over jobs; the sentences say what was wrong."""

    submitted: int = 0
    succeeded: int = 0
    failed_right: int = 0
    canceled: int = 0
    lost: int = 0
    twice: int = 0
    twice_excused: int = 0
    lied: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def bad(self) -> bool:
        """Whether something is that must never be."""
        return bool(self.lost or self.twice or self.lied)

    def add(self, other: Verdict) -> None:
        """The counts of both."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems += other.problems


COUNTS = (
    "submitted", "succeeded", "failed_right", "canceled", "lost", "twice", "twice_excused", "lied",
)  # fmt: skip


@dataclass(frozen=True)
class HostLogs:
    """What the hosts noted of one prompt, in the order of time."""

    begun: Sequence[Mapping[str, Any]]
    ended: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, word: Word, job_id: str) -> HostLogs:
        """Read from the hosts' own files."""
        begun, ended = (
            [line for line in word.logged(name) if line["prompt_id"] == job_id]
            for name in ("runs", "ends")
        )
        return cls(begun, ended)

    @property
    def succeeded(self) -> bool:
        """Whether any run was a success by the host's own word."""
        return any(line["how"] == "success" for line in self.ended)

    @property
    def needless(self) -> int:
        """Runs beyond the first that no failed run gave reason for."""
        failed = len([line for line in self.ended if line["how"] == "error"])
        return max(0, len(self.begun) - 1 - failed)


def judge(word: Word, work: Work, expected: Mapping[str, Pixels], allowed: Allowed) -> Verdict:
    """One job, which has had all the time it may take."""
    verdict = Verdict(submitted=1)
    job = _read(word, work, verdict)
    if job is None:
        return verdict
    logs = HostLogs.of(word, work.id)
    lies = [
        *_attempt_lies(job, logs, allowed),
        *_status_lies(word, work, job, logs, expected, allowed),
    ]
    if lies:
        verdict.lied = 1
        verdict.problems += [f"{work.id} lied: {lie}" for lie in lies]
    if logs.needless:
        told = f"{work.id} ran {len(logs.begun)} times: {list(logs.begun)}"
        if allowed.may_run_twice:
            verdict.twice_excused = 1
        else:
            verdict.twice = 1
            verdict.problems.append(told)
    if not lies:
        verdict.succeeded = job["status"] == "succeeded"
        verdict.failed_right = job["status"] == "failed"
        verdict.canceled = job["status"] == "canceled"
    return verdict


def _read(word: Word, work: Work, verdict: Verdict) -> dict[str, Any] | None:
    """The job if it is over; else it is lost."""
    try:
        answer = word.ask("GET", f"/api/v2/jobs/{work.id}")
    except NeverHappened as never:
        verdict.lost, verdict.problems = 1, [f"{work.id} lost: {never}"]
        return None
    job: dict[str, Any] = answer.json()
    if answer.status_code != httpx.codes.OK:
        verdict.lost, verdict.problems = 1, [f"{work.id} lost: {answer.status_code}"]
    elif job["status"] not in OVER:
        short = {key: job[key] for key in ("status", "phase", "host", "attempts", "progress")}
        verdict.lost, verdict.problems = 1, [f"{work.id} lost: never over: {short}"]
    else:
        return job
    return None


def _status_lies(
    word: Word,
    work: Work,
    job: dict[str, Any],
    logs: HostLogs,
    expected: Mapping[str, Pixels],
    allowed: Allowed,
) -> list[str]:
    status = job["status"]
    if status == "succeeded":
        lies = [] if logs.succeeded else ["succeeded, but no host says so"]
        if allowed.must_fail:
            lies.append("succeeded, but it had to fail")
        return lies + _output_lies(word, job, expected)
    if status == "failed":
        code = (job["error"] or {}).get("code")
        wrong = "" if code in allowed.codes else f"failed with {job['error']}"
        if logs.succeeded and not allowed.must_fail:
            wrong = f"failed with {code}, but a host says success"
        return [wrong] if wrong else []
    if status == "canceled":
        if logs.succeeded and not allowed.may_run_twice:
            return ["canceled, but a host says success"]
        return [] if work.cancel_asked else ["canceled, but nobody asked"]
    return [f"its status is {status}"]


def _output_lies(word: Word, job: dict[str, Any], expected: Mapping[str, Pixels]) -> list[str]:
    """Every picture is there, can be downloaded, and is the right one."""
    outputs = job["outputs"]
    if sorted(output["node_id"] for output in outputs) != sorted(expected):
        return [f"its outputs are {[output['name'] for output in outputs]}"]
    lies = []
    for output in outputs:
        answer = word.ask("GET", f"/api/v2/assets/{output['id']}/content")
        if answer.status_code != httpx.codes.OK:
            lies.append(f"{output['name']} cannot be downloaded: {answer.status_code}")
        elif not np.array_equal(pixels(answer.content), expected[output["node_id"]]):
            lies.append(f"{output['name']} is another picture")
    return lies


def _attempt_lies(job: dict[str, Any], logs: HostLogs, allowed: Allowed) -> list[str]:
    """The attempts are in order, name every host that ran the job, and only the last has an end
    without a reason."""
    attempts = job["attempts"]
    lies = []
    numbers = [attempt["number"] for attempt in attempts]
    if numbers != sorted(set(numbers)):
        lies.append(f"its attempts are numbered {numbers}")
    if any(attempt["reason"] is None for attempt in attempts[:-1]):
        lies.append(f"an attempt has no reason for its end: {attempts}")
    if unknown := {line["host"] for line in logs.begun} - {each["host"] for each in attempts}:
        lies.append(f"it ran on {unknown}, and no attempt says so: {attempts}")
    may_have = any(attempt["may_have_run_twice"] for attempt in attempts)
    if allowed.says_so and logs.needless and not may_have:
        lies.append(f"it ran twice, and no attempt says that it may have: {attempts}")
    if job["status"] == "succeeded" and (not attempts or attempts[-1]["reason"]):
        lies.append(f"it succeeded, and its last attempt did not: {attempts}")
    return lies
