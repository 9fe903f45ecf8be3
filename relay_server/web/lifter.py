"""Lifts the pictures out of a JSON body while it arrives, so that a big one costs no memory."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeVar

from relay_server.blobs.async_spool import AsyncSpool
from relay_server.blobs.decoder import Base64Stream
from relay_server.blobs.scanner import Scanner
from relay_server.blobs.store import BlobStore
from relay_server.errors import InvalidRequest, TooLarge
from relay_server.settings import Settings
from relay_server.strict_json import parsed_json

T = TypeVar("T")

SMALL = 64 * 1024
"""Bytes of JSON that are parsed in a few milliseconds."""

MOST_PICTURES = 4096
"""Long pictures in one body; each is a file and some memory."""


@dataclass(frozen=True)
class Body:
    """A JSON body without its long pictures. The spools live as long as the `async with`."""

    skeleton: bytes
    spools: dict[str, AsyncSpool]  # by marker, in the order of the body

    @cached_property
    def json(self) -> Any:
        """The skeleton, parsed. Raises InvalidRequest."""
        return parse_json(self.skeleton)

    def spool_of(self, marker: str) -> AsyncSpool | None:
        """The finished spool of a marker; None if the text is no marker of this body."""
        return self.spools.get(marker)


@asynccontextmanager
async def lift(
    stream: AsyncIterable[bytes], store: BlobStore, settings: Settings
) -> AsyncIterator[Body]:
    """Read a body. What is not kept at the end of the block is discarded.

    Raises InvalidRequest, TooLarge, or Unavailable from the store.
    """
    async with Lifter(store, settings) as lifter:
        async for chunk in stream:
            await lifter.feed(chunk)
        body = lifter.finish()
        await parsed(body.skeleton, lambda: body.json)
        yield body


async def parsed(data: bytes, parse: Callable[[], T]) -> T:
    """What `parse` makes of the data; a large one in a thread, so that nobody waits for it."""
    return parse() if len(data) < SMALL else await asyncio.to_thread(parse)


def parse_json(data: bytes) -> Any:
    """JSON as the relay reads it. Raises InvalidRequest."""
    try:
        return parsed_json(data)
    except ValueError as error:
        what = str(error)
    if not data.strip():
        raise InvalidRequest("invalid_json", "The body is empty; send a JSON object.")
    if what.startswith("EOF"):
        raise InvalidRequest("truncated_body", f"The body ended early: {what}. Send all of it.")
    raise InvalidRequest(
        "invalid_json", f"The body, without its pictures, is not JSON: {what}. Correct it there."
    )


class Lifter:
    """Feeds the scanner, and decodes each picture that it finds into a spool of its own."""

    def __init__(self, store: BlobStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._scanner = Scanner(self, settings.inline_base64)
        self._nonce = secrets.token_hex(16)  # unknown to the client, so that no marker is forged
        self._read = 0  # bytes
        self._spools: dict[str, AsyncSpool] = {}
        self._decoder = Base64Stream(0)
        self._current: AsyncSpool | None = None
        self._ended: list[AsyncSpool] = []

    @property
    def lifted(self) -> list[AsyncSpool]:
        """The spools so far, in the order of the body."""
        return list(self._spools.values())

    async def feed(self, chunk: bytes) -> None:
        """Take one chunk; wait while the disk is behind."""
        self._read += len(chunk)
        if self._read > self._settings.max_upload:
            raise _too_large("The body", self._settings.max_upload)
        self._scanner.scan(chunk)
        if self._scanner.size > self._settings.max_json:
            raise _too_large("The JSON without its pictures", self._settings.max_json)
        for spool in self._ended:
            await spool.finish()
        self._ended.clear()
        if self._current:
            await self._current.drain()

    def finish(self) -> Body:
        """The body is over."""
        if self._scanner.in_string:
            raise InvalidRequest(
                "truncated_body", "The body ended inside a string; send all of it."
            )
        return Body(bytes(self._scanner.skeleton), self._spools)

    async def discard_all(self) -> None:
        """Forget every picture that was not kept, even if the request is cancelled meanwhile."""
        await asyncio.shield(asyncio.ensure_future(self._discarded()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.discard_all()

    # what the scanner calls

    def begin(self, number: int) -> str:
        """A picture begins."""
        if len(self._spools) == MOST_PICTURES:
            raise TooLarge(
                "too_large",
                f"The body has more than {MOST_PICTURES} pictures; send them in several requests.",
                {"limit": MOST_PICTURES},
            )
        marker = f"lifted:{self._nonce}:{len(self._spools)}"
        self._current = self._spools[marker] = self._store.async_spool()
        self._decoder = Base64Stream(number)
        return marker

    def text(self, base64: bytes) -> None:
        """More of the picture."""
        self._put(self._decoder.feed(base64))

    def end(self) -> None:
        """The picture is complete."""
        self._put(self._decoder.finish())
        if self._current:
            self._ended.append(self._current)
            self._current = None

    async def _discarded(self) -> None:
        for spool in self.lifted:
            await spool.discard()

    def _put(self, data: bytes) -> None:
        if self._current:
            self._current.put(data)


def _too_large(what: str, limit: int) -> TooLarge:
    return TooLarge(
        "too_large",
        f"{what} is over the limit of {limit} bytes; upload the files first and name their hashes.",
        {"limit": limit},
    )
