"""Many hosts: how the work done in a second grows with the number of hosts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from multiprocessing.connection import Connection

from bench.doors import RELAY, STRAIGHT, Way, opened, picture, small_graph
from bench.running import Client, cpu_seconds, orders, relay
from bench.table import Table

HOSTS = (1, 2, 4, 8)
JOB_S = 1.0
CLIENTS = 4  # for each host
IMAGE = "bench.png"


def measure(quick: bool = False) -> Table:
    """As many jobs for each host, with more and more hosts."""
    each = 6 if quick else 20
    rows: list[list[str]] = []
    alone = 0.0
    for hosts in HOSTS:
        rate, cpu = _rate(hosts, each)
        alone = alone or rate
        rows.append(
            [
                str(hosts),
                f"{rate:.2f}",
                f"{rate / hosts / alone:.1%}",
                f"{rate * JOB_S / hosts:.1%}",
                f"{cpu:.0%}",
            ]
        )
    return Table(
        "Many hosts",
        f"{each} jobs for each host, which sleeps {JOB_S:g} s in each; {CLIENTS} clients for each"
        " host, one job after the other, from the first job sent to the last result read. Linear"
        " is as many times the jobs of one host; `possible` is a host that never waits.",
        ["hosts", "jobs/s", "of linear", "of possible", "relay CPU"],
        rows,
        ["at least 95 % of linear with 8 hosts"],
    )


def _rate(hosts: int, each: int) -> tuple[float, float]:
    """(jobs in a second, the relay's share of one core)."""
    with (
        relay(hosts=hosts, sim=("--node-s", str(JOB_S))) as running,
        Client(client, running.host_urls, (RELAY, running.url), CLIENTS * hosts) as sending,
    ):
        sending.ask(hosts)  # what does not count: each host runs its other nodes once
        began, cpu = time.monotonic(), cpu_seconds(running.process)
        sending.ask(each * hosts)
        took = time.monotonic() - began
        return each * hosts / took, (cpu_seconds(running.process) - cpu) / took


def client(pipe: Connection, hosts: list[str], way: Way, clients: int) -> None:
    """Some clients in one process: told a number of jobs, they run them."""
    asyncio.run(_client(pipe, hosts, way, clients))


async def _client(pipe: Connection, hosts: list[str], way: Way, clients: int) -> None:
    async with opened(way) as door:
        for host in hosts:
            async with opened((STRAIGHT, host)) as straight:
                await straight.bring(IMAGE, picture())
        for jobs in orders(pipe):
            numbers = iter(range(jobs))

            async def one_after_the_other(left: Iterable[int] = numbers) -> None:
                for _ in left:
                    await door.result(await door.send(small_graph(IMAGE)))

            await asyncio.gather(*(one_after_the_other() for _ in range(clients)))
            pipe.send("done")
