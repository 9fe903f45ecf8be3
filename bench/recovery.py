"""Recovery: how soon a host is free after a cancel, and how soon the work goes on after a kill.

All settings are the shipped ones.
"""

from __future__ import annotations

import contextlib
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psutil
import redis

from bench.running import Running, free_port, process_of, relay, slots_of
from bench.table import Table, median
from bench.wire import Wire
from relay_server.redis_keys import Keys

T = TypeVar("T")
STEP_S = 0.05
LONG = 2400  # steps: longer than anything that is waited for here
SHORT = 1
LOOK_S = 0.002  # between two looks
PATIENCE_S = 60.0
PAUSE_S = 2.5  # a job runs this long before it is disturbed: a heartbeat, and a bit


def measure(quick: bool = False) -> Table:
    """One after the other, each some times."""
    cancels, kills = (3, 1) if quick else (20, 3)
    rows = []
    with relay(hosts=1, sim=("--step-s", str(STEP_S)), port=free_port()) as running:
        case = Case(running)
        rows.append(_row("cancel of a running job, to the start of the next", case.cancel, cancels))
        rows.append(_row("kill -9 of a slot, until its job is followed", case.kill_slot, kills))
        rows.append(
            _row("kill -9 of a supervisor, until its job is followed", case.kill_supervisor, kills)
        )
        answered, assigned = zip(*(case.kill_relay() for _ in range(kills)), strict=True)
        rows.append(_cells("kill -9 of the relay, to its first answer", answered))
        rows.append(_cells("kill -9 of the relay, to its next assignment", assigned))
    return Table(
        "Recovery",
        f"One host, jobs of {STEP_S * 1000:.0f} ms steps, settings as shipped. After a cancel the"
        " next job waits on the host already; its start is the host's own timestamp. A job is"
        " followed when a worker has claimed it anew. What is killed is started again at once: a"
        " slot by its supervisor, supervisor and relay by the measurement. The assignment is of a"
        " job that is sent as soon as the new relay answers, to a slot that is free.",
        ["", "times", "min s", "median s", "max s"],
        rows,
        ["a job is followed again at most 15 s after its slot was killed"],
    )


def _row(name: str, once: Callable[[], float], times: int) -> list[str]:
    return _cells(name, [once() for _ in range(times)])


def _cells(name: str, seconds: Any) -> list[str]:
    figures = (min(seconds), median(seconds), max(seconds))
    return [name, str(len(seconds)), *(f"{each:.3f}" for each in figures)]


class Case:
    """One disturbance after the other on one relay with one host."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._redis = redis.Redis.from_url(running.redis_url, decode_responses=True)
        self._keys = Keys(running.settings.namespace)

    def cancel(self) -> float:
        """From the request to cancel until the job behind runs."""
        first = self._submit(LONG)  # alone, or the other slot may be faster with the second
        eventually("the first job runs", lambda: self._field(first, "phase") == "executing")
        second = self._submit(SHORT)
        eventually("the second is on the host", lambda: self._field(second, "phase") == "on_host")
        began = time.time()
        self._ask("POST", f"/api/v2/jobs/{first}/cancel")
        eventually("the second job is over", lambda: self._is_over(second))
        return self._host_start(second) - began

    def kill_slot(self) -> float:
        """From the kill until another claim holds the job."""
        with self._long_job() as (job, claim):
            holder, began = self._holder(), time.monotonic()
            holder.kill()
            self._followed(job, claim)
            return time.monotonic() - began

    def kill_supervisor(self) -> float:
        """The same of the supervisor, which is started again at once, until it may."""
        with self._long_job() as (job, claim):
            supervisor = process_of(self._running.workers[0])
            began = time.monotonic()
            supervisor.kill()
            self._restarted_worker()
            self._followed(job, claim)
            return time.monotonic() - began

    def kill_relay(self) -> tuple[float, float]:
        """(first answer, next assignment) after the kill."""
        began = time.monotonic()
        self._running.kill_relay()
        self._running.run(self._running.stack.start_relay())
        eventually("the relay answers", self._answers)
        answered = time.monotonic() - began
        job = self._submit(SHORT)
        eventually("the job is assigned", lambda: self._field(job, "host"), LOOK_S)
        assigned = time.monotonic() - began
        eventually("the job is over", lambda: self._is_over(job))
        return answered, assigned

    @contextlib.contextmanager
    def _long_job(self) -> Iterator[tuple[str, str]]:
        """A job that runs: (its id, the claim that holds it). Canceled afterwards."""
        job = self._submit(LONG)
        eventually("the job runs", lambda: self._field(job, "phase") == "executing")
        time.sleep(PAUSE_S)
        yield job, self._field(job, "claim")
        self._ask("POST", f"/api/v2/jobs/{job}/cancel")
        eventually("the job is over", lambda: self._is_over(job))

    def _holder(self) -> psutil.Process:
        """The slot that has the job: the other one waits for the next, blocked in Redis."""
        worker = self._running.workers[0]
        return eventually("one slot waits", lambda: _only(slots_of(worker), self._blocked()))

    def _blocked(self) -> set[int]:
        """Processes of this host's slots that wait for a job."""
        clients: Any = self._redis.client_list()
        names = [each["name"] for each in clients if "b" in each["flags"]]
        return {int(name.removeprefix("rq-")) for name in names if name.startswith("rq-")}

    def _restarted_worker(self) -> None:
        """As a service manager does it: again and again, for the name belongs to the dead one
        until its heartbeat is old."""
        eventually("the supervisor runs again", self._try_worker)

    def _try_worker(self) -> bool:
        with contextlib.suppress(Exception):
            self._running.workers[0] = self._running.start_worker(0)
            return True
        return False

    def _followed(self, job: str, claim: str) -> None:
        eventually(
            "the job is followed", lambda: self._field(job, "claim") not in {"", claim}, LOOK_S
        )

    def _is_over(self, job: str) -> bool:
        return self._field(job, "phase") == "over"

    def _field(self, job: str, name: str) -> str:
        return str(self._redis.hget(self._keys.job(job), name) or "")

    def _host_start(self, job: str) -> float:
        with urllib.request.urlopen(f"{self._running.host_urls[0]}/history/{job}") as answer:
            messages = dict(json.load(answer)[job]["status"]["messages"])
        return float(messages["execution_start"]["timestamp"]) / 1000

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            self._ask("GET", "/relay/v1/me")
            return True
        return False

    def _submit(self, steps: int) -> str:
        body = json.dumps({"workflow": sampling(steps, seed=time.monotonic_ns())}).encode()
        return str(self._ask("POST", "/api/v2/jobs", body)["id"])

    def _ask(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        wire = Wire(self._running.url)
        status, answer = wire.send(wire.head(method, path, len(body)), body)
        wire.close()
        assert status < 300, answer
        found: dict[str, Any] = json.loads(answer)
        return found


def eventually(what: str, check: Callable[[], T | None], pause_s: float = 0.01) -> T:
    """The first answer of `check` that is true."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(pause_s)
    raise TimeoutError(f"it never happened: {what}")


def _only(slots: list[psutil.Process], blocked: set[int]) -> psutil.Process | None:
    """The one that is not blocked; None if that is not one."""
    busy = [slot for slot in slots if slot.pid not in blocked]
    return busy[0] if len(slots) == 2 and len(busy) == 1 else None


def sampling(steps: int, seed: int) -> dict[str, Any]:
    """A small picture from text."""
    texts = {"clip": ["model", 1], "text": "bench"}
    sampler = {
        "model": ["model", 0], "positive": ["text", 0], "negative": ["text", 0],
        "latent_image": ["latent", 0], "seed": seed, "steps": steps, "cfg": 7.0,
        "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
    }  # fmt: skip
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "model": ("CheckpointLoaderSimple", {"ckpt_name": "sim-dream.safetensors"}),
        "text": ("CLIPTextEncode", texts),
        "latent": ("EmptyLatentImage", {"width": 64, "height": 64, "batch_size": 1}),
        "sampler": ("KSampler", sampler),
        "decoded": ("VAEDecode", {"samples": ["sampler", 0], "vae": ["model", 2]}),
        "saved": ("SaveImage", {"images": ["decoded", 0], "filename_prefix": "bench"}),
    }
    return {node: {"class_type": kind, "inputs": inputs} for node, (kind, inputs) in nodes.items()}
