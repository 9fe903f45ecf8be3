"""What a compositor does in these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.fakes.nuke_app import NukeApp, files


class Comp:
    """A script in a running Nuke."""

    def __init__(self, app: NukeApp, nuke: Any, folder: Path) -> None:
        self.app, self.nuke, self.folder = app, nuke, folder
        self.plate = nuke.nodes.CheckerBoard2(format="square_256")

    def node(self, workflow: str = "") -> Any:
        """A Comfy Relay node below the plate; with a workflow, its knobs are there."""
        for each in self.nuke.allNodes():
            each.setSelected(False)
        self.plate.setSelected(True)
        made = self.nuke.createNode("ComfyRelay")
        if workflow:
            self.choose(made, workflow)
        return made

    def choose(self, node: Any, workflow: str) -> None:
        """From the menu, as soon as the relay filled it."""
        self.app.pump_until(lambda: workflow in node["workflow"].values())
        node["workflow"].setValue(workflow)
        self.app.pump_until(lambda: node["relay_workflow"].value() == workflow)

    def generate(self, node: Any) -> None:
        """Press Generate, and let time pass until there is one more version."""
        before = node["relay_folder"].value()
        self.app.click(node, "generate")
        self.app.pump_until(
            lambda: (
                node["relay_folder"].value() != before
                and str(node["status"].value()).startswith("OK")
            )
        )

    def start(self, node: Any) -> str:
        """Press Generate, and let time pass until the relay has its job; the job's id."""
        before = self.kept(node).jobs
        self.app.click(node, "generate")
        self.app.pump_until(lambda: self.kept(node).jobs not in ("", before))
        return next(iter(self.kept(node).job_ids.values()))

    def until_says(self, node: Any, text: str) -> str:
        """Let time pass until the status line has this text in it; the line."""
        self.app.pump_until(lambda: text in str(node["status"].value()))
        return str(node["status"].value())

    def said_until(self, node: Any, text: str) -> list[str]:
        """The same; every line that it had, each once in a row."""
        found: list[str] = []

        def look() -> bool:
            line = str(node["status"].value())
            if found[-1:] != [line]:
                found.append(line)
            return text in line

        self.app.pump_until(look)
        return found

    def kept(self, node: Any) -> Any:
        """The strings that the node keeps."""
        from comfyrelay import state
        from comfyrelay_nuke.node import GizmoNode

        return state.read(GizmoNode(node))

    def refused(self, node: Any) -> str:
        """Press Generate; the status line when it says what is wrong."""
        self.app.click(node, "generate")
        self.app.pump_until(lambda: str(node["status"].value()).startswith("X"))
        return str(node["status"].value())

    def rendered(self, node: Any, frame: int = 1) -> NDArray[np.float32]:
        """What a Write below the node writes: (height, width, 3), top row first."""
        self.folder.mkdir(exist_ok=True)
        out = self.folder / f"render-{node.name()}.####.exr"
        write = self.nuke.nodes.Write(file=str(out), file_type="exr", channels="rgba", raw=True)
        write["datatype"].setValue("32 bit float")
        write.setInput(0, node)
        self.nuke.execute(write, frame, frame)
        self.nuke.delete(write)
        written = files.read(Path(str(out).replace("####", f"{frame:04d}")))
        planes = [written.channels[f"rgba.{name}"] for name in ("red", "green", "blue")]
        return np.stack(planes, axis=-1)[::-1]  # files.read begins at the bottom


def png(path: str) -> NDArray[np.uint8]:
    """Code values of a PNG, (height, width, 3)."""
    return np.asarray(Image.open(path).convert("RGB"))
