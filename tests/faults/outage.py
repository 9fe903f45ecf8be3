"""Redis away for a while with fifty jobs on their way."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import httpx

from tests.rig import slow_graph

from .judge import Allowed, Verdict, judge
from .parts import ANSWER_S, Parts, eventually
from .phases import Scene, settle
from .work import Reference

JOBS = 50
STEPS = 10
ASK_EVERY_S = 1.0
SETTLE_S = 360.0


@dataclass
class Outage:
    """What happened."""

    verdict: Verdict = field(default_factory=Verdict)
    refused: int = 0
    """Submits that were answered 503 with Retry-After meanwhile."""
    answered_otherwise: list[str] = field(default_factory=list)
    over_before: int = 0
    """Jobs that were over when Redis went."""
    done_after_s: float = 0.0
    """From the return of Redis to the end of the last job."""

    @property
    def bad(self) -> bool:
        """Whether it went otherwise than it must."""
        verdict = self.verdict
        wrong = self.answered_otherwise or not self.refused
        return bool(wrong or verdict.bad or verdict.succeeded != verdict.submitted)

    def __str__(self) -> str:
        verdict = self.verdict
        return (
            f"{verdict.submitted} jobs, {self.over_before} over when Redis went away;"
            f" {self.refused} submits answered 503 with Retry-After meanwhile,"
            f" {len(self.answered_otherwise)} otherwise {self.answered_otherwise[:3]};"
            f" {verdict.succeeded} succeeded, the last {self.done_after_s:.1f} s after Redis was"
            f" back; lost {verdict.lost}, run twice {verdict.twice}, lied about {verdict.lied}"
        )


def redis_outage(
    folder: Path,
    reference: Reference,
    seconds: float,
    jobs: int = JOBS,
    said: Callable[[str], None] = lambda text: None,
) -> Outage:
    """Kill Redis with -9 while jobs run, and start it again so much later."""
    outage = Outage()
    with Parts(folder) as parts:
        scene = Scene(parts, "outage", "executing", 7)
        for side in parts.sides.values():
            side.tell("hold-node")
        for _ in range(jobs):
            scene.submit(STEPS)
        said(f"{jobs} jobs submitted")
        for side in parts.sides.values():
            side.let_go()
        eventually("some are over", lambda: len(parts.logged("ends")) >= jobs / 10)
        outage.over_before = len(parts.logged("ends"))
        parts.end_redis(signal.SIGKILL)
        said(f"Redis is away for {seconds:g} s")
        _ask_meanwhile(parts, outage, seconds)
        parts.start_redis()
        back = time.monotonic()
        said("Redis is back")
        settle(scene, SETTLE_S)
        outage.done_after_s = time.monotonic() - back
        for work in scene.works:
            expected = reference.expected(work)
            outage.verdict.add(judge(parts, work, expected, Allowed()))
    return outage


def _ask_meanwhile(parts: Parts, outage: Outage, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body = {"workflow": slow_graph(1, 1)}
        answer = parts.client.post("/api/v2/jobs", json=body, timeout=ANSWER_S)
        code = answer.json().get("error", {}).get("code")
        right = answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        if right and code == "redis_unavailable" and int(answer.headers.get("Retry-After", 0)) > 0:
            outage.refused += 1
        else:
            outage.answered_otherwise.append(f"{answer.status_code} {code}")
        Event().wait(min(ASK_EVERY_S, max(0.0, end - time.monotonic())))
