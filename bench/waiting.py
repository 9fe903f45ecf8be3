"""Waiting: what ten thousand waiting jobs cost those who submit, look and list, and the relay."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import psutil
import redis

from bench.running import MB, Running, cpu_seconds, relay
from bench.table import Table, spread
from bench.wire import Wire

JOBS = 10_000
USERS = 20
CLASSES = ("interactive", "shot", "batch")
IDLE_S = 20.0
PAGE = 50
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "bench"}},
}


def measure(quick: bool = False) -> Table:
    """The same requests with none waiting and with many."""
    rounds, jobs, idle_s = (50, 500, 3.0) if quick else (500, JOBS, IDLE_S)
    rows = []
    # The shipped limit would refuse the last ones that are measured.
    with relay(max_waiting=2 * JOBS) as running:
        asking = Asking(running.url)
        for waiting in (0, jobs):
            while len(asking.ids) < waiting:
                asking.submit()
            rows.append([f"{waiting}", *_requests(asking, rounds), *_idle(running, idle_s)])
    return Table(
        "Waiting jobs",
        f"No host. {USERS} users and {len(CLASSES)} classes, in turn. {rounds} requests of each"
        " kind over one kept connection, from the first byte sent to the last byte of the answer:"
        f" a submission, the status of a job, the first page of {PAGE} jobs of a user. Then"
        f" {idle_s:g} s without a request. `max_waiting` is raised, so that the last submissions"
        " are taken too.",
        [
            "waiting", "submit p50 ms", "p99 ms", "max ms", "status p50 ms", "p99 ms",
            "page p50 ms", "p99 ms", "relay idle CPU", "Redis idle CPU", "relay MB", "Redis MB",
        ],
        rows,
        ["with 10,000 waiting, p99 of a submission at most 20 ms and of a status at most 10 ms"],
    )  # fmt: skip


def _requests(asking: Asking, rounds: int) -> list[str]:
    submit = _times(asking.submit, rounds)
    status = _times(asking.status, rounds)
    page = _times(asking.page, rounds)
    return [*spread(submit, 0.5, 0.99, 1), *spread(status, 0.5, 0.99), *spread(page, 0.5, 0.99)]


def _times(request: Callable[[], None], rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        request()
        times.append(time.perf_counter() - began)
    return times


def _idle(running: Running, idle_s: float) -> list[str]:
    with redis.Redis.from_url(running.redis_url) as asked:
        server = psutil.Process(asked.info("server")["process_id"])
    processes = [running.process, server]
    before = [cpu_seconds(each) for each in processes]
    time.sleep(idle_s)
    shares = [
        (cpu_seconds(each) - spent) / idle_s for each, spent in zip(processes, before, strict=True)
    ]
    memory = [each.memory_info().rss / MB for each in processes]
    return [*(f"{share:.1%}" for share in shares), *(f"{each:.0f}" for each in memory)]


class Asking:
    """A client of all users."""

    def __init__(self, url: str) -> None:
        self._wire = Wire(url)
        self.ids: list[str] = []
        self._looked = 0

    def submit(self) -> None:
        """One job more."""
        number = len(self.ids)
        body = json.dumps({"workflow": GRAPH, "priority": CLASSES[number % len(CLASSES)]}).encode()
        self.ids.append(self._ask("POST", "/api/v2/jobs", number, body)["id"])

    def status(self) -> None:
        """Of a job somewhere in the queue."""
        number = self._looked = (self._looked + 7919) % len(self.ids)
        found = self._ask("GET", f"/api/v2/jobs/{self.ids[number]}", number)
        assert found["status"] == "queued", found

    def page(self) -> None:
        """The newest jobs of a user."""
        self._looked += 1
        self._ask("GET", f"/api/v2/jobs?limit={PAGE}", self._looked)

    def _ask(self, method: str, path: str, number: int, body: bytes = b"") -> dict[str, str]:
        user = f"user-{number % USERS}"
        head = self._wire.head(method, path, len(body), X_Comfy_Relay_User=user)
        status, answer = self._wire.send(head, body)
        assert status < 300, answer
        found: dict[str, str] = json.loads(answer)
        return found
