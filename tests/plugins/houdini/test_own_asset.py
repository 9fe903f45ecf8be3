"""A published workflow as its own asset, with the workflow's connectors; and the SOP asset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from comfyrelay_houdini.build_hda import COMMAND
from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop, code_values
from tests.plugins.shelf import Shelf, blended, everything_form, everything_graph, param
from tests.rig import picture, png

LORAS = [{"name": "sim-film.safetensors", "strength_model": 0.5, "strength_clip": 0.25}]


@pytest.fixture
def app(at_home: Path, shelf: Shelf, tmp_path: Path) -> HouApp:
    """A studio that has `my-blend` and `all`, each version 1, as assets of their own."""
    form = everything_form()
    form["params"] = [
        {**each, "default": LORAS} if each["id"] == "loras" else each for each in form["params"]
    ]
    shelf.publish("my-blend", *blended())
    shelf.publish("all", everything_graph(), form)
    for name in ("my-blend", "all"):
        assert COMMAND.main([name, "--version", "1", "--out", str(tmp_path / "otls")]) == 0
    shelf.publish("my-blend", *blended(param("mode", "2", "blend_mode")))
    return HouApp(hda_path=(OTLS, tmp_path / "otls"))


def blend(desktop: Desktop) -> Any:
    """Its node, a black and a white picture connected by name."""
    node = desktop.cops.createNode("comfyrelay::published::my_blend")
    for name, level in (("under", 0), ("over", 1)):
        node.setNamedInput(name, desktop.constant((level, level, level, 1)), 0)
    return node


def test_each_connector_feeds_its_input_and_the_version_stays(desktop: Desktop) -> None:
    node = blend(desktop)
    node.parm("p_mix").set(1)

    desktop.app.click(node, "generate")
    desktop.until(lambda: node.evalParm("file1"), node)
    desktop.until_over(node)

    assert code_values(node.evalParm("file1")) == [255, 255, 255]  # all of `over`
    assert desktop.kept(node).version == "1"
    desktop.until(lambda: "the relay has version 2" in node.evalParm("about"), node)
    assert node.parm("p_mode") is None


def test_a_newer_asset_leaves_the_nodes_of_a_saved_scene_as_they_were(
    desktop: Desktop, app: HouApp, tmp_path: Path
) -> None:
    node = blend(desktop)
    node.parm("p_mix").set(0.75)
    path = node.path()
    app.save(tmp_path / "shot.hip")
    app.close()
    assert COMMAND.main(["my-blend", "--version", "2", "--out", str(tmp_path / "newer")]) == 0
    app.assets.install_folder(tmp_path / "newer")

    app.open(tmp_path / "shot.hip")

    again = app.node(path)
    assert again.type().name() == "comfyrelay::published::my_blend::1.0"
    assert (again.evalParm("p_mix"), again.parm("p_mode")) == (0.75, None)
    desktop.generate(again)
    assert desktop.kept(again).version == "1"
    newer = again.parent().createNode("comfyrelay::published::my_blend")
    assert newer.evalParm("p_mode") == "normal"


def test_a_new_node_has_the_loras_of_its_form(desktop: Desktop) -> None:
    node = desktop.cops.createNode("comfyrelay::published::all")

    assert node.evalParm("p_loras") == 1
    assert node.evalParm("p_loras_ROW1") == "sim-film.safetensors"
    assert node.evalParm("p_loras_ROW1_MODEL") == 0.5
    assert node.evalParm("p_loras_ROW1_CLIP") == 0.25


def test_a_picture_for_a_mesh_is_a_file(desktop: Desktop, tmp_path: Path) -> None:
    (tmp_path / "chair.png").write_bytes(png(picture(32, 24)))
    node = desktop.hou.node("/obj").createNode("geo").createNode("comfyrelay::mesh")
    desktop.choose(node, "invert")
    assert node.parm("p_image_FROM") is None  # it has no connectors to choose from

    desktop.app.click(node, "generate")
    desktop.until_shows(node, "nothing connected")
    desktop.app.enter(node, "picture", (tmp_path / "chair.png").as_posix())
    desktop.until(lambda: "PNG" in node.evalParm("sends"), node)
    desktop.generate(node)

    assert desktop.kept(node).outcome == "succeeded"
    assert node.evalParm("file1") == ""  # it is no mesh
