"""A client of a simulated host, and gates that hold the host where a test needs it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from aiohttp.test_utils import TestClient, TestServer
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from relay_server.sim_host import Seam, SimOptions, create_app
from relay_server.sim_host.host import HOST, SimHost

PATIENCE_S = 180.0
"""A wait that takes longer has gone wrong."""

Graph = dict[str, Any]
Pixels = NDArray[np.uint8]


class Gate(Seam):
    """Holds the execution thread before chosen nodes or steps, until the test lets it go."""

    def __init__(self) -> None:
        self._reached: dict[object, threading.Event] = {}
        self._open: dict[object, threading.Event] = {}

    def hold(self, place: object) -> None:
        """Before the run: stop at a node id, at (prompt id, node id), or at a step's number."""
        self._reached[place] = threading.Event()
        self._open[place] = threading.Event()

    async def reached(self, place: object) -> None:
        """Wait until the thread stands there."""
        assert await asyncio.to_thread(self._reached[place].wait, PATIENCE_S)

    def let_go(self, place: object) -> None:
        """Let the thread go on."""
        self._open[place].set()

    def node(self, prompt_id: str, node_id: str, class_type: str) -> None:
        for place in (node_id, (prompt_id, node_id)):
            self._stop(place)

    def step(self, prompt_id: str, node_id: str, value: float, total: float) -> None:
        self._stop(value)

    def _stop(self, place: object) -> None:
        if place in self._open:
            self._reached[place].set()
            assert self._open[place].wait(PATIENCE_S)


@dataclass
class Socket:
    """A websocket that keeps all it hears, in the form of the recordings."""

    socket: aiohttp.ClientWebSocketResponse
    heard: list[dict[str, Any]] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        message = await asyncio.wait_for(self.socket.receive(), PATIENCE_S)
        if message.type is aiohttp.WSMsgType.BINARY:
            data: bytes = message.data
            self.frames.append(data)
            event = int.from_bytes(data[:4], "big")
            entry: dict[str, Any] = {"event": event, "head": list(data[:8]), "bytes": len(data)}
            self.heard.append({"binary": entry})
        else:
            assert message.type is aiohttp.WSMsgType.TEXT, message
            self.heard.append({"text": json.loads(message.data)})
        return self.heard[-1]

    async def hear_until(self, event: str, **data: Any) -> dict[str, Any]:
        """Go on until a message of that kind, with that data."""
        while True:
            text = (await self.hear()).get("text", {"type": None})
            if text["type"] == event and data.items() <= text["data"].items():
                found: dict[str, Any] = text["data"]
                return found

    async def hear_end(self, prompt_id: str) -> None:
        """Go on until the prompt is over."""
        await self.hear_until("executing", node=None, prompt_id=prompt_id)

    def events(self) -> list[tuple[str, Any]]:
        """(type, node) of all texts but the status."""
        texts = [m["text"] for m in self.heard if "text" in m]
        return [(t["type"], t["data"].get("node")) for t in texts if t["type"] != "status"]


@dataclass
class Finished:
    """A prompt that is over."""

    prompt_id: str
    history: dict[str, Any]
    socket: Socket

    def files(self, node_id: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.history["outputs"][node_id]["images"]
        return found

    @property
    def last(self) -> tuple[str, dict[str, Any]]:
        kind, data = self.history["status"]["messages"][-1]
        return kind, data


class Driver:
    """One simulated host under test."""

    def __init__(self, client: TestClient[Any, Any], host: SimHost) -> None:
        self.client = client
        self.host = host
        self._sockets: list[Socket] = []

    @classmethod
    async def start(cls, options: SimOptions, seam: Seam | None = None) -> Driver:
        app = create_app(options, seam)
        client: TestClient[Any, Any] = TestClient(TestServer(app))
        await client.start_server()
        return cls(client, app[HOST])

    async def stop(self) -> None:
        for socket in self._sockets:
            await socket.socket.close()
        await self.client.close()

    async def listen(self, client_id: str | None = None) -> Socket:
        """Connect; the first status has been heard."""
        query = {} if client_id is None else {"clientId": client_id}
        raw = await self.client.session.ws_connect(
            self.client.make_url("/ws"), params=query, max_msg_size=0
        )
        socket = Socket(raw)
        self._sockets.append(socket)
        await socket.hear()
        return socket

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """(status, JSON, or text if it is none)."""
        async with self.client.post(path, json=body) as answer:
            return answer.status, await _content(answer)

    async def get(self, path: str, **query: str) -> Any:
        async with self.client.get(path, params=query) as answer:
            assert answer.status == 200, (path, answer.status)
            return await _content(answer)

    async def submit(self, graph: Graph, **more: Any) -> str:
        status, answer = await self.post("/prompt", {"prompt": graph} | more)
        assert status == 200, answer
        prompt_id: str = answer["prompt_id"]
        return prompt_id

    async def run(self, graph: Graph, **more: Any) -> Finished:
        """Submit a prompt and wait until it is over, whatever came of it."""
        client_id = uuid.uuid4().hex
        socket = await self.listen(client_id)
        prompt_id = await self.submit(graph, client_id=client_id, **more)
        await socket.hear_end(prompt_id)
        return Finished(prompt_id, await self.history(prompt_id), socket)

    async def history(self, prompt_id: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get(f"/history/{prompt_id}"))[prompt_id]
        return found

    async def bytes_of(self, file: dict[str, str]) -> bytes:
        async with self.client.get("/view", params=file) as answer:
            assert answer.status == 200
            data: bytes = await answer.read()
            return data

    async def text_of(self, file: dict[str, str]) -> dict[str, str]:
        """The text chunks of a PNG."""
        with Image.open(io.BytesIO(await self.bytes_of(file))) as image:
            assert isinstance(image, PngImageFile)
            return dict(image.text)

    async def settled(self) -> None:
        """Wait until the host has noticed that a websocket has gone."""
        async with asyncio.timeout(PATIENCE_S):
            while self.host.sockets.connected:  # noqa: ASYNC110  turns of the loop, not time
                await asyncio.sleep(0)

    async def wait_for_thread_end(self) -> None:
        """Wait until the execution thread has ended by itself."""
        await asyncio.to_thread(self.host.executor.join, PATIENCE_S)

    async def pictures(self, graph: Graph) -> list[Pixels]:
        """All frames of all pictures that a graph saves, as RGB."""
        finished = await self.run(graph)
        assert finished.last[0] == "execution_success", finished.last
        files = [f for o in finished.history["outputs"].values() for f in o["images"]]
        return [frame for f in files for frame in frames(await self.bytes_of(f))]

    def put(self, name: str, data: bytes, kind: str = "input") -> Path:
        """Lay a file into one of the host's folders."""
        path = self.host.folders.root / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path


async def _content(answer: aiohttp.ClientResponse) -> Any:
    if answer.content_type == "application/json":
        return await answer.json()
    return await answer.text()


def frames(data: bytes) -> list[Pixels]:
    """All frames of a file, as RGB."""
    with Image.open(io.BytesIO(data)) as image:
        found = []
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            found.append(np.asarray(image.convert("RGB")))
        return found


def png(pixels: Pixels, mode: str | None = None) -> bytes:
    """Pixels as a PNG file."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    (image if mode is None else image.convert(mode)).save(buffer, "PNG")
    return buffer.getvalue()


def node(class_type: str, /, **inputs: Any) -> dict[str, Any]:
    """A node of a graph; links are [node id, slot]."""
    return {"class_type": class_type, "inputs": inputs}


def save(source: str = "1", slot: int = 0, prefix: str = "t") -> dict[str, Any]:
    """A node that saves a picture."""
    return node("SaveImage", images=[source, slot], filename_prefix=prefix)
