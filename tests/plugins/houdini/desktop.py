"""What somebody at Houdini does in these tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.fakes.hou_app import HouApp

PLATE = (0.25, 0.5, 0.75, 1.0)


class Desktop:
    """An open Houdini with a network of Copernicus."""

    def __init__(self, app: HouApp, hou: Any) -> None:
        self.app, self.hou = app, hou
        self.cops = hou.node("/img").createNode("copnet")
        self.plate = self.constant(PLATE)

    def constant(self, colour: tuple[float, ...]) -> Any:
        """A node with one colour."""
        made = self.cops.createNode("constant")
        made.parmTuple("f4").set(colour)
        return made

    def node(self, workflow: str, plate: Any = None) -> Any:
        """A node for any workflow, with that one chosen and a plate connected."""
        made = self.cops.createNode("comfyrelay::workflow")
        made.setInput(0, plate or self.plate)
        self.choose(made, workflow)
        return made

    def choose(self, node: Any, workflow: str) -> None:
        """From the menu, until its parms are there."""
        self.app.enter(node, "workflow", workflow)
        self.until(lambda: self.kept(node).workflow == workflow, node)

    def published(self, workflow: str) -> Any:
        """That workflow's own asset, with a plate connected."""
        made = self.cops.createNode(f"comfyrelay::published::{workflow}")
        made.setInput(0, self.plate)
        return made

    def generate(self, node: Any, version: str = "v001") -> None:
        """Press it, and wait for that version."""
        self.app.click(node, "generate")
        self.until(lambda: node.evalParm("version") == version, node)
        self.until_over(node)

    def start(self, node: Any) -> str:
        """Press Generate; the job, as soon as the relay has it."""
        self.app.click(node, "generate")
        self.until(lambda: self.kept(node).jobs, node)
        return str(next(iter(self.kept(node).job_ids.values())))

    def until(self, check: Any, node: Any) -> None:
        """Let the loop turn until that is so."""
        try:
            self.app.pump_until(check)
        except AssertionError as error:
            said = f"{node.evalParm('status')}\n{node.evalParm('log')}"
            raise AssertionError(f"{error}\n{said}") from None

    def until_shows(self, node: Any, text: str) -> None:
        """Until the status line has this in it."""
        self.until(lambda: text in node.evalParm("status"), node)

    def until_over(self, node: Any) -> None:
        """Until nothing goes on for the node."""
        from comfyrelay_houdini.plugin import plugin

        uid = self.kept(node).uid
        self.until(lambda: plugin().desk.threads.running(uid) is None, node)

    def kept(self, node: Any) -> Any:
        """The strings that the node keeps."""
        from comfyrelay import state
        from comfyrelay_houdini.node import HoudiniNode

        return state.read(HoudiniNode(node))

    def colour(self, node: Any, output: int = 0) -> NDArray[np.float32]:
        """Of the first pixel that a node puts out, RGB."""
        return colour(self.hou, node, output)


def colour(hou: Any, node: Any, output: int = 0) -> NDArray[np.float32]:
    """Of the first pixel, in that Houdini."""
    raw = node.layer(output).allBufferElements(hou.imageLayerStorageType.Float32, 4)
    return np.frombuffer(raw, np.float32)[:3]


def code_values(path: str) -> list[int]:
    """Of the first pixel of a picture, RGB."""
    return list(np.asarray(Image.open(path).convert("RGB"))[0, 0])
