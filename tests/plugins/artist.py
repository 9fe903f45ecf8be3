"""Somebody at a DCC in memory, with a real relay: opens scenes, presses buttons, looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image

from comfyrelay import scenes
from comfyrelay.dcc import ERROR
from comfyrelay.desk import Desk
from comfyrelay.form import JsonValue, Param
from comfyrelay.memory import MemoryDcc
from comfyrelay.memory_node import MemoryNode
from comfyrelay.offers import Offer
from comfyrelay.settings import Settings, read_settings
from comfyrelay.state import State, parsed
from tests.rig import PATIENCE_S, Pixels, eventually, picture, png

USER = "ana"
HARBOUR: dict[str, JsonValue] = {
    "prompt": "a harbour", "checkpoint": "sim-landscape.safetensors", "width": 64, "height": 64,
}  # fmt: skip
"""For text-to-image."""
Size = tuple[int, int]


class Artist:
    """One open application."""

    def __init__(self, folder: Path, url: str, interactive: bool = True) -> None:
        self.folder = folder
        self.url = url
        self.dcc = MemoryDcc(interactive)
        self.offers: list[Offer] = []
        self.desk = Desk(self.dcc, self.settings, patience_s=5.0)
        self.dcc.on_arrival = lambda node: scenes.arrived(self.desk, node)
        self.dcc.on_open = lambda: scenes.opened(self.desk, self.offers.extend)
        self.dcc.on_save = lambda: scenes.saved(self.desk)
        self.dcc.on_close = lambda: scenes.closing(self.desk)

    def settings(self) -> Settings:
        said = {"COMFY_RELAY_URL": self.url, "COMFY_RELAY_USER": USER}
        return read_settings(said, self.folder / "home")

    def node(self, workflow: str = "invert", **wires: Path | str) -> MemoryNode:
        """A new node with its workflow chosen."""
        node = self.dcc.add()
        node.wires.update({name: str(path) for name, path in wires.items()})
        self.choose(node, workflow)
        return node

    def choose(self, node: MemoryNode, workflow: str) -> None:
        self.desk.choose(node, workflow)
        self.until(lambda: state(node).workflow == workflow or node.status.mood == ERROR)
        assert state(node).workflow == workflow, node.status

    def plate(
        self, name: str = "plate.png", seed: int = 1, size: tuple[int, int] = (64, 48)
    ) -> Path:
        """A picture on the disk."""
        path = self.folder / name
        path.write_bytes(png(picture(*size, seed=seed)))
        return path

    def plates(self, first: int, last: int) -> str:
        """Numbered pictures; the path with its ####."""
        for frame in range(first, last + 1):
            self.plate(f"plate.{frame:04d}.png", seed=frame)
        return str(self.folder / "plate.####.png")

    def until(self, check: Callable[[], Any]) -> Any:
        """Let the loop turn until that is so."""
        return self.dcc.until(check, PATIENCE_S)

    def until_shows(self, node: MemoryNode, text: str) -> None:
        """Until the node's line has this text in it."""
        try:
            self.until(lambda: text in node.status.text)
        except TimeoutError:
            raise AssertionError([each.text for each in node.history[-10:]]) from None

    def until_over(self, node: MemoryNode) -> None:
        """Until nothing goes on for the node."""
        uid = state(node).uid
        self.until(lambda: self.desk.threads.running(uid) is None)

    def close(self) -> None:
        assert self.desk.close(PATIENCE_S)


def state(node: MemoryNode) -> State:
    return parsed(node.strings)


def texts(node: MemoryNode) -> list[str]:
    """Every line that it showed, each once in a row."""
    found: list[str] = []
    for each in node.history:
        if found[-1:] != [each.text]:
            found.append(each.text)
    return found


def result_path(node: MemoryNode, frame: int | None = None) -> Path:
    assert node.placement
    path = node.placement.pictures[0].path
    return Path(path if frame is None else path.replace("####", f"{frame:04d}"))


def pixels(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def is_inverted(result: Path, plate: Path | Pixels) -> bool:
    """Whether a result is its plate, inverted as ComfyUI does it."""
    before = plate if isinstance(plate, np.ndarray) else pixels(plate)
    found = pixels(result)
    same = found.shape == before.shape
    return same and int(np.abs(found.astype(int) - (255 - before.astype(int))).max()) <= 1


def param(desk_node: MemoryNode, name: str) -> Param:
    assert desk_node.form
    return next(each for each in desk_node.form.params if each.id == name)


class Holds:
    """What executes on a simulated host stands still while this holds."""

    def __init__(self, host_url: str) -> None:
        self._client = httpx.Client(base_url=host_url, trust_env=False, timeout=PATIENCE_S)

    def hold(self, *faults: str) -> None:
        """Every node, or what else is to go wrong."""
        named = faults or ("hold-node:when=node,times=0",)
        answer = self._client.post("/sim/faults", json={"faults": list(named)})
        assert answer.is_success, answer.text

    def release(self) -> None:
        self._client.delete("/sim/faults")
        self._client.delete("/sim/holds")

    def until_told(self, status: Callable[[], str]) -> None:
        """Until the cancel of a job has come to where the job is. What stands on the host ends when
        it is released, and not before; released too early, it might succeed."""

        def is_told() -> bool:
            now = status()
            interrupted = self._client.get("/sim/runs").json()["interrupt"]
            return now == "canceled" or (now == "canceling" and bool(interrupted))

        eventually("the host is told", is_told)

    def close(self) -> None:
        self.release()
        self._client.close()
