"""How jobs are brought into a phase, and held there long enough for a fault to meet them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.rig import slow_graph

from .judge import OVER
from .parts import NeverHappened, Parts, eventually
from .work import LARGE, Work, submit

SHORT_STEPS, STEPS, LONG_STEPS = 10, 40, 80
UPLOAD_BYTES_S = 400_000
VIEW_KB_S = 80
STUCK_S = 2.0
PHASES = ("waiting", "assigned", "on_host", "executing", "harvesting", "canceling")


class TooEarly(Exception):
    """The job was over before it could be met in its phase."""


@dataclass
class Scene:
    """The jobs of one cell, and how more of them come."""

    parts: Parts
    cell: str
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

    def until_executing(self, work: Work) -> None:
        """In the middle of the steps of its sampler, as far as the relay can know that."""
        self.until(work, lambda job: job["phase"] == "executing" and _is_sampling(job))


def _is_sampling(job: dict[str, Any]) -> bool:
    progress = job["progress"]
    return bool(progress and progress["current_node_class"] == "KSampler")


def waiting(scene: Scene) -> None:
    """Two jobs fill the host; two more wait in the relay."""
    for _ in range(2):
        work = scene.submit(STEPS)
        scene.until(work, lambda job: job["phase"] in {"on_host", "executing"})
    for _ in range(2):
        scene.submit(SHORT_STEPS)


def assigned(scene: Scene) -> None:
    """A job whose picture is on its slow way to the host, and one behind it."""
    link = scene.parts.main.link
    link.heal()
    link.throttle(UPLOAD_BYTES_S)
    work = scene.submit(SHORT_STEPS, size=LARGE)
    eventually("the upload is under way", lambda: link.carried > UPLOAD_BYTES_S / 4)
    assert scene.job(work)["phase"] == "assigned"


def on_host(scene: Scene) -> None:
    """A job executes, and the next one stands behind it in the host's own queue."""
    first = scene.submit(LONG_STEPS)
    scene.until_executing(first)
    second = scene.submit(SHORT_STEPS)

    def stands_behind() -> bool:
        running, pending = scene.parts.main.queue()
        if first.id not in running:
            raise TooEarly("the first one is over already")
        return second.id in pending

    eventually("the host has both", stands_behind)


def executing(scene: Scene) -> None:
    """A job in the middle of its steps."""
    scene.until_executing(scene.submit(LONG_STEPS))


def harvesting(scene: Scene) -> None:
    """A job whose pictures come slowly from the host."""
    scene.parts.main.tell(f"slow:kb_s={VIEW_KB_S}")
    work = scene.submit(SHORT_STEPS)
    scene.until(work, lambda job: job["phase"] == "harvesting")


def canceling(scene: Scene) -> None:
    """A job that is asked to end while a node does not hear it, with somebody else's behind it."""
    main = scene.parts.main
    main.tell(f"stuck:at=4,seconds={STUCK_S}")
    work = scene.submit(LONG_STEPS)
    eventually("the node is stuck", lambda: main.stuck())
    scene.theirs = f"theirs-{scene.cell}"
    body = {"prompt": slow_graph(scene.seed, 3), "prompt_id": scene.theirs}
    httpx.post(f"{main.url}/prompt", json=body, timeout=10).raise_for_status()
    work.cancel_asked = True
    answer = scene.parts.ask("POST", f"/api/v2/jobs/{work.id}/cancel")
    assert answer.json()["status"] == "canceling", answer.text


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
