"""Everything on one machine: the relay, simulated hosts, and a worker for each host.

What `comfy-relay up`, the demo and the tests run. Every part is a process of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from relay_server.errors import StartupError
from relay_server.redis_server import stop_left
from relay_server.settings import Settings
from relay_server.stopping import to_the_end

T = TypeVar("T")

START_S = 60.0
KEPT_LINES = 50


class Part:
    """A process that says `<announcement> <value>` on its output when it is ready."""

    def __init__(self, name: str, arguments: Sequence[str], announcement: str, log: Path) -> None:
        self.name = name
        self.value = ""  # what it announced
        self._arguments = [sys.executable, "-m", *arguments]
        self._announcement = announcement
        self.log = log
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, environment: Mapping[str, str], wait_s: float = START_S) -> str:
        """Start and wait until it is ready; what it announced. Raises StartupError."""
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C is for us, and we stop the parts in their order.
            self.process = await asyncio.create_subprocess_exec(
                *self._arguments,
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(wait_s):
                self.value = await self._announced()
        except TimeoutError:
            self.kill()
            raise self._failed(f"was not ready after {wait_s:g} s") from None
        self._drain = asyncio.ensure_future(self._read_on())
        return self.value

    async def _announced(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            line = raw.decode(errors="replace").strip()
            if line.startswith(self._announcement):
                return line.removeprefix(self._announcement).strip()
        await self.process.wait()
        raise self._failed("did not start")

    async def _read_on(self) -> None:
        """A pipe that nobody reads would stop the process one day."""
        assert self.process is not None
        assert self.process.stdout is not None
        async for _ in self.process.stdout:
            pass

    def _failed(self, what: str) -> StartupError:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()
            last = next((line for line in reversed(lines) if line.strip()), "")
            what += f": {last.removeprefix('Error: ')}"
        return StartupError("upstream_error", f"{self.name} {what} (log: {self.log})")

    async def ended(self) -> int:
        """Wait until it ends; its exit code, or minus the signal that killed it."""
        assert self.process is not None
        return await self.process.wait()

    async def stop(self, stop_s: float) -> int:
        """Ask it to stop, and kill it if it does not. How it ended; 0 if it never began."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(stop_s):
                return await self.ended()
        except TimeoutError:
            self.kill()
            return await self.ended()

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()


@dataclass
class Stack:
    """A running relay with its hosts."""

    settings: Settings
    environment: dict[str, str]
    start_s: float = START_S  # a part is ready within this time
    url: str = ""
    relay: Part | None = None
    parts: list[Part] = field(default_factory=list)

    async def start_relay(self) -> None:
        """Start the relay, or start it again."""
        part = self._part("relay", ["relay_server", "serve"], "relay on")
        self.url = await part.start(self.environment, self.start_s)
        self.relay = part

    async def start_sim_host(
        self, name: str, *options: str, module: str = "relay_server.sim_host"
    ) -> str:
        """Start a simulated host; its URL. Another `module` may offer more nodes."""
        arguments = [module, "--port", "0", "--name", name, *options]
        part = self._part(f"host-{name}", arguments, "sim-host on")
        return await part.start(self.environment, self.start_s)

    async def start_worker(self, url: str, name: str | None = None) -> Part:
        """Start a worker for a host; ready when the host is registered."""
        named = ["--name", name] if name else []
        arguments = ["relay_server", "worker", "--host", url, *named]
        part = self._part(f"worker-{name or url.rsplit('/', 1)[-1]}", arguments, "worker for")
        await part.start(self.environment, self.start_s)
        return part

    def _part(self, name: str, arguments: Sequence[str], announcement: str) -> Part:
        logs = self.settings.data_dir / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        part = Part(name, arguments, announcement, logs / f"{name}.log")
        self.parts.append(part)
        return part

    async def lost(self) -> StartupError:
        """Wait until a part ends although nobody stopped it; what to say then."""
        ends = {asyncio.ensure_future(part.ended()): part for part in self.parts}
        done, others = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for each in others:
            each.cancel()
        first = next(iter(done))
        return StartupError(
            "upstream_error",
            f"{ends[first].name} ended ({first.result()}), so everything is stopped."
            f" Its log: {ends[first].log}",
        )

    async def stop(self) -> None:
        """Stop everything: workers first, the relay (and with it its Redis) last."""
        order = [part for part in reversed(self.parts) if part is not self.relay]
        await asyncio.gather(*(part.stop(self.settings.stop_s + 2) for part in order))
        if self.relay is not None and await self.relay.stop(self.settings.stop_s + 2):
            await asyncio.to_thread(stop_left, self.settings)


@contextlib.asynccontextmanager
async def stack(
    settings: Settings, hosts: Sequence[str] = (), sim_options: Sequence[str] = ()
) -> AsyncIterator[Stack]:
    """The whole: for each URL in `hosts` a worker, or a simulated host with its worker if there
    is none. Stopped at the end of the block, whatever happens in it."""
    # Whoever stops all of it does not want to wait for what still runs.
    settings = settings.model_copy(update={"drain_s": 0.0})
    running = Stack(settings, environment_of(settings))
    try:
        named: list[str | None] = [None] * len(hosts)
        if hosts:
            urls = list(hosts)
            await running.start_relay()
        else:
            named = ["sim"]
            sim_host = running.start_sim_host("sim", *sim_options)
            urls = [(await _all(sim_host, running.start_relay()))[0] or ""]
        await _all(*map(running.start_worker, urls, named))
        yield running
    finally:
        await to_the_end(running.stop())


async def _all(*starting: Coroutine[Any, Any, T]) -> list[T]:
    """What all of them return. When it ends, none is still starting a part that nobody stops."""
    tasks = [asyncio.ensure_future(each) for each in starting]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await to_the_end(asyncio.wait(tasks))


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment from which a part reads these very settings."""
    given = {
        f"COMFY_RELAY_{name.upper()}": str(value)
        for name, value in settings.model_dump(mode="json").items()
        if value is not None
    }
    clean = {name: value for name, value in os.environ.items() if "COMFY_RELAY_" not in name}
    return {**clean, **given, "PYTHONUNBUFFERED": "1"}
