"""What the tests of the queue say to a relay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from tests.rig import eventually, slow_graph

Job = dict[str, Any]
COUNT = iter(range(10_000, 1_000_000))
"""Seeds: no two jobs of these tests are cached for each other."""


def submit(person: httpx.Client, steps: int = 5000, **body: Any) -> str:
    """A job of so many steps; its id."""
    graph = slow_graph(next(COUNT), steps)
    answer = person.post("/api/v2/jobs", json={"workflow": graph, **body})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def job(person: httpx.Client, job_id: str) -> Job:
    """A job now."""
    return got(person, f"/api/v2/jobs/{job_id}")


def got(person: httpx.Client, path: str, **params: Any) -> Any:
    """What is answered to a GET."""
    answer = person.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def explained(person: httpx.Client, job_id: str) -> Job:
    """Why it waits."""
    found: Job = got(person, f"/relay/v1/jobs/{job_id}/explain")
    return found


def until(person: httpx.Client, job_id: str, reached: Callable[[Job], bool]) -> Job:
    """The job as soon as it is like that."""

    def check() -> Job | None:
        now = job(person, job_id)
        return now if reached(now) else None

    return eventually(f"job {job_id} gets there", check)


def in_phase(person: httpx.Client, job_id: str, phase: str) -> Job:
    """The job as soon as it is in a phase."""
    return until(person, job_id, lambda job: job["phase"] == phase)


def host(person: httpx.Client, name: str = "sim0") -> Job:
    """A host now."""
    hosts = got(person, "/relay/v1/hosts")["hosts"]
    return next(each for each in hosts if each["name"] == name)


def full(person: httpx.Client) -> tuple[str, str]:
    """The host's two slots taken: (id of the job that executes, id of the one behind it)."""
    first = submit(person)
    in_phase(person, first, "executing")
    second = submit(person)
    in_phase(person, second, "on_host")
    return first, second
