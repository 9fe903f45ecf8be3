"""Uploads: how fast a big picture comes in, and what everybody else notices of it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from bench.running import MB, Client, Memory, Running, orders, relay
from bench.table import Table, median, milliseconds, percentile
from bench.wire import Wire

SIZE = 75 * MB  # bytes of a picture; 100 MB as Base64
EVERY_S = 0.002
IDLE_S = 2.0
WORKFLOW = "bench"
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": ""}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "bench"}},
}
FORM = {
    "title": "Bench",
    "inputs": [{"id": "file", "kind": "data", "targets": [{"node": "1", "field": "image"}]}],
    "params": [],
    "outputs": [],
}


@dataclass
class Result:
    """Seconds: of each upload, and of each other request meanwhile."""

    name: str
    uploads: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    memory: int = 0  # bytes over idle

    def row(self) -> list[str]:
        speed = f"{SIZE / MB / median(self.uploads):.0f}" if self.uploads else "-"
        worst = f"{SIZE / MB / max(self.uploads):.0f}" if self.uploads else "-"
        took = milliseconds(median(self.uploads)) if self.uploads else "-"
        figures = ["-"] * 3
        if self.others:
            parts = [percentile(self.others, part) for part in (0.5, 0.99, 1)]
            figures = [milliseconds(part) for part in parts]
        memory = f"{self.memory / MB:.0f}" if self.uploads else "-"
        return [self.name, speed, worst, took, memory, *figures]


def measure(quick: bool = False) -> Table:
    """Base64 in JSON and raw bytes, each alone and beside other requests."""
    rounds = 4 if quick else 15
    results = [_idle()]
    for door, name in (("json", "Base64 in JSON"), ("raw", "`PUT` of a blob")):
        results.append(_uploads(door, f"{name}, alone", rounds, pinged=False))
        results.append(_uploads(door, f"{name}, beside `GET me`", rounds, pinged=True))
    return Table(
        "Uploads",
        f"{SIZE / MB:.0f} MB of random bytes ({SIZE * 4 / 3 / MB:.0f} MB as Base64), different ones"
        f" each time, {rounds} times after one that does not count. From the first byte sent to"
        " the answer: decoded, hashed twice, written (not synced), the job's record stored."
        " MB/s of picture bytes. Memory is the peak of the relay over its idle state. The other"
        f" requests are `GET /relay/v1/me` every {EVERY_S * 1000:.0f} ms on a kept connection.",
        ["upload", "MB/s median", "MB/s worst", "ms median", "memory MB",
         "others p50 ms", "p99 ms", "max ms"],
        [result.row() for result in results],
        ["Base64 at 450 MB/s, a raw blob at 600 MB/s, at most 60 MB of memory, and p99 of the"
         " others at most 10 ms"],
    )  # fmt: skip


@contextlib.contextmanager
def _relay() -> Iterator[Running]:
    """A relay that publishes a workflow with an input for any bytes. No host: the jobs wait."""
    with tempfile.TemporaryDirectory(prefix="comfy-relay-bench-") as folder:
        Path(folder, f"{WORKFLOW}.json").write_text(json.dumps(GRAPH), encoding="utf-8")
        Path(folder, f"{WORKFLOW}.form.json").write_text(json.dumps(FORM), encoding="utf-8")
        with relay(workflows=Path(folder)) as running:
            yield running


def _idle() -> Result:
    result = Result("none")
    with _relay() as running, Client(other_requests, running.url) as other:
        other.ask("begin")
        time.sleep(IDLE_S)
        result.others += other.ask("end")
    return result


def _uploads(door: str, name: str, rounds: int, *, pinged: bool) -> Result:
    result = Result(name)
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(_relay())
        sender = stack.enter_context(Client(upload, running.url, door))
        other = stack.enter_context(Client(other_requests, running.url))
        memory = Memory(running.process)
        for number in range(rounds + 1):
            sender.ask("prepare")
            if pinged:
                other.ask("begin")
            seconds = sender.ask("send")
            heard = other.ask("end") if pinged else []
            if number:
                result.uploads.append(seconds)
                result.others += heard
            _remove_blobs(running.settings.blob_dir)
        result.memory = memory.added
    return result


def _remove_blobs(folder: Path) -> None:
    """The jobs that would need them wait for ever."""
    for path in folder.glob("*/*/*"):
        path.unlink()


def upload(pipe: Connection, url: str, door: str) -> None:
    """A client: prepares a request, then sends it as fast as the relay reads."""
    wire = Wire(url)
    request: tuple[bytes, ...] = ()
    for order in orders(pipe):
        if order == "prepare":
            request = _request(wire, door)
            pipe.send("ready")
        else:
            began = time.perf_counter()
            status, body = wire.send(*request)
            pipe.send(time.perf_counter() - began)
            if status != 201:
                raise SystemExit(f"the upload was refused: {body[:500]!r}")


def _request(wire: Wire, door: str) -> tuple[bytes, ...]:
    data = os.urandom(SIZE)
    if door == "raw":
        path = f"/relay/v1/blobs/{hashlib.sha256(data).hexdigest()}"
        return wire.head("PUT", path, SIZE, "application/octet-stream"), data
    body = b'{"inputs":{"file":{"name":"f.bin","data":"%b"}}}' % base64.b64encode(data)
    return wire.head("POST", f"/relay/v1/workflows/{WORKFLOW}/jobs", len(body)), body


def other_requests(pipe: Connection, url: str) -> None:
    """Another client: a small request at a steady pace between `begin` and `end`."""
    wire = Wire(url)
    request = wire.head("GET", "/relay/v1/me")
    for _begin in orders(pipe):
        wire.send(request)
        pipe.send("begun")
        times: list[float] = []
        while not pipe.poll():
            began = time.perf_counter()
            status, _ = wire.send(request)
            times.append(time.perf_counter() - began)
            assert status == 200, status
            time.sleep(max(0.0, EVERY_S - times[-1]))
        pipe.recv()
        pipe.send(times)
