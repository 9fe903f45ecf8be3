"""Run by every Python of a Nuke: `nuke_session.py SCRIPT`, with NUKE_PATH as an artist sets it.

A session of the simulated Nuke: it starts, a node is made, a workflow chosen and generated, the
script saved and opened again. Prints JSON. It needs nothing but the library of Python 3.9.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.fakes.nuke_app import NukeApp
from tests.plugins.built.early import HARBOUR, Early


def main(script: Path) -> None:
    """One session, and what was seen."""
    folders = tuple(Path(each) for each in os.environ["NUKE_PATH"].split(os.pathsep))
    app = NukeApp(plugin_path=folders)
    early = Early()
    with app.installed() as nuke:
        seen = early.ended()
        node = nuke.createNode("ComfyRelay")
        seen["from"] = sys.modules["comfyrelay_nuke"].__file__
        generate(app, node)
        app.save(script)
        app.open(script)
        again = app.node("ComfyRelay")
        app.pump_until(lambda: again["workflow"].value() == "text-to-image")
        seen.update(
            file=again["result_file"].value(),
            prompt=again["p_prompt"].value(),
            version=again["version"].value(),
            menu=[item.name() for item in nuke.menu("Nodes").findItem("Comfy Relay").items()],
        )
        app.quit()
    seen["left"] = sorted({"numpy", "httpx", "PIL"} & set(sys.modules))
    json.dump(seen, sys.stdout)


def generate(app: NukeApp, node: Any) -> None:
    """Choose, set, press, wait."""
    app.pump_until(lambda: "text-to-image" in node["workflow"].values())
    node["workflow"].setValue("text-to-image")
    app.pump_until(lambda: "p_prompt" in node.knobs())
    for name, value in HARBOUR.items():
        node[name].setValue(value)
    app.click(node, "generate")
    app.pump_until(lambda: str(node["status"].value()).startswith("OK"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
