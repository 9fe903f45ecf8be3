"""A TD's wedge: a picture, an attribute for each seed and strength, and our node behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.fakes.hou_app import HouApp
from tests.rig import picture, png

MODEL = "sim-landscape.safetensors"
SOURCE = """
for seed in range({seeds}):
    for strength in {strengths}:
        item = item_holder.addWorkItem()
        item.setIntAttrib("seed", seed)
        item.setFloatAttrib("strength", strength)
        item.addResultData({plate!r}, "file/image", 0)
"""


class Wedge:
    """A network of TOPs in an open Houdini: seeds by strengths of image to image."""

    def __init__(
        self, app: HouApp, hou: Any, folder: Path, seeds: int, strengths: Sequence[float]
    ) -> None:
        self.app, self.hou = app, hou
        self.plate = folder / "plate.png"
        self.plate.write_bytes(png(picture(64, 64)))
        network = hou.node("/tasks").createNode("topnet")
        self.source = network.createNode("pythonprocessor", "wedge")
        self.source.parm("generate").set(
            SOURCE.format(seeds=seeds, strengths=(*strengths,), plate=self.plate.as_posix())
        )
        self.node = network.createNode("comfyrelay::process")
        self.node.setInput(0, self.source)
        self.choose("image-to-image")
        self.node.setParms({"p_prompt": "a harbour", "p_checkpoint": MODEL, "p_steps": 2})
        self.node.parm("p_denoise").setExpression("@strength")

    def choose(self, workflow: str) -> None:
        """From the menu, until its parms are there."""
        self.app.enter(self.node, "workflow", workflow)
        self.app.pump_until(lambda: self.node.evalParm("relay_workflow") != "")

    def cook(self) -> list[str]:
        """All of it; blocks. How each item ended."""
        self.node.cookWorkItems(block=True)
        return self.states()

    def cook_anew(self) -> list[str]:
        """The same, as a Houdini that was just started has it: no item is known."""
        self.node.dirtyAllWorkItems(False)
        return self.cook()

    @property
    def items(self) -> list[Any]:
        """PDG's, of our node."""
        found: list[Any] = self.node.getPDGNode().workItems
        return found

    def states(self) -> list[str]:
        """How each item ended."""
        return [item.state.name for item in self.items]

    def errors(self) -> list[str]:
        """What items say of their failures."""
        return [log.text for item in self.items for log in item.logs if log.kind == "error"]

    def said(self) -> list[str]:
        """The last word on each."""
        return [item.customState for item in self.items]

    def folders(self) -> list[str]:
        """The version that answers each."""
        return [item.stringAttribValue("relay_folder") for item in self.items]

    def records(self) -> list[dict[str, Any]]:
        """What each version says of its job."""
        return [_record(Path(folder)) for folder in self.folders()]

    def pictures(self) -> list[NDArray[np.uint8]]:
        """That came out, RGB."""
        files = [item.resultDataForTag("file/image") for item in self.items]
        return [np.asarray(Image.open(file.path).convert("RGB")) for (file,) in files]


def _record(folder: Path) -> dict[str, Any]:
    (path,) = (folder / "jobs").glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
