"""Run by every Python of a Houdini: `houdini_session.py SCENE`, with HOUDINI_PACKAGE_DIR as an
artist sets it.

A session of the simulated Houdini: it starts, nodes are made, a workflow chosen and generated, the
scene saved, opened again, and generated on a farm. Prints JSON. It needs nothing but the library of
Python 3.9.
"""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.fakes.hou_app import HouApp
from tests.plugins.built.early import HARBOUR, Early

PACKAGES = (Path(os.environ["HOUDINI_PACKAGE_DIR"]),)


def main(scene: Path) -> None:
    """An artist's session and a farm's, and what was seen."""
    seen: dict[str, Any] = {}
    artist(scene, seen)
    farm(scene, seen)
    seen["left"] = sorted({"numpy", "httpx", "PIL"} & set(sys.modules))
    if find_spec("PySide6") is not None:
        seen["panel"] = panel()
    json.dump(seen, sys.stdout)


def artist(scene: Path, seen: dict[str, Any]) -> None:
    """From the start of Houdini to the picture, and the scene opened again."""
    app = HouApp(package_path=PACKAGES)
    early = Early()
    with app.installed() as hou:
        app.pump()
        nodes = [
            hou.node("/img").createNode("copnet").createNode("comfyrelay::workflow"),
            hou.node("/img/copnet1").createNode("comfyrelay::published::text_to_image"),
            hou.node("/obj").createNode("geo").createNode("comfyrelay::mesh"),
            hou.node("/tasks").createNode("topnet").createNode("comfyrelay::process"),
        ]
        # From the next turn of the loop on, the nodes ask the relay what it offers.
        seen.update(early.ended())
        seen["nodes"] = [node.path() for node in nodes]
        seen["from"] = sys.modules["comfyrelay_houdini"].__file__
        app.save(scene)
        generate(app, nodes[0])
        seen["item"] = cook(app, nodes[3])
        app.save(scene)
        app.open(scene)
        again = app.node(seen["nodes"][0])
        app.pump_until(lambda: again.parm("version").menuItems() == ("", "v001"))
        seen.update(
            file=again.evalParm("file1"),
            prompt=again.parm("p_prompt").unexpandedString(),
            version=again.evalParm("version"),
        )
        app.quit()


def generate(app: HouApp, node: Any) -> None:
    """Choose, set, press, wait."""
    choose(app, node)
    app.click(node, "generate")
    app.pump_until(lambda: str(node.evalParm("status")).startswith("OK"))


def cook(app: HouApp, node: Any) -> str:
    """The one work item of a TOP node; its picture."""
    choose(app, node)
    node.cookWorkItems(block=True)
    (item,) = node.getPDGNode().workItems
    assert item.state.name == "CookedSuccess", [log.text for log in item.logs]
    (file,) = item.resultDataForTag("file/image")
    return str(file.path)


def choose(app: HouApp, node: Any) -> None:
    """A workflow from its menu, and what it asks for."""
    app.pump_until(lambda: "text-to-image" in node.parm("workflow").menuItems())
    app.enter(node, "workflow", "text-to-image")
    app.pump_until(lambda: node.parm("p_prompt") is not None)
    for name, value in HARBOUR.items():
        app.enter(node, name, value)


def farm(scene: Path, seen: dict[str, Any]) -> None:
    """`hython -m comfyrelay_houdini.run SCENE NODE`, where no window is."""
    app = HouApp(gui=False, package_path=PACKAGES)
    said = io.StringIO()
    sys.argv = ["run.py", str(scene), "/img/copnet1/workflow1"]
    with app.installed():
        try:
            with redirect_stdout(said):
                runpy.run_module("comfyrelay_houdini.run", run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            seen["code"] = ended.code
    seen["said"] = said.getvalue().splitlines()


def panel() -> str:
    """The title of the queue panel, opened from the menu of a pane."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    qt = QApplication([])
    app = HouApp(package_path=PACKAGES)
    with app.installed():
        opened = app.panes.open("Comfy Relay Queue")
        title = str(opened.windowTitle())
        opened.deleteLater()
        qt.processEvents()
        app.quit()
    return title


if __name__ == "__main__":
    main(Path(sys.argv[1]))
