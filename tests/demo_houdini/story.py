"""What a look-dev artist and a TD do in the demo, and what is checked on the way."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.demo_houdini import ball
from tests.demos.hosts import Hosts
from tests.demos.screen import Screen
from tests.demos.telling import PATIENCE_S, ROOT, Telling, near
from tests.fakes.hou_app import HouApp
from tests.rig import Rig

SIZE = (512, 288)
HOSTS = ("sim0", "sim1")
OVER = {"succeeded", "failed", "canceled"}
COMMENT = "Made by `make demo-houdini` in a simulated Houdini; not run in Houdini."
FOOTER = "made with a simulated Houdini and simulated hosts; not run in Houdini"
PROMPTS = ("a glazed ball in a desert", "a glazed ball in a desert at night")
STEPS = 10
STRENGTHS = 3
PART = 10 / 24
"""Of the items, before the cook is canceled."""


@dataclass(frozen=True)
class Wedge:
    """What is cooked."""

    seeds: int
    within_s: float
    """How soon both hosts have to be free of a canceled cook."""

    @property
    def size(self) -> int:
        return self.seeds * STRENGTHS


class Story(Telling):
    """One scene in an open Houdini."""

    def __init__(
        self, app: HouApp, hou: Any, rig: Rig, packages: Path, out: Path, screen: Screen
    ) -> None:
        super().__init__(app, screen)
        self.hou, self.rig, self.packages, self.out = hou, rig, packages, out
        self.render, self.sheet = out / "render.png", out / "contact-sheet.png"
        self.scene = out / "wedge.hip"
        self.process: Any = None  # the node of the wedge's items
        self.watched: Any = None  # the node whose line is printed

    def tell(self, wedge: Wedge) -> None:
        """From a click to the contact sheet. Raises Wrong."""
        self.look()
        self.build(wedge)
        had = self.cancel_in_the_middle(wedge)
        self.cook_what_is_missing(wedge, had)
        self.cook_in_another_houdini(wedge)
        self.say("sheet", near(self.sheet))

    # a look

    def look(self) -> None:
        """A render becomes a picture, and another when the prompt changes."""
        ball.draw(self.render, SIZE)
        self.say("render", f"{self.render.name}, {SIZE[0]}x{SIZE[1]}")
        self.app.save(self.scene)
        cops = self.hou.node("/img").createNode("copnet", "look")
        read = cops.createNode("file", "render")
        read.parm("filename").set(self.render.as_posix())
        node = cops.createNode("comfyrelay::published::image_to_image", "look")
        node.setNamedInput("image", read, 0)
        self._set(node, p_prompt=PROMPTS[0], p_denoise=0.6)
        self.say("node", "Image to image in Copernicus, connected to it")
        self.say("prompt", PROMPTS[0])
        self.app.click(node, "generate")
        self.say("pressed", "Generate")
        self._until_it_has(node, "v001")
        self.app.enter(node, "auto", 1)
        node.parm("p_prompt").set(PROMPTS[1])
        self.say("auto", "is on")
        self.say("prompt", PROMPTS[1])
        self._until_it_has(node, "v002")
        found = [Path(node.evalParm("file1").replace("v002", name)) for name in ("v001", "v002")]
        self.check(len({path.read_bytes() for path in found}) == 2,
                   "two looks: v002 came by itself, and v001 is as it was")  # fmt: skip
        self.app.enter(node, "auto", 0)

    def _until_it_has(self, node: Any, version: str) -> None:
        self.watched = node
        self.until(lambda: self.line.startswith(f"OK  {version}"))
        self.watched = None

    # a wedge

    def build(self, wedge: Wedge) -> None:
        """By the script that the plugin comes with."""
        folder = self.packages / "comfyrelay" / "examples"
        sys.path.append(str(folder))
        example = importlib.import_module("wedge")
        self.say("script", f"{folder.name}/wedge.py: {wedge.seeds} seeds x {STRENGTHS} strengths")
        render, sheet = self.render.as_posix(), self.sheet.as_posix()
        self.last = example.build(render, sheet, FOOTER, wedge.seeds)
        network = self.last.parent()
        network.setComment(COMMENT)
        self.process = network.node("image_to_image")
        self._set(self.process, p_prompt=PROMPTS[0])
        self.say("network", " > ".join(node.name() for node in network.children()))
        self.app.save(self.scene)

    def cancel_in_the_middle(self, wedge: Wedge) -> int:
        """How many items have a result."""
        self.say("cook", f"{wedge.size} items; their pictures:")
        before, hosts = self._jobs(), Hosts(self.rig.host_urls)
        each = round(wedge.size * PART / len(HOSTS))
        hosts.go_on(STEPS * each + STEPS // 2)
        self.last.cookWorkItems()
        self.watched = self.process
        self.until(lambda: self._done() == len(HOSTS) * each)
        self.watched = None
        self.last.cancelCook()
        hosts.go_on_to_the_end()
        took = self._freed(len(before))
        self.say("canceled", "the cook, with pictures half done on the hosts")
        said = ", ".join(f"{name} {seconds:.2f} s later" for name, seconds in took.items())
        self.check(max(took.values()) <= wedge.within_s, f"both hosts are free: {said}")
        self.until(lambda: not self._cooking())
        ended = Counter(each["status"] for each in self._jobs()[: -len(before)])
        self.check(set(ended) <= {"succeeded", "canceled"}, f"of the {ended.total()} jobs that were"
                   f" sent, {ended['canceled']} were canceled")  # fmt: skip
        had = self._done()
        self.check(had < wedge.size, f"{had} of {wedge.size} items have a result")
        return had

    def cook_what_is_missing(self, wedge: Wedge, had: int) -> None:
        """As a Houdini that knows of no item any more."""
        before = self._jobs()
        self.last.dirtyAllWorkItems(False)
        self.last.cookWorkItems()
        self.say("again", "everything is dirty, and is cooked; pictures:")
        self.watched = self.process
        self.until(lambda: not self._cooking())
        self.watched = None
        items = self.process.getPDGNode().workItems
        there = [item for item in items if item.customState == "there already"]
        sent = len(self._jobs()) - len(before)
        done = sum(each["status"] == "succeeded" for each in before) - len(PROMPTS)
        self.check(
            self._done() == wedge.size and len(there) == had and sent == wedge.size - done,
            f"{sent} jobs were sent, and {had} items were answered from what was there",
        )
        pictures = {Path(item.resultDataForTag("file/image")[0].path) for item in items}
        self.check(len({path.read_bytes() for path in pictures}) == wedge.size,
                   f"{wedge.size} versions, each with a picture of its own")  # fmt: skip
        self.app.save(self.scene)
        self.say("saved", near(self.scene))

    def cook_in_another_houdini(self, wedge: Wedge) -> None:
        """Another process, which has the scene and nothing else."""
        before, sheet = len(self._jobs()), self.sheet.read_bytes()
        self.sheet.unlink()
        words = [self.scene, self.packages, self.last.path(), self.process.path()]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.demo_houdini.hython", *map(str, words)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.check(ran.returncode == 0, f"a new hython opened and cooked it{ran.stderr}")
        there = ran.stdout.splitlines().count("there already")
        sent = len(self._jobs()) - before
        self.check((sent, there) == (0, wedge.size),
                   f"{sent} jobs were sent; all {there} items were there already")  # fmt: skip
        self.check(self.sheet.read_bytes() == sheet, "its contact sheet is the same file again")

    # what it is told with

    @property
    def line(self) -> str:
        """A node's status, or how many of its items have a result."""
        if self.watched is None:
            return self._last
        if self.watched is self.process:
            return str(self._done() or self._last)
        return str(self.watched.evalParm("status"))

    def _set(self, node: Any, **values: Any) -> None:
        node.setParms({"p_checkpoint": "sim-landscape.safetensors", "p_steps": STEPS, **values})

    def _cooking(self) -> bool:
        return bool(self.last.getPDGGraphContext().cooking)

    def _done(self) -> int:
        return sum(item.isSuccessful for item in self.process.getPDGNode().workItems)

    def _jobs(self) -> list[dict[str, Any]]:
        """All of the artist's, newest first."""
        user = {"X-Comfy-Relay-User": "ada"}
        answer = self.rig.client.get("/api/v2/jobs", params={"limit": 200}, headers=user)
        return list(answer.json()["jobs"])

    def _freed(self, before: int) -> dict[str, float]:
        """Seconds from now until each host was seen with nothing to do, which it stayed."""
        began, end = time.monotonic(), time.monotonic() + PATIENCE_S
        found = dict.fromkeys(HOSTS, 0.0)
        over = False
        while not over and time.monotonic() < end:
            for name, url in zip(HOSTS, self.rig.host_urls, strict=True):
                if _works(url):
                    found[name] = 0.0
                else:
                    found[name] = found[name] or time.monotonic() - began
            over = all(found.values()) and self._all_over(before)
        return found

    def _all_over(self, before: int) -> bool:
        """Of the jobs but the first ones."""
        return all(each["status"] in OVER for each in self._jobs()[: -before or None])


def _works(url: str) -> bool:
    queue = httpx.get(f"{url}/queue", trust_env=False).json()
    return bool(queue["queue_running"] or queue["queue_pending"])
