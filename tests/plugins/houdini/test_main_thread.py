"""What a look-dev artist's main thread is asked to do while a 4K plate goes and comes: little."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp
from tests.fakes.hou_app.rendering import Rendering
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop
from tests.plugins.test_float_exr import publish
from tests.plugins.turns import TURN_S, Turns
from tests.rig import Rig

PLATE_4K = (4096, 2160)
CALLED = {
    "turn", "show", "place", "keep", "state", "fingerprint", "menu version", "menu workflow",
    "enter version", "callback of version", "OnInputChanged", "InputDataChanged",
}  # fmt: skip
"""By the loop, the core, and Houdini."""


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


@pytest.fixture
def turns(app: HouApp, monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Without a name that Houdini has for it, what runs is a turn of the loop."""

    def named(*args: Any) -> str:
        return str(args[1]) if len(args) > 1 else "turn"

    def is_an_asset(path: str) -> bool:
        return path.startswith(str(OTLS))

    return Turns(app, monkeypatch, (Rendering, "render"), named, is_an_asset)


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
