"""Simulated hosts inside the test, so that a test can reach into them while they run."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import httpx
from aiohttp import web

from relay_server.sim_host import Seam, SimOptions
from relay_server.sim_host.app import serve
from relay_server.sim_host.workshop import HostStopped
from relay_server.stack import Part
from tests.rig import Rig


class Faulty(Seam):
    """A host that goes wrong where a test says so. What it was asked for is in `asked`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []  # (method, path)
        self.memory_errors = 0  # how many samplers still run out of memory
        self.goes_on = threading.Event()  # cleared: samplers stand still
        self.goes_on.set()
        self.dies = False  # whatever runs is left as it is
        self.answers = asyncio.Event()  # cleared: requests are not answered
        self.answers.set()
        self.ends = asyncio.Event()  # the host stops

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        await self.answers.wait()
        self.asked.append((request.method, request.path))
        return None

    async def nothing(self) -> web.StreamResponse:
        """An answer that never comes: its client is gone long before the host stops."""
        await self.ends.wait()
        return web.Response(status=500)

    async def silence(self) -> None:
        """Answer nothing any more."""
        self.answers.clear()

    async def speak(self) -> None:
        """Answer again."""
        self.answers.set()

    def node(self, prompt_id: str, node_id: str, class_type: str) -> None:
        if class_type == "KSampler" and self.memory_errors:
            self.memory_errors -= 1
            raise MemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    def step(self, prompt_id: str, node_id: str, value: float, total: float) -> None:
        self.goes_on.wait()
        if self.dies:
            raise HostStopped


class Host:
    """A host of the test with its worker."""

    def __init__(self, rig: Rig, name: str, seam: Faulty, **options: Any) -> None:
        self.rig = rig
        self.name = name
        self.seam = seam
        self._options = {
            "name": name, "step_s": 0.02, "runs_log": rig.folder / "runs.log", **options
        }  # fmt: skip
        self.port = 0
        self.worker: Part
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self) -> None:
        self.seam.ends.clear()
        port = asyncio.get_running_loop().create_future()
        options = SimOptions(port=self.port, **self._options)
        self._task = asyncio.create_task(serve(options, port.set_result, self.seam))
        await asyncio.wait({self._task, port}, return_when=asyncio.FIRST_COMPLETED)
        self.port = await port

    async def _end(self) -> None:
        if self._task:
            self.seam.ends.set()
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    def start(self) -> None:
        """Start it, or start it again without memory."""
        self.seam.dies = False
        self.rig.run(self._serve())

    def stop(self) -> None:
        """Stop it, whatever it does."""
        self.seam.dies = True
        self.seam.goes_on.set()
        self.rig.run(self._end())

    def work(self) -> None:
        """Start its worker."""
        self.worker = self.rig.run(self.rig.stack.start_worker(self.url, self.name))
        self.rig.workers.append(self.worker)

    def queue(self) -> tuple[list[str], list[str]]:
        """Ids of the prompts that it runs, and that wait there."""
        found = httpx.get(f"{self.url}/queue").json()
        running, pending = found["queue_running"], found["queue_pending"]
        return [item[1] for item in running], [item[1] for item in pending]

    def shown(self) -> tuple[str, str]:
        """State and reason, as the relay shows them."""
        hosts = self.rig.client.get("/relay/v1/hosts").json()["hosts"]
        found = next(host for host in hosts if host["name"] == self.name)
        return found["state"], found["reason"] or ""


@contextlib.contextmanager
def host(
    rig: Rig, name: str = "gpu1", seam: Faulty | None = None, **options: Any
) -> Iterator[Host]:
    """A host of the test with its worker, for the length of the block."""
    found = Host(rig, name, seam or Faulty(), **options)
    found.start()
    try:
        found.work()
        yield found
    finally:
        rig.run(found.seam.speak())
        found.stop()


def reasons(job: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Host and reason of every attempt."""
    return [(each["host"], each["reason"]) for each in job["attempts"]]
