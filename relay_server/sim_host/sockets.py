"""The websockets of clients, and the one line in which messages to them stand."""

from __future__ import annotations

import asyncio
import json
import struct
import uuid
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, WSMsgType, web

from .imagefiles import encoded
from .node import Preview
from .seam import Message, Seam

PREVIEW_IMAGE = 1
PREVIEW_IMAGE_WITH_METADATA = 4

_METADATA_FLAG = "supports_preview_metadata"
_FORMATS = {"JPEG": (1, "image/jpeg"), "PNG": (2, "image/png")}


class Sockets:
    """One socket per client id. A later one takes the place of an earlier one."""

    def __init__(self, seam: Seam, features: dict[str, Any]) -> None:
        self._seam = seam
        self._features = features
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._flags: dict[str, dict[str, Any]] = {}
        self._requests: dict[str, web.Request] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def connected(self) -> list[str]:
        """The client ids that get messages."""
        return list(self._sockets)

    def attach(self) -> None:
        """Post to the running loop from now on."""
        self._loop = asyncio.get_running_loop()

    async def publish(self) -> None:
        """Send what is posted, one after another, for ever."""
        while True:
            for event, data, sid in self._seam.messages(await self._messages.get()):
                await self._send(event, data, sid)

    def post(self, event: str | int, data: Any, sid: str | None) -> None:
        """Queue a message: JSON for a text event, bytes for a numbered one. From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._messages.put_nowait, (event, data, sid))

    def wants_metadata(self, sid: str | None) -> bool:
        """Whether the client asked for previews that say which job they belong to."""
        return sid is not None and self._flags.get(sid, {}).get(_METADATA_FLAG) is True

    def post_preview(self, preview: Preview, sid: str | None) -> None:
        """The old kind of preview, without a word on its job."""
        head = struct.pack(">I", _FORMATS[preview.format][0])
        self.post(PREVIEW_IMAGE, head + encoded(preview), sid)

    def post_preview_of(self, preview: Preview, metadata: dict[str, Any], sid: str | None) -> None:
        """The new kind of preview, which says where it comes from."""
        about = json.dumps(metadata | {"image_type": _FORMATS[preview.format][1]}).encode()
        data = struct.pack(">I", len(about)) + about + encoded(preview)
        self.post(PREVIEW_IMAGE_WITH_METADATA, data, sid)

    async def serve(
        self, request: web.Request, greet: Callable[[str], list[tuple[str, Any]]]
    ) -> web.WebSocketResponse:
        """Handle one connection. `greet` gives the messages a new client id gets first."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        sid = request.query.get("clientId", "") or uuid.uuid4().hex
        self._sockets[sid] = socket
        self._requests[sid] = request
        self._flags[sid] = {}
        try:
            for event, data in greet(sid):
                await _deliver(socket, event, data)
            await self._read(socket, sid)
        finally:
            # As in ComfyUI, a socket that took this one's place goes deaf here.
            self._sockets.pop(sid, None)
            self._flags.pop(sid, None)
            self._requests.pop(sid, None)
        return socket

    async def close(self) -> None:
        """Say goodbye to everybody."""
        for socket in list(self._sockets.values()):
            await socket.close(code=1001, message=b"the host stops")

    def drop(self, sid: str | None) -> None:
        """Cut the connection of a client, or of everybody, without goodbye. On the loop."""
        for each in list(self._sockets) if sid is None else [sid]:
            if (request := self._requests.get(each)) is not None and request.transport is not None:
                request.transport.abort()

    def deafen(self, sid: str | None) -> None:
        """Leave a connection open and never use it again, as ComfyUI does when a second one of
        the same id comes before the first has ended. On the loop."""
        for each in list(self._sockets) if sid is None else [sid]:
            self._sockets.pop(each, None)

    async def _read(self, socket: web.WebSocketResponse, sid: str) -> None:
        first = True
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                data = json.loads(message.data)
            except json.JSONDecodeError:
                continue
            if first and isinstance(data, dict) and data.get("type") == "feature_flags":
                self._flags[sid] = data.get("data", {})
                await _deliver(socket, "feature_flags", self._features)
            first = False

    async def _send(self, event: str | int, data: Any, sid: str | None) -> None:
        targets = list(self._sockets.values()) if sid is None else [self._sockets.get(sid)]
        for socket in targets:
            if socket is not None:
                await _deliver(socket, event, data)


async def _deliver(socket: web.WebSocketResponse, event: str | int, data: Any) -> None:
    try:
        if isinstance(event, int):
            await socket.send_bytes(struct.pack(">I", event) + data)
        else:
            await socket.send_json({"type": event, "data": data})
    except (ClientError, ConnectionError):
        return  # the client has gone; its handler notices
