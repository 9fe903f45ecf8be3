"""The definition of an asset changes: under a scene that is open, or under one that was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comfyrelay import controls
from comfyrelay.controls import Control, Shown
from comfyrelay_houdini import assets
from comfyrelay_houdini.definition import Asset, files
from tests.fakes.hou_app import HouApp
from tests.plugins.artist import Holds
from tests.plugins.houdini.desktop import Desktop

ASSET = assets.workflow()
NOT_YET = ("relay_result_key", assets.FRESH, assets.COLOURS)


def release(folder: Path, asset: Asset) -> Path:
    """Written there, over what there was; its library."""
    for name, text in files(asset).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / asset.directory


@pytest.fixture
def app(tmp_path: Path) -> HouApp:
    """With an older release: it has a parm that is gone since, and lacks some that came."""
    before: Sequence[Shown] = [
        Control(controls.STRING, "gone", value="x"),
        *(each for each in ASSET.shown if getattr(each, "name", "") not in NOT_YET),
    ]
    release(tmp_path / "otls", replace(ASSET, shown=before))
    return HouApp(hda_path=(tmp_path / "otls",))


@pytest.fixture
def node(desktop: Desktop, holds: Holds, tmp_path: Path) -> Any:
    """It shows a result, and waits for the next one."""
    desktop.app.save(tmp_path / "shot.hip")
    made = desktop.node("blur")
    made.parm("p_radius").set(3)
    made.parm("gone").set("y")
    desktop.generate(made)
    holds.hold()
    desktop.start(made)
    return made


def is_whole(desktop: Desktop, node: Any) -> None:
    """Everything is as it was, and its job is found."""
    desktop.until(lambda: desktop.kept(node).outcome == "succeeded", node)
    desktop.until_over(node)
    assert node.evalParm("p_radius") == 3
    assert node.parm("gone") is None
    assert "v001" in node.parm("version").menuItems()[1:]
    assert node.evalParm("fresh_shown") == "made of what is connected and set"
    assert desktop.kept(node).result_key == desktop.kept(node).key
    assert node.evalParm("version") == desktop.kept(node).result != "v001"


def test_a_release_that_comes_while_a_job_runs(
    desktop: Desktop, node: Any, holds: Holds, tmp_path: Path
) -> None:
    before = desktop.kept(node)

    desktop.app.assets.install(release(tmp_path / "otls", ASSET))

    assert desktop.kept(node) == before
    holds.release()
    is_whole(desktop, node)


def test_a_release_under_a_saved_scene(
    desktop: Desktop, node: Any, holds: Holds, app: HouApp, tmp_path: Path
) -> None:
    path = node.path()
    app.save(tmp_path / "shot.hip")
    app.close()
    holds.release()
    app.assets.install(release(tmp_path / "otls", ASSET))

    app.open(tmp_path / "shot.hip")

    assert app.load_errors == [f"{path}: unknown parameter gone"]
    app.load_errors.clear()
    is_whole(desktop, app.node(path))
