"""Plates: what the plugins' work on a large picture costs the application that it runs in."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenEXR

from bench.table import Table, median, milliseconds, percentile
from comfyrelay.developing import as_float, developed
from comfyrelay.fit import Fitted, cropped, fitted
from comfyrelay.sending import RGB, RGBA, Sending
from comfyrelay.streaming import Source, Spliced, sha256

WIDTH, HEIGHT = 4096, 2160
ODD = 7  # pixels less, so that the sides have to be padded too
MULTIPLE = 64
MB = 1024 * 1024
SENT = 64 * MB
CODES = Sending("png", "8", "sRGB", RGB, False, "")
HALVES = Sending("exr", "16f", "raw", RGBA, False, "")
SCRUB = 40_000  # steps of Python, about 2 ms
ROUNDS = 3  # the best counts: other programs add to a wait, and never take away from one
GOALS = ["nothing holds the interpreter longer than 10 ms"]


@dataclass(frozen=True)
class Beside:
    """What some work cost, and what an artist felt of it."""

    cpu_s: float
    held_s: float
    scrubs_s: list[float]


def measure(quick: bool = False) -> Table:
    """Each beside a thread that scrubs."""
    height = HEIGHT // 8 if quick else HEIGHT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works = _works(folder, height, SENT // 8 if quick else SENT)
        rows = [_row(what, _beside(work)) for what, work in works.items()]
    return Table(
        "Plates",
        f"Work of a background thread in a DCC, on a float EXR of {WIDTH}x{height} as Nuke and"
        f" Houdini write it, and on a file of {SENT // MB} MB. Beside it, a thread that stands for"
        " the artist does some Python every 5 ms: the time that takes is its `scrub`. `held` is the"
        " longest time for which another thread waited for the interpreter while this one worked,"
        " with switches as often as every 0.1 ms.",
        ["", "CPU s", "held ms", "scrub p50 ms", "scrub p95 ms"],
        rows,
        GOALS,
    )


def _works(folder: Path, height: int, size: int) -> dict[str, Callable[[], object]]:
    below = _plate(folder / "below.exr", WIDTH, height - ODD)
    both = _plate(folder / "both.exr", WIDTH - ODD, height - ODD)
    sent, fit = fitted(below, folder / "sent.exr", MULTIPLE)
    sent_both, fit_both = fitted(both, folder / "sent-both.exr", MULTIPLE)
    whole = _plate(as_float(folder / "whole.exr"), WIDTH, height)
    (folder / "large").write_bytes(np.random.default_rng(1).bytes(size))
    source = Source.of(folder / "large")
    body = Spliced.of("[X]", {"X": source})

    def crop(path: Path, how: Fitted) -> Callable[[], object]:
        return lambda: cropped(path, folder / "back.exr", how)

    return {
        "nothing": lambda: time.sleep(1),
        f"hash of {size // MB} MB": lambda: sha256(source, threading.Event()),
        f"Base64 of {size // MB} MB": lambda: sum(map(len, body.pieces())),
        "padded below": lambda: fitted(below, folder / "again.exr", MULTIPLE),
        "cropped below": crop(sent, fit),
        "padded to the right and below": lambda: fitted(both, folder / "again.exr", MULTIPLE),
        "cropped at the right and below": crop(sent_both, fit_both),
        "float becomes an 8-bit PNG": lambda: developed(whole, CODES, False, "", _nothing),
        "float becomes a half EXR": lambda: developed(whole, HALVES, False, "", _nothing),
    }


def _nothing() -> None:
    """Nobody wants it to end."""


def _plate(path: Path, width: int, height: int) -> Path:
    """A ramp with grain, of half precision, as scans are; alpha is solid."""
    chance = np.random.default_rng(0)
    ramp = np.linspace(0, 4, width)[None] * np.linspace(0.2, 1, height)[:, None]
    planes = {
        name: (ramp + chance.normal(0, 0.01, (height, width))).astype("f2").astype("f4")
        for name in "RGB"
    }
    planes["A"] = np.ones((height, width), np.float32)
    channels = {name: OpenEXR.Channel(name, each, 1, 1, False) for name, each in planes.items()}
    about = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIPS_COMPRESSION}
    with OpenEXR.File(about, channels) as file:
        file.write(str(path))
    return path


def _beside(work: Callable[[], object]) -> Beside:
    """For what it takes and what it holds, and again beside somebody who scrubs."""
    cpu_s: list[float] = []
    held_s = min(_held(lambda: cpu_s.append(_timed(work))) for _ in range(ROUNDS))
    return Beside(min(cpu_s), held_s, _scrubbed(work))


def _timed(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _held(work: Callable[[], object]) -> float:
    """The longest time of the worker's own in which this thread could not run."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    thread = threading.Thread(target=work)
    thread.start()
    try:
        longest, was = 0.0, 0.0
        while thread.is_alive():
            time.sleep(0.0005)  # gives the interpreter away, and has to get it back
            try:
                now = time.clock_gettime(time.pthread_getcpuclockid(thread.ident or 0))
            except OSError:  # it has just ended
                break
            longest, was = max(longest, now - was), now
        return longest
    finally:
        thread.join()
        sys.setswitchinterval(before)


def _scrubbed(work: Callable[[], object]) -> list[float]:
    """Beside the work, again and again until a second is over."""
    ends = time.monotonic() + 1

    def run() -> None:
        work()
        while time.monotonic() < ends:
            work()

    thread = threading.Thread(target=run)
    thread.start()
    taken = []
    while thread.is_alive():
        began = time.perf_counter()
        for _ in range(SCRUB):
            pass
        taken.append(time.perf_counter() - began)
        time.sleep(0.005)
    thread.join()
    return taken


def _row(what: str, found: Beside) -> list[str]:
    scrubs = found.scrubs_s
    return [
        what,
        f"{found.cpu_s:.2f}",
        milliseconds(found.held_s),
        milliseconds(median(scrubs)),
        milliseconds(percentile(scrubs, 0.95)),
    ]
