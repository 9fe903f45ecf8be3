"""Watchers: how soon a thousand open event streams hear of progress."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from bench.running import MB, Client, Memory, Running, cpu_seconds, orders, relay
from bench.table import Table, median, milliseconds, percentile
from bench.wire import Wire
from relay_server.jobs.transitions import Transitions
from relay_server.models.jobs import Progress
from relay_server.redis_connection import connect_async
from relay_server.settings import Settings

JOBS = 10
WATCHERS = 100  # of each job
PER_SECOND = 5  # events of each job
PROCESSES = 2  # that the watchers are spread over
WARM_UP_S = 2.0
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "bench"}},
}
MARK = b"sent "  # before the time, in a progress message
END = b"\n\n"  # of an event


def measure(quick: bool = False) -> Table:
    """All streams open, then events for a while."""
    seconds = 5 if quick else 30
    with relay(max_streams=2 * JOBS * WATCHERS) as running, contextlib.ExitStack() as stack:
        memory = Memory(running.process)
        jobs = _submitted(running.url)
        each = JOBS * WATCHERS // PROCESSES
        watching = [
            stack.enter_context(Client(watch, running.url, jobs, each)) for _ in range(PROCESSES)
        ]
        for client in watching:
            client.hear()  # its streams are open
        settings = running.settings.model_copy(update={"redis_url": running.redis_url})
        stack.enter_context(Client(publish, settings, jobs)).hear()
        time.sleep(WARM_UP_S)
        row = [*_row(running, watching, seconds), f"{memory.peak / MB:.0f}"]
    return Table(
        "Watchers",
        f"{JOBS} jobs with {WATCHERS} streams each (`GET /relay/v1/jobs/{{id}}/events`) and"
        f" {PER_SECOND} progress events a second, for {seconds} s. From before a worker's report"
        " to Redis until a watcher has the whole event. `max_streams` is raised for it. `heard`"
        " is of all events times watchers.",
        ["streams", "heard/s", "heard", "p50 ms", "p99 ms", "max ms", "relay CPU", "relay MB"],
        [row],
        ["p99 at most 50 ms"],
    )


def _row(running: Running, watching: list[Client], seconds: float) -> list[str]:
    for client in watching:
        client.say("begin")
    cpu = cpu_seconds(running.process)
    time.sleep(seconds)
    cpu = cpu_seconds(running.process) - cpu
    times = [each for client in watching for each in client.ask("end")]
    wanted = JOBS * WATCHERS * PER_SECOND * seconds
    return [
        f"{JOBS * WATCHERS}",
        f"{len(times) / seconds:.0f}",
        f"{len(times) / wanted:.0%}",
        milliseconds(median(times)),
        milliseconds(percentile(times, 0.99)),
        milliseconds(max(times)),
        f"{cpu / seconds:.0%}",
    ]


def _submitted(url: str) -> list[str]:
    """Jobs that no host takes, for there is none."""
    wire = Wire(url)
    body = json.dumps({"workflow": GRAPH}).encode()
    head = wire.head("POST", "/api/v2/jobs", len(body))
    return [json.loads(wire.send(head, body)[1])["id"] for _ in range(JOBS)]


# the workers' side


def publish(pipe: Connection, settings: Settings, jobs: list[str]) -> None:
    """Claim the jobs and report progress, as workers do, until the caller is gone."""
    with contextlib.suppress(BrokenPipeError, EOFError):
        asyncio.run(_publish(pipe, settings, jobs))


async def _publish(pipe: Connection, settings: Settings, jobs: list[str]) -> None:
    assert settings.redis_url is not None
    redis = connect_async(settings, settings.redis_url, name="bench", patient=True)
    transitions = Transitions(redis, settings)
    claims = {job: await transitions.claim(job, 0) for job in jobs}
    pipe.send("claimed")
    began = time.monotonic()
    for number in count():
        # One job after the other, so that each has its events at its own pace.
        due = began + number / (JOBS * PER_SECOND)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        job = jobs[number % JOBS]
        claimed = claims[job]
        assert claimed is not None
        await _report(transitions, job, claimed.claim, number)
        if number % (JOBS * PER_SECOND) < JOBS:
            await transitions.renew(job, claimed.claim)
        if pipe.poll():
            break
    await redis.aclose()


async def _report(transitions: Transitions, job: str, claim: str, number: int) -> None:
    progress = Progress(
        value=0.5, nodes_done=1, nodes_total=2, current_node="1", current_node_class="KSampler",
        step=number, steps=number + 1, message=f"{MARK.decode()}{time.monotonic_ns()}",
    ).model_dump_json()  # fmt: skip
    await transitions.report(job, claim, "progress", progress, progress=progress)


# the watchers' side


def watch(pipe: Connection, url: str, jobs: list[str], streams: int) -> None:
    """Open streams, evenly over the jobs; between `begin` and `end` note each event's age."""
    asyncio.run(_watch(pipe, url, jobs, streams))


async def _watch(pipe: Connection, url: str, jobs: list[str], streams: int) -> None:
    loop, ages = asyncio.get_running_loop(), list[float]()
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    opened = []
    for number in range(streams):
        protocol = partial(Stream, address.netloc, jobs[number % len(jobs)], ages)
        _, stream = await loop.create_connection(protocol, address.hostname, address.port)
        opened.append(stream)
    await asyncio.gather(*(stream.open for stream in opened))
    pipe.send("open")
    mine = iter(orders(pipe))
    while order := await asyncio.to_thread(next, mine, None):
        if order == "end":
            pipe.send(list(ages))
        ages.clear()


class Stream(asyncio.Protocol):
    """One watcher. The clock is the machine's, the same in every process."""

    def __init__(self, host: str, job: str, ages: list[float]) -> None:
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = f"GET /relay/v1/jobs/{job}/events HTTP/1.1\r\nHost: {host}\r\n\r\n"
        self._ages = ages
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request.encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        *whole, self._rest = (self._rest + data).split(END)
        for event in whole:
            _, found, rest = event.partition(MARK)
            if found:
                self._ages.append((now - int(rest.partition(b'"')[0])) / 1e9)
        if not self.open.done():
            self.open.set_result(None)
