"""Houdini without a user interface: one command generates, and ends with a code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.artist import USER, Holds
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop, code_values
from tests.plugins.programs import begun
from tests.rig import PATIENCE_S, Rig, eventually, picture, png

ROOT = Path(__file__).parents[3]
Ran = tuple[int, str, str]  # exit code, what it said, what it complained of
Hython = Callable[..., Ran]


@pytest.fixture
def at_home(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The artist is the one that `held.client` names: who asks sees the same jobs."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)
    return at_home


@pytest.fixture
def scene(desktop: Desktop, tmp_path: Path) -> Path:
    """A saved one: `invert`, `loose` that has nothing connected, and a plate for each frame."""
    desktop.plate.parmTuple("f4")[0].setExpression("$F / 10")
    desktop.node("invert").setName("invert")
    loose = desktop.node("invert")
    loose.setName("loose")
    loose.setInput(0, None)
    desktop.app.save(tmp_path / "shot.hip")
    desktop.app.close()
    return tmp_path / "shot.hip"


@pytest.fixture
def hython(scene: Path, capsys: pytest.CaptureFixture[str]) -> Hython:
    """`hython -m comfyrelay_houdini.run WORDS`, in this process."""

    def run(*words: Any) -> Ran:
        with HouApp(gui=False, hda_path=(OTLS,)).installed():
            from comfyrelay_houdini.run import main

            try:
                code = main([str(word) for word in words])
            except SystemExit as ended:  # argparse has its own word
                code = int(ended.code or 0)
        return (code, *capsys.readouterr())

    return run


NODE = "/img/copnet1/invert"
BAD = (
    (["{folder}/no.hip", NODE], "There is no scene"),
    (["{scene}", "/img/copnet1/constant1"], "no Comfy Relay node '/img/copnet1/constant1'"),
    (["{scene}", NODE, "--frames", "ten"], "ten"),
    (["{scene}", NODE, "--dream"], "--dream"),
)


def test_what_cannot_be_is_said_and_ends_with_2(hython: Hython, scene: Path) -> None:
    before = scene.read_text()
    for words, told in BAD:
        code, _, err = hython(*(word.format(folder=scene.parent, scene=scene) for word in words))
        assert code == 2, err
        assert told in err
    assert scene.read_text() == before


def test_what_fails_ends_with_1_and_the_scene_stays(
    hython: Hython, scene: Path, holds: Holds
) -> None:
    before = scene.read_text()
    code, _, err = hython(scene, "/img/copnet1/loose")
    assert (code, "nothing connected" in err) == (1, True), err
    holds.hold("oom:times=0")

    code, _, err = hython(scene, NODE)

    assert (code, "memory" in err) == (1, True), err
    assert scene.read_text() == before


def test_a_relay_that_is_not_there_ends_with_3(
    hython: Hython, scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMFY_RELAY_URL", "http://127.0.0.1:1")

    code, _, err = hython(scene, NODE, "--patience", "0")

    assert code == 3, err
    assert "Traceback" not in err


def test_a_copy_that_a_script_made_has_a_result_of_its_own(hython: Hython, scene: Path) -> None:
    hython(scene, NODE)
    with HouApp(gui=False, hda_path=(OTLS,)).installed() as hou:
        hou.hipFile.load(str(scene))
        first = hou.node(NODE)
        (copy,) = hou.copyNodesTo([first], first.parent())
        copy.setInput(0, first.inputs()[0])
        copy.setName("twin")
        hou.hipFile.save(str(scene))

    code, said, err = hython(scene, "/img/copnet1/twin")

    assert (code, "img_copnet1_twin/invert/v001" in said) == (0, True), err


def test_fill_generates_what_is_missing_and_tells_a_farm_of_it(hython: Hython, scene: Path) -> None:
    code, said, _ = hython(scene, NODE, "--frames", "1-3")
    bar = [line.split()[-1] for line in said.splitlines() if line.startswith("ALF_PROGRESS")]
    assert (code, bar[-1], len(bar)) == (0, "100%", len({*bar}))
    assert bar == sorted(bar, key=lambda each: int(each.rstrip("%")))
    folder = Path(said.rpartition("result ")[2].strip())
    first, second, third = sorted(folder.glob("*.png"))
    kept = first.stat().st_mtime_ns
    third.unlink()

    code, said, _ = hython(scene, NODE, "--fill")

    assert (code, Path(said.rpartition("result ")[2].strip())) == (0, folder)
    assert "ALF_PROGRESS" in said
    assert (first.stat().st_mtime_ns, second.is_file()) == (kept, True)
    assert code_values(str(third))[0] < code_values(str(first))[0]


def test_a_scene_that_is_kept_finds_the_result_in_houdini(
    hython: Hython, scene: Path, desktop: Desktop
) -> None:
    before = scene.read_text()

    assert hython(scene, NODE, "--keep-scene")[0] == 0

    assert scene.read_text() == before
    desktop.app.open(scene)
    node = desktop.app.node(NODE)
    desktop.until_shows(node, "found a result")


def test_who_interrupts_it_cancels_its_job_and_no_other(
    scene: Path, held: Rig, holds: Holds
) -> None:
    holds.hold()
    others = [held.submit("invert", {"image": png(picture())})["id"] for _ in range(4)]
    before, known = scene.read_text(), _jobs(held)
    path = {"PYTHONPATH": os.pathsep.join(sys.path), "HOUDINI_OTLSCAN_PATH": str(OTLS)}
    command = ["-m", "tests.fakes.hou_app", "-m", "comfyrelay_houdini.run", scene, NODE]
    with begun(
        [sys.executable, *command],
        cwd=ROOT, env={**os.environ, **path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        (job,) = eventually("a job", lambda: _jobs(held) - known)

        running.send_signal(signal.SIGINT)

        assert held.wait(job)["status"] == "canceled"
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 130, out + err
    assert "Traceback" not in err
    assert scene.read_text() == before
    holds.release()
    assert {held.wait(other)["status"] for other in others} == {"succeeded"}


def _jobs(held: Rig) -> set[str]:
    """All jobs of the user's."""
    return {each["id"] for each in held.client.get("/api/v2/jobs").json()["jobs"]}
