"""A whole relay for a test: real processes, driven over HTTP, and killed where a test says so."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import numpy as np
import psutil
import redis
from numpy.typing import NDArray
from PIL import Image

from relay_server.redis_server import find_running
from relay_server.settings import Settings
from relay_server.stack import Part, Stack, environment_of

T = TypeVar("T")
Pixels = NDArray[np.uint8]

OVER = {"succeeded", "failed", "canceled"}
PATIENCE_S = 180.0
"""Long, for a machine that is slow is not wrong. Only what never comes is waited for so long."""
START_S = PATIENCE_S / 2
BELOW_EPHEMERAL = range(20_000, 32_768)  # ports
QUICK: dict[str, Any] = {
    "port": 0,
    "heartbeat_s": 0.4,
    "lease_s": 15.0,
    "reap_grace_s": 0.2,
    "leader_s": 3.0,
    "sweep_s": 0.3,
    "poll_s": 0.4,
    "lost_confirm_s": 0.05,
    "host_timeout_s": 10.0,
    "host_gone_s": 0.5,
    "host_silence": 60.0,
    "move_after_s": 3600.0,
    "progress_s": 0.02,
    "contract_progress_s": 0.0,
    "preview_s": 0.02,
    "keepalive_s": 1.0,
    "redis_outage_s": 600.0,
    "redis_request_s": 10.0,
    "stop_s": 30.0,
    "drain_s": 0.0,
}
"""What is waited for comes soon, so that a test waits for events and never for time. What a process
that is stalled for some seconds would lose is long: its lease, or an answer. Tests that need such a
loss say so themselves, and bear one too many. And what is done again and again is not done all the
time: a run has many relays that nobody asks anything just now."""


def eventually(what: str, check: Callable[[], T | None], patience_s: float = PATIENCE_S) -> T:
    """The first answer of `check` that is neither None nor False. Fails when patience ends."""
    pause, end = threading.Event(), time.monotonic() + patience_s
    while time.monotonic() < end:
        if found := check():
            return found
        pause.wait(0.01)
    raise AssertionError(f"it never happened: {what}")


async def end_tasks() -> None:
    """Let every other task of the loop end by itself; what does not is cancelled. Connections of
    a host inside the test are such tasks, and end a moment after the process at their other end."""
    if tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        _, left = await asyncio.wait(tasks, timeout=5)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class Rig:
    """A relay, simulated hosts and their workers. Use as a context manager."""

    def __init__(self, folder: Path, hosts: int = 1, sim: tuple[str, ...] = (), **changes: Any):
        self.folder = folder
        self.settings = Settings(data=folder / "data", **{**QUICK, **changes})
        self._hosts = hosts
        self._sim = sim
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.stack = Stack(self.settings, environment_of(self.settings), start_s=START_S)
        self.host_urls: list[str] = []
        self.workers: list[Part] = []

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.run(self._start())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.client = httpx.Client(base_url=self.stack.url, timeout=PATIENCE_S, trust_env=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.run(self.stack.stop())
        self.run(end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if hasattr(self, "client"):
            self.client.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """A coroutine of the stack, to its end; what interrupts us ends it too."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(PATIENCE_S)
        finally:
            future.cancel()

    @property
    def url(self) -> str:
        """The relay's URL now; it changes with a restart."""
        return self.stack.url

    async def _start(self) -> None:
        names = [f"sim{number}" for number in range(self._hosts)]
        hosts = [self._start_sim_host(name) for name in names]
        _, self.host_urls = await asyncio.gather(self.stack.start_relay(), asyncio.gather(*hosts))
        workers = map(self.stack.start_worker, self.host_urls, names)
        self.workers = list(await asyncio.gather(*workers))

    async def _start_sim_host(self, name: str) -> str:
        log = ["--runs-log", str(self.folder / "runs.log")]
        return await self.stack.start_sim_host(name, *log, *self._sim)

    # hosts and processes

    def add_host(self, name: str) -> str:
        """One more simulated host with its worker; its URL."""
        url = self.run(self._start_sim_host(name))
        self.host_urls.append(url)
        self.workers.append(self.run(self.stack.start_worker(url, name)))
        return url

    def runs(self, job_id: str) -> int:
        """How often the hosts began to execute a prompt, by their own logs."""
        log = self.folder / "runs.log"
        if not log.exists():
            return 0
        lines = log.read_text().splitlines()
        return sum(json.loads(line)["prompt_id"] == job_id for line in lines)

    def relay_process(self) -> psutil.Process:
        """The relay's process."""
        assert self.stack.relay
        assert self.stack.relay.process
        return psutil.Process(self.stack.relay.process.pid)

    def slots(self, worker: int = 0) -> list[psutil.Process]:
        """The slot processes of a worker."""
        process = self.workers[worker].process
        assert process
        return slots_of(psutil.Process(process.pid))

    def restart_relay(self) -> None:
        """Start the relay again after its end, on a port of its own choice."""
        self.run(self.stack.start_relay())
        self.client.close()
        self.client = httpx.Client(base_url=self.stack.url, timeout=PATIENCE_S, trust_env=False)

    @contextmanager
    def paused(self, host: str = "sim0") -> Iterator[None]:
        """What is submitted meanwhile waits: it does not begin before the test is there to see."""
        self._ask_host(host, "paused")
        try:
            yield
        finally:
            self._ask_host(host, "up")

    def _ask_host(self, host: str, state: str) -> None:
        answer = self.client.patch(f"/relay/v1/hosts/{host}", json={"state": state})
        assert answer.status_code == 200, answer.text

    def redis(self) -> redis.Redis:
        """A connection to the relay's Redis."""
        url = find_running(self.settings)
        assert url
        return redis.Redis.from_url(url)

    # jobs

    def submit(
        self, workflow: str, inputs: dict[str, bytes] | None = None, **body: Any
    ) -> dict[str, Any]:
        """Submit to the plugins' door, inputs as Base64; the accepted job."""
        files = {
            name: {"data": base64.b64encode(data).decode(), "name": f"{name}.png"}
            for name, data in (inputs or {}).items()
        }
        answer = self.client.post(
            f"/relay/v1/workflows/{workflow}/jobs", json={"inputs": files, **body}
        )
        assert answer.status_code == 201, answer.text
        job: dict[str, Any] = answer.json()
        return job

    def submit_graph(self, graph: dict[str, Any], **body: Any) -> dict[str, Any]:
        """Submit a graph; the accepted job."""
        answer = self.client.post("/api/v2/jobs", json={"workflow": graph, **body})
        assert answer.status_code == 201, answer.text
        job: dict[str, Any] = answer.json()
        return job

    def job(self, job_id: str) -> dict[str, Any]:
        """A job now."""
        answer = self.client.get(f"/api/v2/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        return job

    def until(
        self, job_id: str, reached: Callable[[dict[str, Any]], bool], patience_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The job as soon as it is like that, by long poll. Fails if it ends otherwise."""
        end = time.monotonic() + patience_s
        job = self.job(job_id)
        while not reached(job):
            assert job["status"] not in OVER, f"ended before: {job}"
            assert time.monotonic() < end, f"never reached: {job}"
            answer = self.client.get(
                f"/api/v2/jobs/{job_id}", params={"after": job["rev"], "wait": 5}
            )
            assert answer.status_code == 200, answer.text
            job = answer.json()
        return job

    def wait(self, job_id: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """The job when it is over."""
        return self.until(job_id, lambda job: job["status"] in OVER, patience_s)

    def pixels(self, output: dict[str, Any]) -> Pixels:
        """The code values of a picture that came out, (height, width, 3)."""
        answer = self.client.get(f"/api/v2/assets/{output['id']}/content")
        assert answer.status_code == 200, answer.text
        with Image.open(io.BytesIO(answer.content)) as image:
            return np.asarray(image.convert("RGB"))


def slots_of(supervisor: psutil.Process) -> list[psutil.Process]:
    """The slot processes of a worker. One may end while they are looked at."""
    found = []
    for child in supervisor.children():
        with suppress(psutil.NoSuchProcess):
            found += [child] if "relay_server.worker.slot" in child.cmdline() else []
    return found


def free_port() -> int:
    """For what has to come back at the same address: none of those that systems give to whoever
    asks for any, or one of these would have it meanwhile."""
    while True:
        port = secrets.choice(BELOW_EPHEMERAL)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


def picture(width: int = 64, height: int = 48, seed: int = 1) -> Pixels:
    """Noise, so that every pixel counts: (height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(pixels: Pixels) -> bytes:
    """Pixels as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def invert_graph(image: Any = "plate.png", prefix: str = "out") -> dict[str, Any]:
    """LoadImage -> ImageInvert -> SaveImage."""
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": image}},
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {
            "class_type": "SaveImage",
            "inputs": {"images": ["2", 0], "filename_prefix": prefix},
        },
    }


def slow_graph(seed: int = 1, steps: int = 200) -> dict[str, Any]:
    """A text-to-image graph: as long as `steps` and the host's `--step-s` make it."""
    sampler = {
        "seed": seed, "steps": steps, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
        "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0],
        "latent_image": ["5", 0],
    }  # fmt: skip
    return {
        "3": {"class_type": "KSampler", "inputs": sampler},
        "4": {
            "class_type": "CheckpointLoaderSimple",
            "inputs": {"ckpt_name": "sim-landscape.safetensors"},
        },
        "5": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1},
        },
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "hills", "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
        "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "s"}},
    }
