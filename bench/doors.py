"""The ways to a host that are compared: straight, through the official proxy, through the relay.

The proxy and the relay speak the same API, so one client drives both.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Protocol

import aiohttp
import numpy as np
from PIL import Image

SIDE = 64  # pixels
POLL_S = 0.005
"""A server without long polls is asked this often, by all the jobs of a client in turn."""
OVER = {"succeeded", "failed", "canceled"}
ASK_AGAIN = "expired"
"""Said by the proxy of a job that ends while it is asked for: it reads the history before the
queue, and finds the job in neither."""

STRAIGHT, PROXY, RELAY = "straight to the host", "through `comfy-api-proxy`", "through the relay"
Way = tuple[str, str]
"""(name, URL)."""


class Door(Protocol):
    """One way in. Every method may be called by many tasks at once."""

    async def bring(self, name: str, data: bytes | bytearray) -> Any:
        """Upload a file; what stands for it in a graph."""

    async def send(self, graph: dict[str, Any]) -> str:
        """Queue a job; its id."""

    async def result(self, job: str) -> int:
        """Wait until the job has succeeded, and read its first file; the bytes of that."""


@contextlib.asynccontextmanager
async def opened(way: Way) -> AsyncIterator[Door]:
    """A door of that name, with connections of its own."""
    name, url = way
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        if name != STRAIGHT:
            yield ComfyV2(session, url)
            return
        client = uuid.uuid4().hex
        async with session.ws_connect(f"{url}/ws?clientId={client}", max_msg_size=0) as socket:
            straight = Straight(session, url, client)
            listener = asyncio.create_task(straight.listen(socket))
            yield straight
            listener.cancel()


class Straight:
    """The host's own way: prompt, websocket, history, view."""

    def __init__(self, session: aiohttp.ClientSession, url: str, client: str) -> None:
        self._session = session
        self._url = url
        self._client = client
        self._over: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Hear of prompts that are over."""
        async for frame in socket:
            said = frame.json() if frame.type is aiohttp.WSMsgType.TEXT else {}
            if said.get("type") == "executing" and said["data"]["node"] is None:
                self._over[said["data"]["prompt_id"]].set()

    async def bring(self, name: str, data: bytes | bytearray) -> str:
        form = aiohttp.FormData()
        form.add_field("image", data, filename=name, content_type="image/png")
        async with self._session.post(f"{self._url}/upload/image", data=form) as answer:
            return str((await _read(answer))["name"])

    async def send(self, graph: dict[str, Any]) -> str:
        body = {"prompt": graph, "client_id": self._client}
        async with self._session.post(f"{self._url}/prompt", json=body) as answer:
            return str((await _read(answer))["prompt_id"])

    async def result(self, job: str) -> int:
        await self._over[job].wait()
        del self._over[job]
        async with self._session.get(f"{self._url}/history/{job}") as answer:
            outputs = (await _read(answer))[job]["outputs"]
        file = next(iter(outputs.values()))["images"][0]
        async with self._session.get(f"{self._url}/view", params=file) as answer:
            return await _size(answer)


class ComfyV2:
    """The Comfy API v2: job, long poll where there is one, content."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._jobs = f"{url}/api/v2/jobs"
        self._assets = f"{url}/api/v2/assets"
        self._sent: dict[str, dict[str, Any]] = {}

    async def bring(self, name: str, data: bytes | bytearray) -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field("file_path", f"input/{name}")
        form.add_field("file", data, filename=name, content_type="image/png")
        async with self._session.post(self._assets, data=form) as answer:
            return {"__type": "core/ASSET", "info": {"id": (await _read(answer))["id"]}}

    async def send(self, graph: dict[str, Any]) -> str:
        async with self._session.post(self._jobs, json={"workflow": graph}) as answer:
            job = await _read(answer)
        self._sent[job["id"]] = job
        return str(job["id"])

    async def result(self, job: str) -> int:
        found = self._sent[job]
        while found["status"] not in OVER:
            found = await self._next(found)
        del self._sent[job]
        assert found["status"] == "succeeded", found
        async with self._session.get(found["outputs"][0]["url"]) as answer:
            return await _size(answer)

    async def _next(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job when it has changed; where that cannot be waited for, a moment later."""
        query = {"after": job["rev"], "wait": 30} if "rev" in job else {}
        if not query:
            await asyncio.sleep(POLL_S * len(self._sent))
        async with self._session.get(f"{self._jobs}/{job['id']}", params=query) as answer:
            return await _read(answer)


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    assert answer.status < 300, (answer.status, await answer.text())
    body: dict[str, Any] = await answer.json()
    return body


async def _size(answer: aiohttp.ClientResponse) -> int:
    """Bytes of a body, none of it kept."""
    assert answer.status < 300, answer.status
    return sum([len(chunk) async for chunk in answer.content.iter_any()])


def picture() -> bytes:
    """A small PNG of noise."""
    pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def small_graph(image: Any) -> dict[str, Any]:
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
