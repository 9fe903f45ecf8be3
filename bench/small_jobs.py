"""Small jobs: what the relay adds to a job that takes almost no time on its host."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

from bench.doors import (
    POLL_S,
    PROXY,
    RELAY,
    SIDE,
    STRAIGHT,
    Door,
    Way,
    opened,
    picture,
    small_graph,
)
from bench.official_proxy import official_proxy
from bench.running import Client, orders, relay
from bench.table import Table, spread

WARM_UP = 10  # rounds that do not count
PARTS = (0.5, 0.95, 0.99)


def measure(quick: bool = False) -> Table:
    """The same job by every way, in turns; then many at once by each."""
    rounds, many = (50, 50) if quick else (500, 300)
    with relay(hosts=1) as running, official_proxy(running.host_urls[0]) as proxy:
        ways = [(STRAIGHT, running.host_urls[0]), (RELAY, running.url)]
        if proxy.url:
            ways.insert(1, (PROXY, proxy.url))
        with Client(client, ways) as each:
            times = each.ask(rounds)
            rates = [each.ask((name, many)) for name, _ in ways]
    rows = [
        [name, *spread(values, *PARTS), f"{len(values) / sum(values):.1f}", f"{rate:.1f}"]
        for (name, _), values, rate in zip(ways, times, rates, strict=True)
    ]
    if not proxy.url:
        rows.insert(1, [PROXY, *["not run"] * 5])
    for (name, _), values in zip(ways[1:], times[1:], strict=True):
        added = spread(_added(values, times[0]), *PARTS)
        rows.append([f"added {name.removeprefix('through ')}", *added, "", ""])
    return Table(
        "Small jobs",
        f"{rounds} rounds, in turns: a {SIDE} x {SIDE} picture that the host has, LoadImage ->"
        " ImageInvert -> SaveImage. From the first byte sent to the last byte of the result. The"
        " host's client waits at the websocket, the relay's by long poll; the proxy has none and"
        f" is polled every {POLL_S * 1000:.0f} ms. `added` is the difference within each round."
        f" Jobs per second: one client, one job after the other; and {many} jobs sent at once."
        f" One host. {proxy.note}",
        ["", "p50 ms", "p95 ms", "p99 ms", "jobs/s in turn", "jobs/s at once"],
        rows,
        ["at most 8 ms added by the relay at the median, 30 ms at p99"],
    )


def _added(through: Sequence[float], straight: Sequence[float]) -> list[float]:
    return [long - short for long, short in zip(through, straight, strict=True)]


def client(pipe: Connection, ways: list[Way]) -> None:
    """A client of all ways. Told a number of rounds, it answers their seconds, by way; told (name
    of a way, number of jobs), it answers the jobs per second when all are sent at once."""
    asyncio.run(_client(pipe, ways))


async def _client(pipe: Connection, ways: list[Way]) -> None:
    async with contextlib.AsyncExitStack() as stack:
        doors = {way[0]: await stack.enter_async_context(opened(way)) for way in ways}
        image = await doors[STRAIGHT].bring("bench.png", picture())
        for order in orders(pipe):
            if isinstance(order, int):
                pipe.send(await _in_turns(list(doors.values()), image, order))
            else:
                name, many = order
                pipe.send(await _at_once(doors[name], image, many))


async def _in_turns(doors: list[Door], image: str, rounds: int) -> list[list[float]]:
    """Seconds of each job, by door. Another door is the first in each round."""
    times: list[list[float]] = [[] for _ in doors]
    for number in range(WARM_UP + rounds):
        for turn in range(len(doors)):
            chosen = (number + turn) % len(doors)
            began = time.perf_counter()
            await _job(doors[chosen], image)
            times[chosen].append(time.perf_counter() - began)
    return [values[WARM_UP:] for values in times]


async def _at_once(door: Door, image: str, many: int) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(_job(door, image) for _ in range(many)))
    return many / (time.perf_counter() - began)


async def _job(door: Door, image: str) -> None:
    assert await door.result(await door.send(small_graph(image)))
