"""A spool for the event loop: chunks are gathered here and written in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable
from concurrent.futures import Executor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from relay_server.blobs.blob import Blob, Digest, Spool
from relay_server.blobs.media import HEAD
from relay_server.errors import TooLarge

T = TypeVar("T")

BATCH = 1024 * 1024
"""Bytes handed to the thread at once; the next batch is gathered while it writes."""


class AsyncSpool:
    """At most one batch is being written while the next one is gathered; then the reader waits."""

    def __init__(self, spool: Spool, writer: Executor, batch: int = BATCH) -> None:
        self._spool = spool
        self._writer = writer
        self._batch_size = batch
        self._batch = bytearray()
        self._writing: asyncio.Future[None] | None = None
        self._size = 0
        self._head = bytearray()
        self._digest: Digest | None = None
        self._kept: Blob | None = None

    @property
    def path(self) -> Path:
        """Where the finished bytes are until they are kept."""
        return self._spool.path

    @property
    def head(self) -> bytes:
        """The first bytes, enough to see what kind of file it is."""
        return bytes(self._head)

    @property
    def size(self) -> int:
        """Bytes put so far."""
        return self._size

    def put(self, chunk: bytes | bytearray | memoryview) -> None:
        """Gather bytes without waiting; `drain` soon after."""
        if self._digest:
            raise ValueError("The spool is finished.")
        if self._size < HEAD:
            self._head += chunk[: HEAD - self._size]
        self._batch += chunk
        self._size += len(chunk)

    async def drain(self) -> None:
        """Hand a full batch to the thread; wait if it is behind. Raises what its writing raised."""
        if len(self._batch) < self._batch_size:
            return
        await self._written()
        batch, self._batch = self._batch, bytearray()
        self._writing = self._in_thread(lambda: self._spool.write(batch))

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Put and drain."""
        self.put(chunk)
        await self.drain()

    async def fill(self, stream: AsyncIterable[bytes], limit: int) -> Digest:
        """Take a whole stream and finish. Raises TooLarge as soon as it is over `limit` bytes."""
        await self.take(stream, limit)
        return await self.finish()

    async def take(self, stream: AsyncIterable[bytes], limit: int) -> None:
        """Write a whole stream, without its end: `keep` does both in one visit to the thread."""
        async for chunk in stream:
            if self._size + len(chunk) > limit:
                raise TooLarge(
                    "too_large",
                    f"The upload is over the limit of {limit} bytes; send a smaller file.",
                    {"limit": limit},
                )
            await self.write(chunk)

    async def finish(self) -> Digest:
        """End the writing; may be asked again."""
        if not self._digest:
            self._digest = await self._ended(self._spool.finish)
        return self._digest

    async def keep(self) -> Blob:
        """Finish, and put the bytes into the store; may be asked again."""
        if not self._kept:
            self._kept = await self._ended(self._spool.keep)
        return self._kept

    async def _ended(self, last: Callable[[], T]) -> T:
        """Write what is gathered, and then do the last thing, in one visit to the thread."""
        await self._written()
        batch, self._batch = self._batch, bytearray()

        def end() -> T:
            if batch:
                self._spool.write(batch)
            return last()

        return await self._in_thread(end)

    async def discard(self) -> None:
        """Forget the bytes, unless they were kept. Runs to its end even if the caller does not."""
        if self._kept:
            return
        self._batch = bytearray()
        await asyncio.shield(self._in_thread(self._spool.discard))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.discard()

    async def _written(self) -> None:
        if self._writing:
            await self._writing
            self._writing = None

    def _in_thread(self, call: Callable[[], T]) -> asyncio.Future[T]:
        future = asyncio.get_running_loop().run_in_executor(self._writer, call)
        # Whoever left before it ended does not want to read about it in the log.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return future
