"""How jobs are brought into a phase, and held there long enough for a fault to meet them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.rig import slow_graph

from .judge import OVER
from .parts import ANSWER_S, NeverHappened, Parts, eventually
from .work import LARGE, Work, submit

SHORT_STEPS, STEPS, LONG_STEPS = 10, 40, 80
IN_THE_MIDDLE = 5  # steps
UPLOAD_BYTES_S = 200_000
MOVING = {"waiting", "on_host", "executing"}
"""Phases that last for a while by themselves: the fault meets a host that works."""
PHASES = ("waiting", "assigned", "on_host", "executing", "harvesting", "canceling")


class TooEarly(Exception):
    """The job was over before it could be met in its phase."""


@dataclass
class Scene:
    """The jobs of one cell, and how more of them come."""

    parts: Parts
    cell: str
    phase: str
    seed: int
    works: list[Work] = field(default_factory=list)
    theirs: str = ""
    """A prompt that somebody else put on the host; nobody may touch it."""

    def submit(self, steps: int = STEPS, **more: Any) -> Work:
        """One more job, with the next seed."""
        work = Work(self.seed * 100 + len(self.works), steps, **more)
        submit(self.parts, work, self.cell)
        self.works.append(work)
        return work

    def job(self, work: Work) -> dict[str, Any]:
        """The job now."""
        answer = self.parts.ask("GET", f"/api/v2/jobs/{work.id}")
        assert answer.status_code == httpx.codes.OK, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def until(self, work: Work, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The job as soon as it is like that. Raises TooEarly if it ends before."""

        def look() -> dict[str, Any] | None:
            job = self.job(work)
            if reached(job):
                return job
            if job["status"] in OVER:
                raise TooEarly(f"{job['status']}: {job['error']}")
            return None

        return eventually(f"job {work.id} of {self.cell}", look)


def waiting(scene: Scene) -> None:
    """Two jobs fill the host; two more wait in the relay."""
    scene.parts.main.tell("hold-node")
    for _ in range(2):
        work = scene.submit(STEPS)
        scene.until(work, lambda job: job["phase"] in {"on_host", "executing"})
    for _ in range(2):
        scene.submit(SHORT_STEPS)


def assigned(scene: Scene) -> None:
    """A job whose picture is on its slow way to the host."""
    link = scene.parts.main.link
    link.heal()
    link.throttle(UPLOAD_BYTES_S)
    work = scene.submit(SHORT_STEPS, size=LARGE)
    eventually("the upload is under way", lambda: link.carried > UPLOAD_BYTES_S / 4)
    if scene.job(work)["phase"] != "assigned":
        raise TooEarly("the upload is over already")


def on_host(scene: Scene) -> None:
    """A job executes, and the next one stands behind it in the host's own queue."""
    scene.parts.main.tell(f"hold-node:at={IN_THE_MIDDLE}")
    first, second = scene.submit(LONG_STEPS), scene.submit(SHORT_STEPS)
    ids = [first.id], [second.id]
    eventually("one stands behind the other", lambda: scene.parts.main.queue() in (ids, ids[::-1]))
    eventually("the first one is in the middle", scene.parts.main.holds)


def executing(scene: Scene) -> None:
    """A job in the middle of its steps."""
    scene.parts.main.tell(f"hold-node:at={IN_THE_MIDDLE}")
    work = scene.submit(LONG_STEPS)
    eventually("it is in the middle", scene.parts.main.holds)
    scene.until(work, lambda job: job["phase"] == "executing")


def harvesting(scene: Scene) -> None:
    """A job whose pictures hardly come from the host, until the fault is over."""
    scene.parts.main.tell("hold-answer")
    work = scene.submit(SHORT_STEPS)
    scene.until(work, lambda job: job["phase"] == "harvesting")


def canceling(scene: Scene) -> None:
    """A job that is asked to end while a node does not hear it, until the fault is over; with
    somebody else's prompt behind it."""
    main = scene.parts.main
    main.tell("hold-node:when=node,at=4")
    work = scene.submit(LONG_STEPS)
    eventually("the node stands", main.holds)
    scene.theirs = f"theirs-{scene.cell}"
    body = {"prompt": slow_graph(scene.seed, 3), "prompt_id": scene.theirs}
    httpx.post(f"{main.url}/prompt", json=body, timeout=ANSWER_S).raise_for_status()
    work.cancel_asked = True
    answer = scene.parts.ask("POST", f"/api/v2/jobs/{work.id}/cancel")
    assert answer.json()["status"] == "canceling", answer.text


def let_go(scene: Scene) -> None:
    """The fault is over, or goes on by itself: nothing is held in its phase any more."""
    scene.parts.main.let_go()
    if scene.phase == "assigned":
        scene.parts.main.link.throttle(0)


REACH: dict[str, Callable[[Scene], None]] = {
    "waiting": waiting,
    "assigned": assigned,
    "on_host": on_host,
    "executing": executing,
    "harvesting": harvesting,
    "canceling": canceling,
}


def settle(scene: Scene, patience_s: float) -> None:
    """Until every job is over, or patience ends."""
    try:
        eventually(
            "all are over", lambda: all(_over(scene, each) for each in scene.works), patience_s
        )
    except NeverHappened:
        return


def _over(scene: Scene, work: Work) -> bool:
    answer = scene.parts.ask("GET", f"/api/v2/jobs/{work.id}")
    return answer.status_code != httpx.codes.OK or answer.json()["status"] in OVER
