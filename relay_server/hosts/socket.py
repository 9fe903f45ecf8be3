"""The websocket of one worker to its host: a hint of what happens, never the truth."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from urllib.parse import quote

import aiohttp

from relay_server.hosts.comfy import ComfyHost
from relay_server.hosts.messages import Message, Picture, parse_binary, parse_text

log = logging.getLogger(__name__)

RECONNECT_S = 0.3
READY_S = 2.0
PING_S = 15.0  # the host itself never pings


class Interruption(Enum):
    """What is heard beside the host's words."""

    LOST = "the connection was lost, something may be missing"
    WAKE = "there is something to do"


Heard = Message | Picture | Interruption


class HostSocket:
    """Reconnects for ever, with a new client id each time: a host that drops an old connection
    late would otherwise take the new one of the same id with it, and leave it deaf."""

    def __init__(self, host: ComfyHost) -> None:
        self._host = host
        self.client_id = ""
        self.connected = asyncio.Event()
        self._listeners: dict[str, asyncio.Queue[Heard]] = {}
        self._talking = ""  # prompt that the host spoke of last; owner of pictures without a name

    async def run(self) -> None:
        """Keep a connection, until cancelled."""
        while True:
            try:
                await self._listen_once()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.debug("no websocket to %s (%s)", self._host.url, type(error).__name__)
            self.connected.clear()
            self._host.probe_again()
            for queue in self._listeners.values():
                queue.put_nowait(Interruption.LOST)
            await asyncio.sleep(RECONNECT_S)

    async def _listen_once(self) -> None:
        client_id = f"comfy-relay-{uuid.uuid4().hex}"
        url = f"{self._host.url}/ws?clientId={quote(client_id)}"
        connecting = self._host.session.ws_connect(
            url, heartbeat=PING_S, max_msg_size=0, timeout=aiohttp.ClientWSTimeout(ws_close=2)
        )
        async with connecting as socket:
            await socket.send_json(
                {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
            )
            await socket.receive()  # `status` with our id: from here on nothing is missed
            self.client_id = client_id
            self.connected.set()
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._give(parse_text(frame.data))
                elif frame.type is aiohttp.WSMsgType.BINARY:
                    self._give(parse_binary(frame.data))

    async def ready_id(self) -> str:
        """The client id to submit with: that of the open connection. If there is none for a
        while, one that nobody listens to: a prompt without any can lose its outputs."""
        try:
            async with asyncio.timeout(READY_S):
                await self.connected.wait()
        except TimeoutError:
            return f"comfy-relay-{uuid.uuid4().hex}"
        return self.client_id

    def _give(self, heard: Message | Picture | None) -> None:
        if heard is None:
            return
        if heard.prompt_id:
            self._talking = heard.prompt_id
        queue = self._listeners.get(heard.prompt_id or self._talking)
        if queue:
            queue.put_nowait(heard)

    @contextmanager
    def listen(self, prompt_id: str) -> Iterator[asyncio.Queue[Heard]]:
        """What the host says of one prompt, while the block lasts."""
        queue: asyncio.Queue[Heard] = asyncio.Queue()
        self._listeners[prompt_id] = queue
        try:
            yield queue
        finally:
            del self._listeners[prompt_id]
