"""From the button to the picture, in a Houdini in software, with a real relay behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.artist import Holds
from tests.plugins.houdini.desktop import PLATE, Desktop, code_values, colour


def srgb(value: float) -> int:
    """Its code value."""
    coded = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * coded)


INVERTED = [255 - srgb(value) for value in PLATE[:3]]


def test_generate_shows_the_result(desktop: Desktop) -> None:
    node = desktop.node("invert")

    desktop.generate(node)

    file = node.evalParm("file1")
    assert Path(file).parts[-4:-1] == ("img_copnet1_workflow1", "invert", "v001")
    assert np.abs(np.array(code_values(file)) - INVERTED).max() <= 1
    shown = [srgb(value) for value in desktop.colour(node)]
    assert shown == code_values(file)
    assert node.evalParm("status").startswith("OK")
    assert node.userData("nodeinfo_comfyrelay") == node.evalParm("status")


def test_values_wires_and_the_result_are_there_when_the_scene_is_opened_again(
    desktop: Desktop, app: HouApp, tmp_path: Path
) -> None:
    node = desktop.node("blur")
    node.parm("p_radius").set(3)
    desktop.generate(node)
    shown, path = desktop.colour(node), node.path()

    app.save(tmp_path / "shot.hip")
    app.open(tmp_path / "shot.hip")

    again = app.node(path)
    assert again.evalParm("p_radius") == 3
    assert again.evalParm("version") == "v001"
    assert again.input(0) is not None
    assert np.array_equal(desktop.colour(again), shown)


def test_an_older_version_is_shown_from_the_menu(desktop: Desktop, app: HouApp) -> None:
    node = desktop.node("blur")
    desktop.generate(node)
    first = node.evalParm("file1")
    desktop.generate(node, "v002")
    assert node.parm("version").menuItems() == ("", "v002", "v001")

    app.enter(node, "version", "v001")

    desktop.until(lambda: node.evalParm("file1") == first, node)


def test_a_workflow_of_its_own_asset_needs_no_choice(desktop: Desktop) -> None:
    node = desktop.published("invert")

    desktop.generate(node)

    assert np.abs(np.array(code_values(node.evalParm("file1"))) - INVERTED).max() <= 1


def test_a_cook_while_it_generates_shows_what_is_connected(desktop: Desktop, holds: Holds) -> None:
    node = desktop.node("invert")
    holds.hold()
    desktop.app.click(node, "generate")
    desktop.until(lambda: desktop.kept(node).jobs, node)

    assert tuple(desktop.colour(node)) == PLATE[:3]

    holds.release()
    desktop.until(lambda: node.evalParm("version") == "v001", node)
    desktop.until_over(node)


def test_a_farm_renders_the_result_and_nothing_starts_there(
    desktop: Desktop, app: HouApp, tmp_path: Path
) -> None:
    node = desktop.node("invert")
    desktop.generate(node)
    shown, path = desktop.colour(node), node.path()
    app.save(tmp_path / "shot.hip")
    app.close()

    farm = HouApp(gui=False, hda_path=app.hda_path)
    with farm.installed() as hou:
        from comfyrelay_houdini import plugin

        farm.open(tmp_path / "shot.hip")
        assert np.array_equal(colour(hou, farm.node(path)), shown)
        assert plugin._PLUGINS == []


def test_hython_generates_a_range_and_saves_the_scene(
    desktop: Desktop, app: HouApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = tmp_path / "shot.hip"
    desktop.plate.parmTuple("f4")[0].setExpression("$F / 10")
    path = desktop.node("invert").path()
    app.save(scene)
    app.close()

    hython = HouApp(gui=False, hda_path=app.hda_path)
    with hython.installed():
        from comfyrelay_houdini.run import main

        code = main([str(scene), path, "-f", "1", "3"])
    said = capsys.readouterr().out

    assert code == 0
    assert "ALF_PROGRESS 100%" in said
    folder = Path(said.rpartition("result ")[2].strip())
    reds = [code_values(str(each))[0] for each in sorted(folder.glob("*.png"))]
    assert len(reds) == 3
    assert sorted(reds, reverse=True) == reds
    app.open(scene)
    assert app.node(path).evalParm("version") == "v001"
    assert app.node(path).parm("file1").unexpandedString().endswith("$F4.png")
