"""A relay of its own for a measurement, and what its process costs."""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import psutil

from relay_server.redis_server import find_running
from relay_server.settings import Settings
from relay_server.stack import Stack, environment_of

T = TypeVar("T")
MB = 1_000_000
ANSWER_S = 600.0


@dataclass(frozen=True)
class Running:
    """A relay that answers, with hosts and workers if they were asked for."""

    settings: Settings
    url: str
    host_urls: list[str]
    process: psutil.Process

    @property
    def redis_url(self) -> str:
        """The Redis of this relay."""
        url = find_running(self.settings)
        assert url is not None
        return url


@contextmanager
def relay(hosts: int = 0, **changes: Any) -> Iterator[Running]:
    """A relay with shipped settings, but for `changes`, on free ports. Nothing is left of it."""
    with tempfile.TemporaryDirectory(prefix="comfy-relay-bench-") as folder:
        fixed: dict[str, Any] = {"data": Path(folder), "port": 0}
        settings = Settings(**(fixed | changes))
        stack = Stack(settings, environment_of(settings))
        with _loop() as run:
            try:
                run(stack.start_relay())
                urls = [run(_host(stack, f"sim{number}")) for number in range(hosts)]
                assert stack.relay is not None
                assert stack.relay.process is not None
                process = psutil.Process(stack.relay.process.pid)
                yield Running(settings, stack.url, urls, process)
            finally:
                run(stack.stop())


async def _host(stack: Stack, name: str) -> str:
    url = await stack.start_sim_host(name)
    await stack.start_worker(url, name)
    return url


@contextmanager
def _loop() -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """A loop beside the measurement: it reads what the processes print."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Client:
    """A function in a process of its own, which is given a pipe to its caller."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.say(None)
        self._process.join(10)
        self._process.kill()

    def say(self, what: Any) -> None:
        """Send; None asks it to end."""
        self._pipe.send(what)

    def hear(self) -> Any:
        """What it sends next. Raises EOFError if it has died, TimeoutError if it does not."""
        if not self._pipe.poll(ANSWER_S):
            raise TimeoutError("a client of the measurement does not answer")
        return self._pipe.recv()

    def ask(self, what: Any) -> Any:
        """Send, and wait for the answer."""
        self.say(what)
        return self.hear()


def orders(pipe: Connection) -> Iterator[Any]:
    """In a client's process: what the caller says, until it says None or is gone."""
    with suppress(EOFError):
        while (order := pipe.recv()) is not None:
            yield order


class Memory:
    """The peak of a process' resident memory over what it was at the start, in bytes."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.idle = process.memory_info().rss
        # Linux keeps the peak itself; 5 lets it begin anew.
        Path(f"/proc/{process.pid}/clear_refs").write_text("5", encoding="ascii")

    @property
    def peak(self) -> int:
        """Bytes, idle included."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    @property
    def added(self) -> int:
        """Bytes over idle."""
        return self.peak - self.idle


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
