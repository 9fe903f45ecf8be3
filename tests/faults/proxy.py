"""A TCP proxy that can cut, swallow, delay and throttle what it carries."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.rig import PATIENCE_S, end_tasks

T = TypeVar("T")

PIECE = 64 * 1024
PACE_S = 0.02
Address = tuple[str, int] | str
"""Where to: host and port, or the path of a unix socket."""


class Loop:
    """An event loop in a thread of its own, for all proxies and processes of a rig."""

    def __init__(self) -> None:
        self._proxies: list[Proxy] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], patience_s: float = PATIENCE_S) -> T:
        """A coroutine, to its end."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience_s)

    def call(self, work: Callable[[], T]) -> T:
        """Run a function on the loop; its answer."""

        async def called() -> T:
            return work()

        return self.run(called())

    def proxy(self, target: Address) -> Proxy:
        """A proxy that listens."""
        proxy = Proxy(self, target)
        self.run(proxy.open())
        self._proxies.append(proxy)
        return proxy

    def close(self) -> None:
        """Close all proxies, and stop the thread."""
        for proxy in self._proxies:
            proxy.close()
        self.run(end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass(eq=False)
class Pipe:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter

    def abort(self) -> None:
        """Break both ends."""
        for writer in (self.client, self.server):
            with suppress(RuntimeError):
                writer.transport.abort()


class Proxy:
    """From a port of the system's choice to `target`. Its verbs may be called from any thread."""

    def __init__(self, loop: Loop, target: Address) -> None:
        self.target = target
        """May be changed; new connections go there."""
        self.port = 0
        self.carried = 0
        """Bytes from the client to the server since the last `heal`."""
        self._loop = loop
        self._pipes: set[Pipe] = set()
        self._cut = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._delay_s = 0.0
        self._bytes_s = 0.0  # 0 is as fast as it goes

    async def open(self) -> None:
        """Listen. On the loop."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break every connection, and every new one at once."""
        self._loop.call(self._do_cut)

    def black_hole(self) -> None:
        """Keep and take connections, and carry nothing."""
        self._loop.call(self._flowing.clear)

    def delay(self, seconds: float) -> None:
        """Everything comes that much later."""
        self._delay_s = seconds

    def throttle(self, bytes_s: float) -> None:
        """Every direction of every connection carries that much per second."""
        self._bytes_s = bytes_s

    def heal(self) -> None:
        """As if nothing had been. What was swallowed arrives late, as it does after a partition."""
        self._loop.call(self._do_heal)

    def close(self) -> None:
        """Listen no more."""
        self._loop.call(self._server.close)
        self.cut()

    def _do_cut(self) -> None:
        self._cut = True
        self._flowing.set()  # those that wait find their connection broken
        for pipe in self._pipes:
            pipe.abort()

    def _do_heal(self) -> None:
        self._cut, self._delay_s, self._bytes_s, self.carried = False, 0.0, 0.0, 0
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._connected(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        if self._cut:
            writer.transport.abort()
            return
        target = self.target
        if isinstance(target, str):
            back, forth = await asyncio.open_unix_connection(target)
        else:
            back, forth = await asyncio.open_connection(*target)
        pipe = Pipe(writer, forth)
        self._pipes.add(pipe)
        try:
            await asyncio.gather(
                self._carry(reader, forth, up=True), self._carry(back, writer, up=False)
            )
        finally:
            self._pipes.discard(pipe)
            pipe.abort()

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, up: bool
    ) -> None:
        while data := await source.read(PIECE):
            await self._flowing.wait()
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            while data:
                size = max(1, round(self._bytes_s * PACE_S)) if self._bytes_s else PIECE
                piece, data = data[:size], data[size:]
                await self._flowing.wait()
                self.carried += len(piece) if up else 0  # before anybody can hear of it
                sink.write(piece)
                await sink.drain()
                if self._bytes_s:
                    await asyncio.sleep(PACE_S)
        await self._flowing.wait()
        with suppress(OSError, RuntimeError):
            sink.write_eof()


def address_of(url: str) -> Address:
    """Host and port of a URL."""
    host, _, port = url.split("//")[1].rstrip("/").partition(":")
    return host, int(port)
