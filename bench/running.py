"""A relay of its own for a measurement, and what its process costs."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import psutil

from relay_server.redis_server import find_running
from relay_server.settings import Settings
from relay_server.stack import Part, Stack, environment_of

T = TypeVar("T")
MB = 1_000_000
ANSWER_S = 600.0


SIM_HOST = "relay_server.sim_host"


@dataclass(frozen=True)
class Running:
    """A relay that answers, with hosts and workers if they were asked for."""

    settings: Settings
    stack: Stack
    run: Callable[[Coroutine[Any, Any, Any]], Any]
    """Work of the stack, to its end."""
    host_urls: list[str]
    workers: list[Part] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the relay answers; a restart may change it."""
        return self.stack.url

    @property
    def process(self) -> psutil.Process:
        """The relay's process."""
        assert self.stack.relay is not None
        return process_of(self.stack.relay)

    @property
    def hosts(self) -> list[psutil.Process]:
        """The processes of the simulated hosts."""
        return [process_of(part) for part in self.stack.parts if part.name.startswith("host-")]

    @property
    def redis_url(self) -> str:
        """The Redis of this relay."""
        url = find_running(self.settings)
        assert url is not None
        return url

    def kill_relay(self) -> None:
        """SIGKILL, and until it is gone."""
        assert self.stack.relay is not None
        assert self.stack.relay.process is not None
        self.stack.relay.kill()
        self.run(self.stack.relay.process.wait())

    def start_workers(self) -> None:
        """A supervisor with its slots for each host."""
        numbers = range(len(self.host_urls))
        self.workers.extend(self.run(together(map(self._started_worker, numbers))))

    def start_worker(self, number: int) -> Part:
        """A supervisor with its slots for the host of that number."""
        part: Part = self.run(self._started_worker(number))
        return part

    def _started_worker(self, number: int) -> Coroutine[Any, Any, Part]:
        return self.stack.start_worker(self.host_urls[number], f"sim{number}")


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All of it at once; the results in order."""
    return list(await asyncio.gather(*work))


def process_of(part: Part) -> psutil.Process:
    """The process of a part that runs."""
    assert part.process is not None
    return psutil.Process(part.process.pid)


def slots_of(worker: Part) -> list[psutil.Process]:
    """The slot processes of a supervisor; none if it is dead."""
    with suppress(psutil.NoSuchProcess):
        children = process_of(worker).children()
        return [each for each in children if "relay_server.worker.slot" in each.cmdline()]
    return []


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def relay(
    hosts: int = 0,
    sim: Sequence[str] = (),
    module: str = SIM_HOST,
    *,
    workers: bool = True,
    **changes: Any,
) -> Iterator[Running]:
    """A relay with shipped settings, but for `changes`, on free ports. Nothing is left of it.

    `sim` are options of its simulated hosts, `module` is what they run. Without `workers` nobody
    speaks for them yet."""
    with tempfile.TemporaryDirectory(prefix="comfy-relay-bench-") as folder:
        fixed: dict[str, Any] = {"data": Path(folder), "port": 0}
        settings = Settings(**(fixed | changes))
        stack = Stack(settings, environment_of(settings))
        with _loop() as run:
            try:
                run(stack.start_relay())
                names = [f"sim{number}" for number in range(hosts)]
                starts = [stack.start_sim_host(each, *sim, module=module) for each in names]
                running = Running(settings, stack, run, run(together(starts)))
                if workers:
                    running.start_workers()
                yield running
            finally:
                run(stack.stop())


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
