"""The zip, unpacked into an empty folder and named in HOUDINI_PACKAGE_DIR, works in each Houdini's
Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.built.conftest import Built
from tests.plugins.built.sessions import STUBS, Session, is_picture
from tests.pythons import python
from tests.rig import Rig

HOUDINIS = ("3.10", "3.11", "3.13")
"""The Pythons of Houdini 20.5 to 22."""
SESSION = Session(
    "houdini_session.py", "HOUDINI_PACKAGE_DIR", "comfyrelay-houdini/packages",
    {"COMFYRELAY_HOU_STUBS": str(STUBS / "hou-stubs")},
)  # fmt: skip


@pytest.mark.parametrize("version", HOUDINIS)
def test_an_artist_and_a_farm_generate_with_what_was_unpacked(
    version: str, built_for_houdini: Built, tmp_path: Path, rig: Rig
) -> None:
    runner = python(version)

    seen = SESSION.run(runner, built_for_houdini, tmp_path, rig, "shot.hip")

    assert seen["nodes"] == [
        "/img/copnet1/workflow1", "/img/copnet1/text_to_image1", "/obj/geo1/mesh1",
        "/tasks/topnet1/process1",
    ]  # fmt: skip
    assert (seen["prompt"], seen["version"]) == ("a [harbour] at {dawn}", "v001")
    assert seen["code"] == 0
    assert "ALF_PROGRESS 100%" in seen["said"]
    farmed = Path(seen["said"][-1].partition("result ")[2])
    assert farmed == Path(seen["file"]).parent.with_name("v002")
    (made,) = farmed.glob("*.png")
    assert all(map(is_picture, (seen["file"], seen["item"], made)))
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
