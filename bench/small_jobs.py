"""Small jobs: what the relay adds to a job that takes almost no time on its host."""

from __future__ import annotations

import asyncio
import io
import time
import uuid
from collections.abc import Awaitable
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
import numpy as np
from PIL import Image

from bench.running import Client, orders, relay
from bench.table import Table, milliseconds, percentile

SIDE = 64  # pixels
WARM_UP = 10  # pairs that do not count
OVER = {"succeeded", "failed", "canceled"}


def measure(quick: bool = False) -> Table:
    """The same job straight to the host and through the relay, in turns."""
    pairs = 50 if quick else 500
    with relay(hosts=1) as running, Client(client, running.host_urls[0], running.url) as each:
        times = each.ask(pairs)
    direct, relayed = [pair[0] for pair in times], [pair[1] for pair in times]
    added = [through - straight for straight, through in times]
    rows = [("straight to the host", direct), ("through the relay", relayed), ("added", added)]
    return Table(
        "Small jobs",
        f"{pairs} pairs, in turns: a {SIDE} x {SIDE} picture that the host has, LoadImage ->"
        " ImageInvert -> SaveImage. From the first byte sent to the last byte of the result. The"
        " host's client waits at the websocket, the relay's by long poll. `added` is the"
        " difference within each pair.",
        ["", "p50 ms", "p95 ms", "p99 ms"],
        [
            [name, *(milliseconds(percentile(values, part)) for part in (0.5, 0.95, 0.99))]
            for name, values in rows
        ],
        ["at most 15 ms added at the median"],
    )


def client(pipe: Connection, host: str, relay_url: str) -> None:
    """A client of both: told how many pairs, answers their seconds."""
    for pairs in orders(pipe):
        pipe.send(asyncio.run(_pairs(pairs, host, relay_url)))


async def _pairs(pairs: int, host: str, relay_url: str) -> list[tuple[float, float]]:
    """(straight, through the relay) in seconds. Which is first changes each time."""
    async with aiohttp.ClientSession() as session:
        image = await _uploaded(session, host)
        async with session.ws_connect(f"{host}/ws?clientId=bench") as socket:
            heard: asyncio.Queue[str] = asyncio.Queue()
            listener = asyncio.create_task(_listen(socket, heard))
            times = []
            for number in range(WARM_UP + pairs):
                straight = _timed(_straight(session, heard, host, _graph(image)))
                through = _timed(_through(session, relay_url, _graph(image)))
                if number % 2:
                    times.append((await straight, await through))
                else:
                    second = await through
                    times.append((await straight, second))
            listener.cancel()
    return times[WARM_UP:]


async def _timed(job: Awaitable[bytes]) -> float:
    began = time.perf_counter()
    picture = await job
    took = time.perf_counter() - began
    assert picture.startswith(b"\x89PNG"), picture[:100]
    return took


async def _uploaded(session: aiohttp.ClientSession, host: str) -> str:
    """A picture in the host's input folder; its name there."""
    pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    form = aiohttp.FormData()
    form.add_field("image", file.getvalue(), filename="bench.png", content_type="image/png")
    async with session.post(f"{host}/upload/image", data=form) as answer:
        return str((await answer.json())["name"])


def _graph(image: str) -> dict[str, Any]:
    """A graph whose last node the host has not run before. A folder of its own, as the relay
    gives each job, keeps SaveImage from listing a long one."""
    prefix = f"bench/{uuid.uuid4().hex}/out"
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": image}},
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {
            "class_type": "SaveImage",
            "inputs": {"images": ["2", 0], "filename_prefix": prefix},
        },
    }


async def _listen(socket: aiohttp.ClientWebSocketResponse, heard: asyncio.Queue[str]) -> None:
    """Prompts that are over."""
    async for frame in socket:
        said = frame.json() if frame.type is aiohttp.WSMsgType.TEXT else {}
        if said.get("type") == "executing" and said["data"]["node"] is None:
            heard.put_nowait(said["data"]["prompt_id"])


async def _straight(
    session: aiohttp.ClientSession, heard: asyncio.Queue[str], host: str, graph: dict[str, Any]
) -> bytes:
    """The host's own way: prompt, websocket, history, view."""
    body = {"prompt": graph, "client_id": "bench"}
    async with session.post(f"{host}/prompt", json=body) as answer:
        prompt_id = (await answer.json())["prompt_id"]
    while await heard.get() != prompt_id:
        pass
    async with session.get(f"{host}/history/{prompt_id}") as answer:
        outputs = (await answer.json())[prompt_id]["outputs"]
    async with session.get(f"{host}/view", params=outputs["3"]["images"][0]) as answer:
        return await answer.read()


async def _through(session: aiohttp.ClientSession, url: str, graph: dict[str, Any]) -> bytes:
    """The relay's way: job, long poll, content."""
    async with session.post(f"{url}/api/v2/jobs", json={"workflow": graph}) as answer:
        job = await answer.json()
    while job["status"] not in OVER:
        wait = {"after": job["rev"], "wait": 30}
        async with session.get(f"{url}/api/v2/jobs/{job['id']}", params=wait) as answer:
            job = await answer.json()
    assert job["status"] == "succeeded", job
    async with session.get(job["outputs"][0]["url"]) as answer:
        return await answer.read()
