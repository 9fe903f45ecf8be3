"""A published workflow as its own gizmo: built from a command line, used and rendered in Nuke."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp, png
from tests.plugins.nuke.conftest import PLUGIN
from tests.plugins.nuke.test_click_to_picture import FARM, ROOT
from tests.plugins.shelf import Shelf, blended, param

PATH = os.pathsep.join(str(PLUGIN.parent / name) for name in ("common", "nuke"))


def built(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """`comfyrelay build-gizmo`, as a TD who has neither Nuke nor Qt."""
    environment = {
        "PYTHONPATH": PATH, "HOME": str(home), "COMFY_RELAY_URL": os.environ["COMFY_RELAY_URL"],
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "comfyrelay", "build-gizmo", *words],
        env=environment, cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def gizmos(at_home: Path, shelf: Shelf) -> Path:
    """A folder with `my-blend`, version 1, as a gizmo; the relay has a newer one meanwhile."""
    shelf.publish("my-blend", *blended())
    done = built("my-blend", "--version", "1", "--out", "gizmos", home=at_home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{Path('gizmos', 'my_blend_v1.gizmo')}\n"
    shelf.publish("my-blend", *blended(param("mode", "2", "blend_mode")))
    return at_home / "gizmos"


@pytest.fixture
def studio(gizmos: Path, tmp_path: Path) -> Iterator[Comp]:
    """A Nuke whose studio has that folder too."""
    app = NukeApp(plugin_path=(PLUGIN, gizmos))
    with app.installed() as nuke:
        yield Comp(app, nuke, tmp_path)
        app.quit()


def node_of(studio: Comp) -> Any:
    """Created from its own class, with both pictures connected."""
    white = studio.nuke.nodes.Constant(format="square_256", color=1)
    studio.plate.selectOnly()
    node = studio.nuke.createNode("my_blend_v1")
    node.setInput(2, white)
    return node


def test_a_workflows_own_gizmo_generates_at_once_with_its_version(
    studio: Comp, shelf: Shelf
) -> None:
    node = node_of(studio)
    assert (node.Class(), node.name()) == ("Group", "my_blend_v1")
    assert "workflow" not in node.knobs()  # it is one
    assert (node["p_mix"].value(), node["p_mix"].max()) == (0.25, 1)
    node["p_mix"].setValue(1)

    studio.generate(node)

    assert (png(node["result_file"].value()) == 255).all()
    assert shelf.sent(studio.kept(node)) == {"mix": 1.0}
    assert "v001" in node["status"].value()


def test_it_keeps_its_version_when_the_relay_has_a_newer_one_and_says_so(studio: Comp) -> None:
    node = node_of(studio)
    studio.app.pump_until(lambda: "relay has version" in node["about"].value())
    assert "This is version 1; the relay has version 2." in node["about"].value()
    node["p_mix"].setValue(0.75)

    studio.app.click(node, "refresh")
    studio.app.pump_until(lambda: not studio.app.pump())

    assert node["relay_version"].value() == "1"
    assert node["p_mix"].value() == 0.75
    assert "p_mode" not in node.knobs()
    assert "the relay has version 2" in node["about"].value()


def test_a_farm_without_the_gizmo_renders_it(studio: Comp, tmp_path: Path) -> None:
    node = node_of(studio)
    studio.generate(node)
    shown = studio.rendered(node)
    node.setName("ComfyRelay")
    studio.app.save(tmp_path / "own.nk")

    ran = subprocess.run(
        [sys.executable, "-c", FARM, str(tmp_path / "own.nk"), str(tmp_path / "farm.npy")],
        cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert np.array_equal(np.load(tmp_path / "farm.npy"), shown)


def test_a_text_workflow_becomes_a_gizmo_with_a_text(at_home: Path) -> None:
    assert built("caption", home=at_home).returncode == 0
    (file,) = at_home.glob("caption_v*.gizmo")
    app = NukeApp(plugin_path=(at_home,))
    with app.installed() as nuke:
        made = nuke.createNode(file.stem)
        assert made["p_detail"].value() == "more_detailed_caption"
        assert "text" in made.knobs()


def test_what_cannot_be_built_says_why(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (at_home / "file").write_text("")
    for code, words, sentence in (
        (2, ("no-such",), "no-such"),
        (2, ("blur", "--version", "99"), "99"),
        (1, ("blur", "--out", "file/folder"), "cannot be written"),
        (2, (), "Name a workflow"),
    ):
        done = built(*words, home=at_home)
        assert (done.returncode, done.stdout) == (code, ""), words
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr

    monkeypatch.setenv("COMFY_RELAY_URL", "http://127.0.0.1:1")
    away = built("blur", home=at_home)
    assert (away.returncode, away.stdout) == (3, "")
    assert "does not answer" in away.stderr
    assert list(at_home.glob("*.gizmo")) == []
