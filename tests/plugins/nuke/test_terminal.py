"""Nuke without a GUI: nothing starts by itself, and one command generates."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.plugins.artist import USER, Holds
from tests.plugins.nuke.comp import Comp, png
from tests.plugins.nuke.conftest import PLUGIN
from tests.plugins.programs import begun
from tests.rig import PATIENCE_S, Rig, eventually, picture, png as encoded

ROOT = Path(__file__).parents[3]
NOBODY = "http://127.0.0.1:1"  # who answers there
NUKE = [sys.executable, "-m", "tests.fakes.nuke_app", "-t"]


@pytest.fixture(autouse=True)
def known_to_the_rig(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs belong to whom the rig asks for."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.fixture
def saved(comp: Comp, script: Path) -> Path:
    """A script whose plate is another one at each frame."""
    comp.plate = comp.nuke.nodes.Constant(format="square_256")
    comp.plate["color"].setExpression("(frame - 1000) / 10")
    comp.node("invert")
    comp.app.save(script)
    comp.app.close()
    return script


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "shot.nk"


def generate(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`nuke -t generate.py WORDS`."""
    return subprocess.run(
        [*NUKE, str(PLUGIN / "generate.py"), *map(str, words)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip


def started(*words: object) -> AbstractContextManager[subprocess.Popen[str]]:
    """The same, which goes on meanwhile."""
    return begun(
        [*NUKE, str(PLUGIN / "generate.py"), *map(str, words)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def folder_of(ran: subprocess.CompletedProcess[str]) -> Path:
    """Of the result that it names."""
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (line,) = [each for each in ran.stdout.splitlines() if each.startswith("result ")]
    return Path(line[7:])


def levels(folder: Path) -> list[int]:
    """One code value of each picture."""
    return [int(png(str(each))[0, 0, 0]) for each in sorted(folder.glob("*.png"))]


# the command


@pytest.mark.parametrize("frames", ["--frames=1001-1003", "--frames 1001-1003"])
def test_a_range_is_generated_and_saved(saved: Path, comp: Comp, frames: str) -> None:
    """Nuke takes a range that stands alone at the end for its own."""
    ran = generate(saved, "ComfyRelay", *frames.split(" "))

    folder = folder_of(ran)
    (dark, middle, light) = levels(folder)
    assert dark > middle > light  # each frame's own plate, inverted
    assert "v001, 3 frames" in ran.stdout
    assert "ALF_PROGRESS 100%" in ran.stdout
    comp.app.open(saved)
    node = comp.nuke.toNode("ComfyRelay")
    assert node["relay_result"].value() == "v001"
    shown = [comp.rendered(node, frame)[0, 0, 0] for frame in (1001, 1003)]
    assert shown[0] > shown[1]


def test_the_script_may_be_kept_and_a_gui_offers_the_result(saved: Path, comp: Comp) -> None:
    before = saved.read_text()

    folder = folder_of(generate(saved, "ComfyRelay", "--keep-script"))

    assert saved.read_text() == before
    assert levels(folder)
    comp.app.open(saved)
    found = comp.nuke.menu("Nuke")
    comp.app.pump_until(lambda: found.findItem("Comfy Relay/Found results"))


def test_fill_generates_only_what_is_missing(saved: Path, held: Rig) -> None:
    folder = folder_of(generate(saved, "ComfyRelay", "--frames=1001-1003"))
    first, second, third = sorted(folder.glob("*.png"))
    kept = second.stat().st_mtime_ns
    third.unlink()

    assert folder_of(generate(saved, "ComfyRelay", "--fill")) == folder

    assert third.is_file()
    assert (first.is_file(), second.stat().st_mtime_ns) == (True, kept)


def test_a_node_in_a_group_is_named_by_its_full_name(comp: Comp, script: Path) -> None:
    outer = comp.nuke.nodes.Group()
    with outer:
        comp.plate = comp.nuke.nodes.CheckerBoard2(format="square_256")
        node = comp.nuke.createNode("ComfyRelay")
        node.setInput(0, comp.plate)
    comp.choose(node, "invert")
    comp.app.save(script)

    assert levels(folder_of(generate(script, node.fullName())))


BAD = (
    (["{folder}/no.nk", "ComfyRelay"], "There is no script"),
    (["{script}", "Constant1"], "no Comfy Relay node 'Constant1'"),
    (["{script}", "ComfyRelay", "--frames=ten"], "ten"),
    (["{script}", "ComfyRelay", "--dream"], "--dream"),
)


def test_what_cannot_be_is_said_and_ends_with_2(saved: Path) -> None:
    before = saved.read_text()
    for words, told in BAD:
        ran = generate(*(word.format(folder=saved.parent, script=saved) for word in words))
        assert (ran.returncode, "Traceback" in ran.stderr) == (2, False), ran.stderr
        assert told in ran.stderr
    assert saved.read_text() == before


def test_a_missing_input_ends_with_1(comp: Comp, script: Path) -> None:
    comp.node("invert").setInput(0, None)
    comp.app.save(script)

    ran = generate(script, "ComfyRelay")

    assert ran.returncode == 1
    assert "nothing connected" in ran.stderr


def test_a_relay_that_is_not_there_ends_with_3(saved: Path) -> None:
    ran = generate(saved, "ComfyRelay", "--patience=0", COMFY_RELAY_URL=NOBODY)

    assert ran.returncode == 3, ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_node_that_fails_on_the_host_ends_with_1(saved: Path, holds: Holds) -> None:
    holds.hold("oom:times=0")
    before = saved.read_text()

    ran = generate(saved, "ComfyRelay")

    assert ran.returncode == 1, ran.stderr
    assert "memory" in ran.stderr
    assert saved.read_text() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_cancels_its_job(
    saved: Path, holds: Holds, held: Rig, number: signal.Signals
) -> None:
    holds.hold()
    others = [held.submit("invert", {"image": encoded(picture())})["id"] for _ in range(4)]
    before, known = saved.read_text(), jobs(held)
    with started(saved, "ComfyRelay") as running:
        (job,) = eventually("a job", lambda: jobs(held) - known)

        running.send_signal(number)

        assert held.wait(job)["status"] == "canceled"
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 130, out + err
    assert saved.read_text() == before
    holds.release()
    assert {held.wait(other)["status"] for other in others} == {"succeeded"}


def jobs(held: Rig) -> set[str]:
    """All jobs of the user's."""
    return {each["id"] for each in held.client.get("/api/v2/jobs").json()["jobs"]}


def test_a_script_that_cannot_be_saved_loses_no_result(
    saved: Path, comp: Comp, holds: Holds, held: Rig
) -> None:
    holds.hold()
    known = jobs(held)
    with started(saved, "ComfyRelay") as running:
        (job,) = eventually("a job", lambda: jobs(held) - known)
        saved.rename(saved.with_suffix(".away"))
        saved.mkdir()
        holds.release()

        out, err = running.communicate(timeout=PATIENCE_S)

    assert running.returncode == 1, out + err
    assert "could not be saved" in err
    assert "Traceback" not in err
    assert held.wait(job)["status"] == "succeeded"
    saved.rmdir()
    saved.with_suffix(".away").rename(saved)
    comp.app.open(saved)
    found = comp.nuke.menu("Nuke")
    comp.app.pump_until(lambda: found.findItem("Comfy Relay/Found results"))


# nothing by itself


WATCHED = """
import sys
from pathlib import Path

seen = []
WATCH = ("socket.", "_thread.start_new_thread", "subprocess.", "os.mkdir", "os.rename",
         "os.remove", "os.putenv", "shutil.")

def watch(event, args):
    if event == "open" and (set(str(args[1])) & set("wax+") or (args[2] or 0) & 3):
        seen.append((event, args[0]))
    elif event.startswith(WATCH):
        seen.append((event, *map(str, args)))

from tests.fakes.nuke_app import NukeApp
gui, plugin, script = sys.argv[1] == "gui", Path(sys.argv[2]), Path(sys.argv[3])
app = NukeApp(gui=gui, plugin_path=(plugin,))
sys.addaudithook(watch)
with app.installed() as nuke:
    if not gui:
        nuke.scriptOpen(str(script))
        node = nuke.toNode("ComfyRelay")
        assert node["relay_jobs"].value() and not nuke.modified()
        assert node["status"].value() == "not generated yet"
    ours = sorted(name for name in sys.modules if name.startswith("comfyrelay"))
    assert "comfyrelay_nuke.events" in ours, ours
strangers = {"httpx", "httpcore", "attr", "generated", "asyncio"} & set(sys.modules)
assert not strangers, strangers
assert not seen, seen
"""


@pytest.mark.parametrize("how", ["gui", "terminal"])
def test_nothing_starts_by_itself(
    comp: Comp, script: Path, holds: Holds, at_home: Path, how: str
) -> None:
    """Neither where a GUI starts, nor where a script with an open job is loaded without one."""
    holds.hold()
    node = comp.node("invert")
    comp.app.click(node, "generate")
    comp.app.pump_until(lambda: node["relay_jobs"].value())
    comp.app.save(script)
    (home := at_home / "farm").mkdir()

    ran = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, how, str(PLUGIN), str(script)],
        cwd=ROOT, env={**os.environ, "HOME": str(home)}, capture_output=True, text=True,
        check=False, timeout=PATIENCE_S,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert list(home.iterdir()) == []
