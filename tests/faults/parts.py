"""A relay whose every part is a process of its own behind a proxy, to be killed and cut off.

client --> relay --> Redis <-- worker of sim0 --> sim0
                      ^------ worker of sim1 --> sim1, the spare host
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import redis

from relay_server.redis_server import _binaries
from relay_server.settings import Settings
from relay_server.stack import Part, environment_of
from tests.rig import PATIENCE_S, START_S, slots_of

from .proxy import Loop, Proxy, address_of

T = TypeVar("T")

SHORT: dict[str, Any] = {
    "port": 0,
    "heartbeat_s": 0.2,
    "lease_s": 2.4,
    "reap_grace_s": 0.6,
    "sweep_s": 0.1,
    "poll_s": 0.2,
    "lost_confirm_s": 0.05,
    "host_timeout_s": 1.0,
    "host_gone_s": 1.0,
    "host_silence": 120.0,
    "stuck_s": 60.0,
    "cancel_s": 60.0,
    "drain_s": 1.0,
    "history_s": 1.0,
    "progress_s": 0.02,
    "redis_outage_s": 600.0,
    "stop_s": 30.0,
}
"""Durations that faults are to exceed are short, and stand to each other as the shipped ones do.
Those that nothing may exceed are long, so that a machine that is slow is not taken for a fault."""
STEP_S = 0.02
HOST, SPARE = "sim0", "sim1"
ANSWER_S = 60.0
"""An answer of a relay or a simulated host, whose process may be stalled."""


class NeverHappened(Exception):
    """Patience ended."""


def eventually(what: str, check: Callable[[], T | None], patience_s: float = PATIENCE_S) -> T:
    """The first answer of `check` that is neither None nor False. Raises NeverHappened."""
    pause, end = threading.Event(), time.monotonic() + patience_s
    while time.monotonic() < end:
        if found := check():
            return found
        pause.wait(0.02)
    raise NeverHappened(f"it never happened: {what}")


class HostSide:
    """A simulated host, its worker, and the links between them."""

    def __init__(self, parts: Parts, name: str) -> None:
        self.name = name
        self.url = ""
        """Where the host itself listens now."""
        self.link: Proxy = parts.loop.proxy(("127.0.0.1", 9))
        self.redis_link: Proxy = parts.loop.proxy(parts.redis_socket)
        self.host: Part | None = None
        self.worker: Part | None = None
        self._parts = parts

    def start_host(self) -> None:
        """Start it, or start it again with the files that it had."""
        folder = self._parts.folder
        self.host = self._parts.part(
            f"host-{self.name}",
            ["relay_server.sim_host", "--port", "0", "--name", self.name, "--control",
             "--root", str(folder / self.name), "--runs-log", str(folder / "runs.log"),
             "--ends-log", str(folder / "ends.log"), "--step-s", str(STEP_S), "--no-previews"],
            "sim-host on",
        )  # fmt: skip
        self.url = self._parts.start(self.host)
        self.link.target = address_of(self.url)

    def start_worker(self) -> None:
        """Start it, or start it again."""
        url = f"http://127.0.0.1:{self.link.port}"
        arguments = ["relay_server", "worker", "--host", url, "--name", self.name]
        self.worker = self._parts.part(f"worker-{self.name}", arguments, "worker for")
        self._parts.start(self.worker, self.redis_link)

    def host_process(self) -> psutil.Process:
        """The host's process."""
        return process_of(self.host)

    def host_ended(self) -> bool:
        """Whether it has ended by itself."""
        return bool(self.host and self.host.process and self.host.process.returncode is not None)

    def supervisor(self) -> psutil.Process:
        """The worker's first process."""
        return process_of(self.worker)

    def slots(self) -> list[psutil.Process]:
        """The processes that run the jobs."""
        return slots_of(self.supervisor())

    def tell(self, *faults: str) -> None:
        """Script faults in the host."""
        answer = httpx.post(f"{self.url}/sim/faults", json={"faults": faults}, timeout=ANSWER_S)
        assert answer.status_code == 200, answer.text

    def holds(self) -> bool:
        """Whether something stands still that was told to."""
        faults = httpx.get(f"{self.url}/sim/faults", timeout=ANSWER_S).json()["faults"]
        return any(fault["kind"].startswith("hold-") and fault["happened"] for fault in faults)

    def never_happened(self) -> list[str]:
        """The faults that were told and whose moment has not come. None if it was started anew."""
        faults = httpx.get(f"{self.url}/sim/faults", timeout=ANSWER_S).json()["faults"]
        happened = {fault["kind"] for fault in faults if fault["happened"]}
        return sorted({fault["kind"] for fault in faults} - happened)

    def let_go(self) -> None:
        """What stands still goes on. The host may be dead by now."""
        with suppress(httpx.HTTPError):
            httpx.delete(f"{self.url}/sim/holds", timeout=ANSWER_S)

    def forget_faults(self) -> None:
        """Nothing goes wrong any more."""
        with suppress(httpx.HTTPError):
            httpx.delete(f"{self.url}/sim/faults", timeout=ANSWER_S)

    def queue(self) -> tuple[list[str], list[str]]:
        """(running, waiting) prompts."""
        answer = httpx.get(f"{self.url}/queue", timeout=ANSWER_S).json()
        running, waiting = answer["queue_running"], answer["queue_pending"]
        return [item[1] for item in running], [item[1] for item in waiting]


class Parts:
    """The whole. Use as a context manager."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.folder = folder
        self.loop = Loop()
        self._started: list[Part] = []
        self._short = Path(tempfile.mkdtemp(prefix="faults-"))  # a socket's path must be short
        self.redis_socket = str(self._short / "redis.sock")
        self.settings = Settings(data=folder / "data", **{**SHORT, **changes})
        self.client_link = self.loop.proxy(("127.0.0.1", 9))
        self.relay_redis_link = self.loop.proxy(self.redis_socket)
        self.sides = {name: HostSide(self, name) for name in (HOST, SPARE)}
        self.relay: Part | None = None
        self._redis: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.client_link.port}", timeout=ANSWER_S, trust_env=False
        )

    @property
    def main(self) -> HostSide:
        """The host that gets the jobs first."""
        return self.sides[HOST]

    @property
    def spare(self) -> HostSide:
        """The host that is out of reach until the fault."""
        return self.sides[SPARE]

    def __enter__(self) -> Parts:
        (self.folder / "data" / "logs").mkdir(parents=True, exist_ok=True)
        try:
            self.start_redis()
            self.start_relay()
            for side in self.sides.values():
                side.start_host()
                side.start_worker()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        for part in reversed(self._started):
            if part.process and part.process.returncode is None:
                end(process_of(part))
        for part in self._started:
            if part.process:
                self.loop.run(part.process.wait())
        if self._redis is not None:
            self._redis.kill()
            self._redis.wait()
        self.loop.close()
        shutil.rmtree(self._short, ignore_errors=True)

    def environment(self, redis_link: Proxy | None = None) -> dict[str, str]:
        """The settings of a part, with its own way to Redis."""
        url = f"redis://127.0.0.1:{redis_link.port}/0" if redis_link else None
        return environment_of(self.settings.model_copy(update={"redis_url": url}))

    def part(self, name: str, arguments: list[str], announcement: str) -> Part:
        """A process to be."""
        log = self.folder / "data" / "logs" / f"{name}.log"
        part = Part(name, arguments, announcement, log)
        self._started.append(part)
        return part

    def start(self, part: Part, redis_link: Proxy | None = None) -> str:
        """Start a part; what it announced."""
        return self.loop.run(part.start(self.environment(redis_link), START_S))

    def start_relay(self) -> None:
        """Start it, or start it again."""
        self.relay = self.part("relay", ["relay_server", "serve"], "relay on")
        url = self.start(self.relay, self.relay_redis_link)
        self.client_link.target = address_of(url)

    def start_redis(self) -> None:
        """Start it, or start it again with what it wrote."""
        folder = self.folder / "redis"
        folder.mkdir(exist_ok=True)
        options = {
            "port": "0", "unixsocket": self.redis_socket, "dir": str(folder), "appendonly": "yes",
            "appendfsync": "everysec", "save": "", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        with open(self.folder / "redis.log", "ab") as log:
            self._redis = subprocess.Popen([next(_binaries()), *words], stdout=log, stderr=log)
        eventually("Redis answers", self._redis_answers)

    def _redis_answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=self.redis_socket) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def relay_process(self) -> psutil.Process:
        """The relay's process."""
        return process_of(self.relay)

    def redis_process(self) -> psutil.Process:
        """Redis' process."""
        assert self._redis
        return psutil.Process(self._redis.pid)

    def end_redis(self, number: signal.Signals) -> None:
        """End it by a signal, and wait for that."""
        assert self._redis
        self._redis.send_signal(number)
        self._redis.wait()

    # over HTTP

    def ask(
        self, method: str, path: str, patience_s: float = PATIENCE_S, **more: Any
    ) -> httpx.Response:
        """An answer of the relay; asked again while there is none, or 503. Raises NeverHappened."""

        def once() -> httpx.Response | None:
            try:
                answer = self.client.request(method, path, **more)
            except httpx.TransportError:
                return None
            return None if answer.status_code in (502, 503) else answer

        return eventually(f"an answer to {method} {path}", once, patience_s)

    def host_state(self, name: str) -> str:
        """The state that the relay shows of a host."""
        hosts = self.ask("GET", "/relay/v1/hosts").json()["hosts"]
        return next((host["state"] for host in hosts if host["name"] == name), "")

    def logged(self, name: str) -> list[dict[str, Any]]:
        """What the hosts themselves noted: runs or ends."""
        path = self.folder / f"{name}.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def new_key(self) -> str:
        """An idempotency key."""
        return uuid.uuid4().hex


def process_of(part: Part | None) -> psutil.Process:
    """The process of a part that was started."""
    assert part
    assert part.process
    return psutil.Process(part.process.pid)


def kill(*processes: psutil.Process) -> None:
    """SIGKILL, and wait until they are gone."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    eventually("they end", lambda: not any(map(alive, processes)))


def alive(process: psutil.Process) -> bool:
    """Whether it runs. One that has ended is left to whoever started it."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end(process: psutil.Process) -> None:
    """The whole tree of a process, by SIGKILL. It may be gone already."""
    with suppress(psutil.NoSuchProcess):
        kill(*process.children(recursive=True), process)


def stop(process: psutil.Process) -> None:
    """SIGTERM, and wait until it is gone."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
    eventually("a process ends", lambda: not alive(process))
