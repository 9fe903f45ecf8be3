"""Work items: 500 of a TOP over two hosts, of which one is killed; then a cook that is canceled.

Houdini is simulated; the plugin, the relay, its workers and the hosts' clocks are real. Nothing is
taken on trust: what ran, and when, is told by the hosts' own logs.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.running import Running, relay
from bench.table import Table
from tests.fakes.hou_app import HouApp
from tests.rig import picture, png

OTLS = Path(__file__).parents[1] / "plugins" / "houdini" / "otls"
NODE_S = 0.15  # a blur has three nodes
SLOTS = 16
WAIT_S = 900.0
SOURCE = """
for number in range({items}):
    item = item_holder.addWorkItem()
    item.setFloatAttrib("sigma", 0.1 + number / 1000)
    item.addResultData({tiny!r} if number % {every} == 7 else {plate!r}, "file/image", 0)
"""
"""A picture that is smaller than the blur is an error on the host."""


@dataclass(frozen=True)
class Span:
    """One prompt on a host, in seconds since 1970."""

    host: str
    start: float
    end: float
    how: str


def measure(quick: bool = False) -> Table:
    """All items, a host killed among them; then the same again, canceled in the middle."""
    items, failing = (60, 4) if quick else (500, 20)
    with tempfile.TemporaryDirectory(prefix="comfy-relay-bench-") as name:
        folder = Path(name)
        logs = ("--runs-log", str(folder / "runs.log"), "--ends-log", str(folder / "ends.log"))
        sim = ("--node-s", str(NODE_S), *logs)
        with relay(hosts=2, sim=sim) as running, _houdini(folder, running) as app:
            node = _network(app, folder, items, items // failing)
            killed = _cooked_while_a_host_dies(app, node, running, sim, items)
            states = Counter(item.state.name for item in node.getPDGNode().workItems)
            spans = list(_spans(folder))
            busy = _busy(spans, killed)
            back_s = min(s.start for s in spans if s.host == "sim1" and s.start > killed[1])
            back_s -= killed[1]
            again = _jobs_of_another_cook(node, folder)
            freed_s = _canceled(app, node, running)
    ran = Counter(span.how for span in spans)
    rows = [
        ["items that ended well", f"{states['CookedSuccess']} of {items - failing}"],
        ["items that failed, as they had to", f"{states['CookedFail']} of {failing}"],
        ["runs on the hosts: done, failed", f"{ran['success']}, {ran['error']}"],
        ["busy: sim0, of all its time", f"{busy['sim0']:.1%}"],
        ["busy: sim1, of its time but while it was dead", f"{busy['sim1']:.1%}"],
        ["sim1: from its start to its next job", f"{back_s:.1f} s"],
        ["a cook again: jobs that were sent", f"{again} (the failed ones)"],
        ["from a cancel until both hosts are free", f"{freed_s:.2f} s"],
    ]
    return Table(
        "Work items",
        f"{items} items of the starter workflow blur through `comfyrelay::process`, {SLOTS} slots,"
        f" on two simulated hosts that take {NODE_S:g} s for each node; sim1 is killed with SIGKILL"
        " after a third of the items and started again 5 s later. Busy is the time between a"
        " prompt's begin and its end by the hosts' own logs, of all time from a host's first begin"
        " to its last end. In a simulated Houdini, on the same machine.",
        ["what", "measured"],
        rows,
        ["every item ends right, both hosts at least 95 % busy, free within 2 s of a cancel"],
    )


@contextmanager
def _houdini(folder: Path, running: Running) -> Iterator[HouApp]:
    """With our assets, and with settings that name the relay."""
    home = {"HOME": str(folder), "COMFY_RELAY_URL": running.url, "COMFY_RELAY_USER": "bench"}
    app = HouApp(hda_path=(OTLS,), pdg_slots=SLOTS)
    with patch.dict(os.environ, home), app.installed():
        yield app
        app.quit()


def _network(app: HouApp, folder: Path, items: int, every: int) -> Any:
    """Items with a picture each, and our node behind them."""
    plate, tiny = folder / "plate.png", folder / "tiny.png"
    plate.write_bytes(png(picture(64, 64)))
    tiny.write_bytes(png(picture(4, 4)))
    network = app.node("/tasks").createNode("topnet")
    source = network.createNode("pythonprocessor")
    names = {"tiny": tiny.as_posix(), "plate": plate.as_posix()}
    source.parm("generate").set(SOURCE.format(items=items, every=every, **names))
    node = network.createNode("comfyrelay::process")
    node.setInput(0, source)
    app.enter(node, "workflow", "blur")
    app.pump_until(lambda: node.evalParm("relay_workflow") != "")
    node.parm("p_radius").set(8)
    return node


def _cooked_while_a_host_dies(
    app: HouApp, node: Any, running: Running, sim: Sequence[str], items: int
) -> tuple[float, float]:
    """When it died, and when it ran again."""
    node.cookWorkItems()
    _until(app, lambda: _ended(node) > items / 3)
    url = running.host_urls[1]
    part = next(each for each in running.stack.parts if each.name == "host-sim1")
    part.kill()
    died = time.time()
    running.run(part.ended())
    threading.Event().wait(5.0)
    port = url.rpartition(":")[2]
    running.run(running.stack.start_sim_host("sim1", *sim, "--port", port))
    lives = time.time()
    _until(app, lambda: not node.getPDGGraphContext().cooking)
    return died, lives


def _jobs_of_another_cook(node: Any, folder: Path) -> int:
    """What runs when all is there already."""
    before = len(list(_lines(folder / "runs.log")))
    node.dirtyAllWorkItems(False)
    node.cookWorkItems(block=True)
    return len(list(_lines(folder / "runs.log"))) - before


def _canceled(app: HouApp, node: Any, running: Running) -> float:
    """How long both hosts took to be free."""
    node.parm("reuse").set(0)
    node.dirtyAllWorkItems(False)
    node.cookWorkItems()
    _until(app, lambda: all(map(_works, running.host_urls)))
    began = time.monotonic()
    node.cancelCook()
    while any(map(_works, running.host_urls)):
        threading.Event().wait(0.01)
    took = time.monotonic() - began
    _until(app, lambda: not node.getPDGGraphContext().cooking)
    return took


def _works(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/queue") as answer:
        queue = json.load(answer)
    return bool(queue["queue_running"] or queue["queue_pending"])


def _ended(node: Any) -> int:
    return sum(item.isSuccessful or item.isUnsuccessful for item in node.getPDGNode().workItems)


def _until(app: HouApp, check: Callable[[], bool]) -> None:
    app.pump_until(check, WAIT_S)


def _spans(folder: Path) -> Iterator[Span]:
    """What ran to its end."""
    begun = {(each["prompt_id"], each["host"]): each for each in _lines(folder / "runs.log")}
    for each in _lines(folder / "ends.log"):
        start = begun[each["prompt_id"], each["host"]]["time"]
        yield Span(each["host"], start, each["ended"], each["how"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _busy(spans: Sequence[Span], dead: tuple[float, float]) -> dict[str, float]:
    """Of each host's time while there is work; the end, when the last items are on the other host,
    is none, nor the time that a host was dead."""
    last = min(max(s.end for s in spans if s.host == name) for name in ("sim0", "sim1"))
    found = {}
    for name in ("sim0", "sim1"):
        own = sorted((s.start, s.end) for s in spans if s.host == name and s.end <= last)
        whole = own[-1][1] - own[0][0]
        if name == "sim1":
            before = max(end for _, end in own if end <= dead[0])
            after = min(start for start, _ in own if start >= dead[1])
            whole -= after - before
        found[name] = sum(end - start for start, end in own) / whole
        assert all(one[1] <= other[0] + 0.01 for one, other in pairwise(own))
    return found
