"""What a look-dev artist's main thread is asked to do while a 4K plate goes and comes: little."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp
from tests.fakes.hou_app.rendering import Rendering
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop
from tests.plugins.test_float_exr import publish
from tests.rig import Rig

TURN_S = 0.005  # of the main thread's own time
PLATE_4K = (4096, 2160)
CALLED = {
    "turn", "show", "place", "keep", "state", "fingerprint", "menu version", "menu workflow",
    "enter version", "callback of version", "OnInputChanged", "InputDataChanged",
}  # fmt: skip
"""By the loop, the core, and Houdini."""
MAY_OPEN = (".py", ".pyc", ".so")  # a module that is imported late


SESSION = """
import importlib, json, pkgutil, sys, threading
from pathlib import Path
from tests.fakes.hou_app import HouApp

began = []
sys.addaudithook(lambda event, args: began.append(event) if event.startswith(STARTS) else None)
STARTS = ("socket.", "_thread.start_new_thread", "subprocess.", "os.system", "os.fork")
interface = bool(sys.argv[2])
app = HouApp(gui=interface, hda_path=(Path(sys.argv[1]),))
with app.installed() as hou:
    for kind in hou.nodeTypeCategories()["Cop"].nodeTypes().values():
        if kind.name().startswith("comfyrelay::"):
            kind.hdaModule()
    import comfyrelay_houdini
    for each in pkgutil.iter_modules(comfyrelay_houdini.__path__, "comfyrelay_houdini."):
        importlib.import_module(each.name)
    if not interface:  # a farm may open and cook whatever it wants
        node = hou.node("/img").createNode("copnet").createNode("comfyrelay::published::invert")
        node.setInput(0, node.parent().createNode("constant"))
        node.cook()
    heavy = {"httpx", "httpcore", "attr", "attrs", "certifi", "generated"} & set(sys.modules)
    told = {"began": began[:], "threads": threading.active_count(), "loaded": sorted(heavy)}
print(json.dumps(told))
"""


class Turns:
    """What the main thread did in each turn of its loop, and in all that Houdini called of ours."""

    def __init__(self, app: HouApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cpu_s: dict[str, list[float]] = defaultdict(list)
        self.met: list[str] = []  # what belongs on another thread
        self._app = app
        self._wrote_s = 0.0
        self._watching = False
        self._clock = monkeypatch
        self._time(app.main_loop, "run")
        self._let_render()
        sys.addaudithook(self._heard)
        for name, module in (("sha256", hashlib), ("compress", zlib), ("compressobj", zlib)):
            self._refuse(module, name)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, what is met is kept."""
        self._watching = True
        try:
            yield
        finally:
            self._watching = False

    def time(self, owner: Any, *names: str) -> None:
        """Measure these methods too."""
        for name in names:
            self._time(owner, name, name)

    def _time(self, owner: Any, name: str, label: str = "") -> None:
        """Without a label, under the name that Houdini has for it; a turn of the loop has none."""
        plain = getattr(owner, name)

        def timed(*args: Any, **more: Any) -> Any:
            begun, wrote_s = time.thread_time(), self._wrote_s
            try:
                return plain(*args, **more)
            finally:
                # An export takes what Houdini takes.
                taken_s = time.thread_time() - begun - (self._wrote_s - wrote_s)
                named = str(args[1]) if len(args) > 1 else "turn"
                self.cpu_s[label or named].append(taken_s)

        self._clock.setattr(owner, name, timed)

    def _let_render(self) -> None:
        """Houdini's own ROP may do as it likes."""
        plain = Rendering.render

        def rendered(rendering: Rendering, *args: Any) -> None:
            before, self._watching = self._watching, False
            begun = time.thread_time()
            try:
                plain(rendering, *args)
            finally:
                self._watching = before
                self._wrote_s += time.thread_time() - begun

        self._clock.setattr(Rendering, "render", rendered)

    def _heard(self, event: str, args: Any) -> None:
        if not self._here() or not event.startswith(("open", "socket.", "shutil.", "os.rename")):
            return
        opened = str(args[0]) if event == "open" else ""
        if opened.endswith(MAY_OPEN) or opened.startswith(str(OTLS)):  # Houdini's own
            return
        self.met.append(f"{event} {args[0] if args else ''}")

    def _refuse(self, module: Any, name: str) -> None:
        plain = getattr(module, name)

        def told(*args: Any, **more: Any) -> Any:
            if self._here():
                self.met.append(name)
            return plain(*args, **more)

        self._clock.setattr(module, name, told)

    def _here(self) -> bool:
        return self._watching and threading.get_ident() == self._app.thread


@pytest.fixture
def turns(app: HouApp, monkeypatch: pytest.MonkeyPatch) -> Turns:
    return Turns(app, monkeypatch)


def test_a_4k_plate_costs_the_main_thread_its_export_and_a_few_milliseconds(
    turns: Turns, app: HouApp, desktop: Desktop, held: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(held, "exr-identity")
    _crowd(desktop)
    node, coded = desktop.node("exr-identity"), desktop.node("invert")
    desktop.generate(node)  # whatever is only done once
    desktop.generate(coded)
    from comfyrelay_houdini import auto
    from comfyrelay_houdini.node import HoudiniNode

    monkeypatch.setattr(auto, "SETTLED_S", 0.05)
    turns.cpu_s.clear()
    turns.time(HoudiniNode, "show", "place", "keep", "log", "state", "fingerprint")

    with turns.watched():
        _let_auto_generate(desktop, coded, "v002")  # a PNG, which is made elsewhere
        app.resolution = PLATE_4K
        desktop.plate.parmTuple("f4").set((0.2, 0.5, 0.7, 1))
        desktop.generate(node, "v002")
        _look_around(desktop, node)
        assert not turns.met
        result = Path(node.evalParm("file1"))
        hashlib.sha256(result.read_bytes())  # such as this would be met

    assert turns.met == [f"open {result}", "sha256"]
    told = {name: statistics.median(taken) for name, taken in turns.cpu_s.items()}
    sys.stdout.writelines(f"{name}: {1000 * s:.2f} ms\n" for name, s in sorted(told.items()))
    del told["click generate"]  # which reads all that a node says, once
    assert set(told) >= CALLED
    assert {name: taken for name, taken in told.items() if taken > TURN_S} == {}


def _crowd(desktop: Desktop) -> None:
    """A scene as large as those of features: many other nodes, with parms."""
    for number in range(300):
        desktop.cops.createNode("constant" if number % 2 else "file")


def _let_auto_generate(desktop: Desktop, node: Any, version: str) -> None:
    """By a change above the node."""
    desktop.app.enter(node, "auto", 1)
    desktop.plate.parmTuple("f4").set((0.3, 0.5, 0.7, 1))
    desktop.until(lambda: node.evalParm("version") == version, node)
    desktop.until_over(node)
    desktop.app.enter(node, "auto", 0)


def _look_around(desktop: Desktop, node: Any) -> None:
    """Open the menus, take the version before, and connect one thing more."""
    assert node.parm("version").menuItems() == ("", "v002", "v001")
    assert "exr-identity" in node.parm("workflow").menuItems()
    file = node.evalParm("file1")
    desktop.app.enter(node, "version", "v001")
    desktop.until(lambda: node.evalParm("file1") != file, node)
    node.setInput(1, desktop.plate)
    desktop.app.pump()


def test_what_an_asset_imports_starts_nothing_and_opens_nothing(tmp_path: Path) -> None:
    for interface in ("", "yes"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SESSION, OTLS, interface],
            env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == {"began": [], "threads": 1, "loaded": []}
