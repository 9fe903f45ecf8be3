"""Host idle: how much of its time a host waits for the next job, by its own timestamps."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
import uuid
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any

import psutil

from bench.doors import PROXY, RELAY, STRAIGHT, Way, opened, picture, small_graph
from bench.files_host import NODE
from bench.official_proxy import official_proxy
from bench.running import Client, cpu_seconds, orders, relay
from bench.table import Table, median, milliseconds

MIB = 1024 * 1024
IN, OUT = 32 * MIB, 64 * MIB  # bytes
WARM_UP = 2  # jobs of each run that do not count
CLIENTS = {STRAIGHT: 2}
"""How many clients send, each one job after the other. Straight, two keep one running and one
waiting, as the relay's two slots do."""
MORE_CLIENTS = 4


@dataclass(frozen=True)
class Work:
    """A kind of job."""

    name: str
    node_s: float
    jobs: int
    large: bool


def measure(quick: bool = False) -> Table:
    """Short jobs without files, and with large ones, by every way."""
    many, few = (12, 6) if quick else (100, 20)
    kinds = [
        Work("200 ms", 0.2, many, large=False),
        Work("200 ms, 32 MB in, 64 MB out", 0.2, few, large=True),
        Work("1 s, 32 MB in, 64 MB out", 1.0, few // 2, large=True),
    ]
    rows = []
    notes = set()
    for work in kinds:
        found, note = _rows(work)
        rows += found
        notes.add(note)
    return Table(
        "Host idle",
        f"`busy` is the host's time between `execution_start` and `execution_success`, of all time"
        f" from its first job to its last, the first {WARM_UP} jobs aside; `gap` is the time"
        " between two jobs. Straight, two clients keep one job running and one waiting; else there"
        f" are {MORE_CLIENTS}. Each uploads, submits, waits and downloads, one job after the"
        " other. Large files are different for each job, and cost the host no work but their"
        " transfer. Host, slots, relay and clients share this machine's cores: `CPU` is of the"
        " host's process and of all cores together while the jobs run, in percent of one core and"
        f" of all. {' '.join(sorted(notes))}",
        ["jobs", "way", "busy", "gap p50 ms", "gap max ms", "jobs/s", "host CPU", "all CPU"],
        rows,
        ["200 ms jobs keep a host 98 % busy through the relay, with 32 MB in and 64 MB out 93 %"],
    )


def _rows(work: Work) -> tuple[list[list[str]], str]:
    options = ("--node-s", str(work.node_s))
    with (
        relay(hosts=1, sim=options, module="bench.files_host") as running,
        official_proxy(running.host_urls[0]) as proxy,
    ):
        host = running.host_urls[0]
        ways = [(STRAIGHT, host), (PROXY, proxy.url), (RELAY, running.url)]
        return [_row(work, way, host, running.hosts[0]) for way in ways], proxy.note


def _row(work: Work, way: Way, host_url: str, host: Any) -> list[str]:
    name, url = way
    if not url:
        return [work.name, name, *["not run"] * 6]
    _forget(host_url)
    with Client(client, way, work) as sending:
        sending.hear()
        began, all_began, cpu = time.monotonic(), _all_cpu(), cpu_seconds(host)
        sending.ask("begin")
        took = time.monotonic() - began
        cpu, all_cpu = cpu_seconds(host) - cpu, _all_cpu() - all_began
    spans = _spans(host_url)[WARM_UP:]
    whole = spans[-1][1] - spans[0][0]
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    return [
        work.name,
        name,
        f"{sum(end - start for start, end in spans) / whole:.1%}",
        milliseconds(median(gaps)),
        milliseconds(max(gaps)),
        f"{len(spans) / whole:.2f}",
        f"{cpu / took:.0%}",
        f"{all_cpu / took / (psutil.cpu_count() or 1):.0%}",
    ]


def _all_cpu() -> float:
    """Processor time that the whole machine has spent, in seconds."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _forget(host_url: str) -> None:
    body = json.dumps({"clear": True}).encode()
    with urllib.request.urlopen(f"{host_url}/history", body):
        pass


def _spans(host_url: str) -> list[tuple[float, float]]:
    """(start, end) of each prompt by the host's clock, in seconds, in order."""
    with urllib.request.urlopen(f"{host_url}/history") as answer:
        history = json.load(answer)
    told = [dict(entry["status"]["messages"]) for entry in history.values()]
    return sorted(
        (each["execution_start"]["timestamp"] / 1000, each["execution_success"]["timestamp"] / 1000)
        for each in told
    )


def client(pipe: Connection, way: Way, work: Work) -> None:
    """Some clients in one process: it says that it is ready, begins when told, and says when all
    is done."""
    asyncio.run(_client(pipe, way, work))


async def _client(pipe: Connection, way: Way, work: Work) -> None:
    small = picture()
    numbers = iter(range(work.jobs + WARM_UP))
    async with opened(way) as door:
        image = await door.bring("bench.png", small)

        async def one_after_the_other() -> None:
            # Behind the end of the picture stands what nobody reads, different each time.
            data = bytearray(small).ljust(IN, b"\0") if work.large else bytearray()
            for number in numbers:
                graph = small_graph(image)
                if work.large:
                    data[-8:] = number.to_bytes(8, "big")
                    graph = _large_graph(await door.bring(f"{uuid.uuid4().hex}.png", data))
                size = await door.result(await door.send(graph))
                assert not work.large or size == OUT, size

        pipe.send("ready")
        for _ in orders(pipe):
            clients = CLIENTS.get(way[0], MORE_CLIENTS)
            await asyncio.gather(*(one_after_the_other() for _ in range(clients)))
            pipe.send("done")


def _large_graph(image: Any) -> dict[str, Any]:
    prefix = f"bench/{uuid.uuid4().hex}/out"
    inputs = {"image": image, "size": OUT, "filename_prefix": prefix}
    return {"1": {"class_type": NODE, "inputs": inputs}}
