"""The zip, unpacked into an empty folder and named in HOUDINI_PACKAGE_DIR, works in each Houdini's
Python."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes.hou_app import HouApp
from tests.plugins.built.conftest import ROOT, Built
from tests.pythons import python
from tests.rig import Rig

SESSION = Path(__file__).with_name("houdini_session.py")
HOUDINIS = ("3.10", "3.11", "3.13")
"""The Pythons of Houdini 20.5 to 22."""
STUBS = Path(sysconfig.get_path("purelib"), "hou-stubs")


@pytest.mark.parametrize("version", HOUDINIS)
def test_an_artist_and_a_farm_generate_with_what_was_unpacked(
    version: str, built_for_houdini: Built, tmp_path: Path, rig: Rig
) -> None:
    runner = python(version)
    with zipfile.ZipFile(built_for_houdini.archive) as archive:
        archive.extractall(tmp_path / "for Houdini")
    packages = tmp_path / "for Houdini" / "comfyrelay-houdini" / "packages"
    (home := tmp_path / "home").mkdir()
    environment = {
        "HOME": str(home), "PYTHONPATH": str(ROOT), "COMFYRELAY_HOU_STUBS": str(STUBS),
        "HOUDINI_PACKAGE_DIR": str(packages), "COMFY_RELAY_URL": rig.url,
    }  # fmt: skip

    done = subprocess.run(
        [runner, "-sB", "-Werror", SESSION, tmp_path / "shot.hip"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    seen = json.loads(done.stdout)
    assert (seen["started"], seen["threads"], seen["left"]) == ([], 1, [])
    assert Path(seen["from"]).is_relative_to(packages)
    assert seen["nodes"] == [
        "/img/copnet1/workflow1", "/img/copnet1/text_to_image1", "/obj/geo1/mesh1",
        "/tasks/topnet1/process1",
    ]  # fmt: skip
    assert (seen["prompt"], seen["version"]) == ("a [harbour] at {dawn}", "v001")
    assert seen["code"] == 0
    assert "ALF_PROGRESS 100%" in seen["said"]
    assert seen["said"][-1] == f"result {Path(seen['file']).parent.with_name('v002')}"
    (farmed,) = Path(seen["said"][-1][7:]).glob("*.png")
    for path in (seen["file"], seen["item"], farmed):
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        assert pixels.shape == (64, 64, 3)
        assert pixels.std() > 0
    if runner == sys.executable:  # which has Qt
        assert seen["panel"] == "Comfy Relay Queue"


@pytest.mark.parametrize("version", [(20, 0, 724), (20, 5, 332), (22, 0, 368)])
def test_a_houdini_that_is_too_old_leaves_it_alone(
    version: tuple[int, int, int], built_for_houdini: Built
) -> None:
    packages = built_for_houdini.folder / "packages"
    with HouApp(gui=False, package_path=(packages,), version=version).installed() as hou:
        found = hou.nodeType("Cop/comfyrelay::workflow::1.0")
        assert (found is not None) == (version >= (20, 5, 0))
