"""What a compositor does in the demo, and what is checked on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.demo_nuke import plate, sheet
from tests.demo_nuke.plate import Floats, Size
from tests.demo_nuke.rendering import add_write, differing, matte, pixels, rendered
from tests.demos.hosts import Hosts
from tests.demos.screen import Screen
from tests.demos.telling import ROOT, Telling, near
from tests.fakes.nuke_app import NukeApp
from tests.rig import Rig, picture, png

FRAMES = range(1001, 1004)
WORKFLOW = "inpaint"
COMMENT = "# Made by `make demo-nuke` in a simulated Nuke; not run in Nuke.\n"
KNOBS = {
    "p_prompt": "an empty sky in orange light",
    "p_checkpoint": "sim-landscape.safetensors",
    "p_seed": "694",
    "p_seed_POLICY": "fixed",
    "p_denoise": 1.0,
    "p_steps": 40,
}
OTHERS = 4
"""Jobs of somebody else: as many as two hosts take."""
SOME_STEPS = 18
"""Of the sampler, before the hosts stand still."""


class Story(Telling):
    """One comp in an open Nuke, with a relay that can be killed."""

    def __init__(self, app: NukeApp, nuke: Any, rig: Rig, out: Path, screen: Screen) -> None:
        super().__init__(app, screen)
        self.nuke, self.rig, self.out = nuke, rig, out
        self.hosts = Hosts(rig.host_urls)
        self.script = out / "balloon.nk"

    def tell(self, size: Size) -> None:
        """From the plate to the farm. Raises Wrong."""
        self.connect(size)
        self.choose()
        self.wait_in_the_queue()
        self.survive_the_relay()
        self.reopen()
        shown = self.look_outside_the_mask()
        self.contact_sheet(shown, size)
        self.generate_the_range()
        self.render_on_a_farm()

    # the steps

    def connect(self, size: Size) -> None:
        """A plate and a roto, and a node below them."""
        plates = self.out / "plates"
        plate.draw(plates, FRAMES, size)
        self.say("plate", f"plate.####.exr, {size[0]}x{size[1]}, frames {FRAMES[0]}-{FRAMES[-1]},"
                 " and a roto around what is to go")  # fmt: skip
        self.nuke.frame(FRAMES[0])
        reads = [self._read(name, plates / f"{name}.####.exr") for name in ("plate", "roto")]
        node = self.nuke.createNode("ComfyRelay")
        for number, read in enumerate(reads):
            node.setInput(number, read)
        add_write(self.nuke, node)
        self.say("node", "Comfy Relay, connected to both")

    def _read(self, name: str, path: Path) -> Any:
        made = self.nuke.nodes.Read(name=name, file=path.as_posix(), raw=True)
        made["first"].setValue(FRAMES[0])
        made["last"].setValue(FRAMES[-1])
        return made

    def choose(self) -> None:
        """From the menu that the relay filled."""
        menu = self.node["workflow"]
        self.until(lambda: WORKFLOW in menu.values())
        self.say("menu", f"the relay offers {', '.join(menu.values()[1:])}")
        menu.setValue(WORKFLOW)
        self.until(lambda: self.node["relay_workflow"].value() == WORKFLOW)
        self.say("chosen", WORKFLOW)
        labels = [each.label() for name, each in self.node.knobs().items() if name in KNOBS]
        self.say("knobs", f"its own are there: {', '.join(filter(None, labels))}, ...")
        self.say("sends", "; ".join(self.node["sends"].value().splitlines()))
        for name, value in KNOBS.items():
            self.node[name].setValue(value)
        self.app.save(self.script)
        self.say("saved", f"{self.script.name}, before anything was generated")

    def wait_in_the_queue(self) -> None:
        """Somebody else's jobs are first."""
        self.hosts.stand_still()
        for seed in range(OTHERS):
            other = self.rig.submit("invert", {"image": png(picture(seed=seed))})
            self.rig.until(other["id"], lambda job: job["phase"] != "waiting")
        self.say("others", f"{OTHERS} jobs of somebody else keep both hosts busy")
        self.app.click(self.node, "generate")
        self.say("pressed", "Generate")
        self.until(lambda: self.line.startswith("> queued"))

    def survive_the_relay(self) -> None:
        """kill -9 in the middle of the job; the relay comes back, and the job went on."""
        self.hosts.go_on(SOME_STEPS)
        self.until(lambda: _percent(self.line))
        relay = self.rig.stack.relay
        assert relay
        relay.kill()
        self.rig.run(relay.ended())
        self.until(lambda: "does not answer" in self.line)
        self.say("killed", "the relay (kill -9), and started it again")
        with ThreadPoolExecutor(1) as aside:
            restart = aside.submit(self.rig.restart_relay)
            self.until(lambda: _has_ended(restart) and _percent(self.line))

    def reopen(self) -> None:
        """The script on the disk knows nothing of the job; the journal does."""
        self.check(self.node["version"].value() == "(none)", "there is no result yet")
        self.app.close()
        self.say("closed", "the script, without saving: it knows of no job")
        self.hosts.go_on_to_the_end()
        self.app.open(self.script)
        self.say("opened", "it again")
        self.until(lambda: "attach" in self.line)
        found = self.nuke.menu("Nuke").findItem("Comfy Relay/Found results")
        item = next(each for each in found.items() if each.name().startswith("Attach"))
        self.say("menu", item.name())
        item.invoke()
        self.until(lambda: self.line.startswith("OK"))
        self.check(self.node["version"].value() == "v001", "the result is placed: v001")

    def look_outside_the_mask(self) -> Floats:
        """The same bits as the plate's, but where the mask is not black."""
        self.node["show"].setValue("through mask")
        return self._through_mask(FRAMES[0])

    def _through_mask(self, frame: int) -> Floats:
        shown = rendered(self.nuke, self.out / "artist", frame)
        differs = differing(shown, pixels(self.out / "plates" / f"plate.{frame}.exr"))
        outside = matte(self.out / "plates" / f"roto.{frame}.exr") == 0
        wrong, count = int(differs[outside].sum()), int(outside.sum())
        inside = int(differs[~outside].sum())
        self.check(not wrong and inside > 0, f"{frame}, outside the mask: {wrong:,} of {count:,}"
                   f" pixels differ; inside, {inside:,} do")  # fmt: skip
        return shown

    def contact_sheet(self, through: Floats, size: Size) -> None:
        """Four pictures of the first frame."""
        frame = FRAMES[0]
        self.node["show"].setValue("result")
        pictures = {
            "plate": pixels(self.out / "plates" / f"plate.{frame}.exr"),
            "mask": matte(self.out / "plates" / f"roto.{frame}.exr"),
            "result, v001": rendered(self.nuke, self.out / "result", frame),
            "through mask": through,
        }
        self.node["show"].setValue("through mask")
        path = self.out / "contact-sheet.png"
        sheet.save(path, pictures, size)
        self.say("sheet", near(path))

    def generate_the_range(self) -> None:
        """A job for each frame, on both hosts."""
        self.node["range"].setValue("custom")
        self.node["frames"].setValue(f"{FRAMES[0]}-{FRAMES[-1]}")
        self.node["p_seed_POLICY"].setValue("seed + frame")
        self.app.click(self.node, "generate")
        self.say("pressed", f"Generate, for frames {FRAMES[0]}-{FRAMES[-1]}")
        self.until(lambda: self.line.startswith("OK  v002"))
        version = Path(self.node["result_file"].value()).parent
        records = [json.loads(each.read_text()) for each in version.glob("jobs/*.json")]
        hosts = sorted({str(each["host"]) for each in records})
        self.check(len(records) == len(FRAMES), f"{version.name}: {len(records)} jobs, made by"
                   f" {' and '.join(hosts)}")  # fmt: skip
        for frame in FRAMES:
            self._through_mask(frame)

    def render_on_a_farm(self) -> None:
        """Another process, whose Nuke never heard of us, renders the saved script."""
        self.app.save(self.script)
        self.script.write_text(COMMENT + self.script.read_text("utf-8"), "utf-8")
        self.say("saved", near(self.script))
        farm = self.out / "farm"
        words = [str(self.script), str(farm), f"{FRAMES[0]}-{FRAMES[-1]}"]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.demo_nuke.farm", *words],
            cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.check(ran.returncode == 0, f"a farm's Nuke without the plugin rendered it{ran.stderr}")
        names = [f"comp.{frame}.exr" for frame in FRAMES]
        both = [(pixels(self.out / "artist" / name), pixels(farm / name)) for name in names]
        wrong = sum(int(differing(*pair).sum()) for pair in both)
        count = sum(ours.shape[0] * ours.shape[1] for ours, _ in both)
        self.check(not wrong, f"the farm's frames: {wrong:,} of {count:,} pixels differ")

    # what it is told with

    @property
    def node(self) -> Any:
        """Looked for anew each time: a reopened script has another."""
        return self.nuke.toNode("ComfyRelay")

    @property
    def line(self) -> str:
        """The node's status line."""
        return str(self.node["status"].value())


def _has_ended(work: Future[None]) -> bool:
    return work.done() and work.result() is None


def _percent(line: str) -> int:
    """0 of a line that tells no progress."""
    words = line.split()
    return int(words[-2]) if line.endswith(" %") else 0
