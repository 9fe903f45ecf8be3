"""What is inside our assets does what it is for: native nodes alone, in the fake Houdini.

Nothing of the plugin acts here: the assets are written without their events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comfyrelay_houdini import assets, build_hda, inner
from comfyrelay_houdini.definition import files
from comfyrelay_houdini.published import published
from relay_server.workflow_files import STARTERS
from tests.fakes import pictures
from tests.fakes.hou_app import HouApp

ALL = [*(make() for make in assets.ASSETS), *map(published, build_hda.starters(STARTERS))]
NETWORKS = {"Cop": ("/img", "copnet"), "Sop": ("/obj", "geo"), "Top": ("/tasks", "topnet")}
PLATE, MATTE, RESULT = (0.25, 0.5, 2.0, 1.0), (1.0, 1.0, 1.0, 1.0), (4.0, 0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def otls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that ship, without what acts on nodes."""
    folder = tmp_path_factory.mktemp("otls")
    for asset in ALL:
        for name, text in files(replace(asset, events={})).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def hou(otls: Path) -> Iterator[Any]:
    """A session in which they are installed; that nothing was wrong with them ends it."""
    app = HouApp(hda_path=(otls,))
    app.resolution = (6, 4)
    with app.installed() as module:
        yield module
        app.quit()


@pytest.fixture
def cops(hou: Any) -> Any:
    """A network of Copernicus."""
    return hou.node("/img").createNode("copnet")


def constant(cops: Any, colour: tuple[float, ...]) -> Any:
    """A node with one colour."""
    made = cops.createNode("constant")
    made.parmTuple("f4").set(colour)
    return made


def exr(path: Path, colour: tuple[float, ...]) -> str:
    """A file with one colour."""
    channels = {c: np.full((4, 6), v, np.float32) for c, v in zip("RGBA", colour, strict=True)}
    pictures.write_exr(path, pictures.File(channels, (0, 0, 6, 4), (6, 4), 0), False, "ZIP")
    return path.as_posix()


def colour(node: Any, output: int = 0) -> tuple[float, ...]:
    """Of the first pixel that a node puts out."""
    import hou

    raw = node.layer(output).allBufferElements(hou.imageLayerStorageType.Float32, 4)
    return tuple(np.frombuffer(raw, np.float32)[:4].tolist())


def test_each_is_made_without_a_word(hou: Any) -> None:
    networks = {table: hou.node(at).createNode(kind) for table, (at, kind) in NETWORKS.items()}
    for asset in ALL:
        node = networks[asset.table].createNode(asset.type_name)
        assert [child.name() for child in node.children()] == [each.name for each in asset.nodes]


def test_a_node_shows_its_plate_until_it_has_a_result(cops: Any, tmp_path: Path) -> None:
    node = cops.createNode("comfyrelay::published::inpaint")
    node.setInput(0, constant(cops, PLATE))
    assert colour(node) == PLATE
    node.parm("file1").set(exr(tmp_path / "a.exr", RESULT))
    assert colour(node) == RESULT
    node.parm("show").set("input")
    assert colour(node) == PLATE


def test_a_file_that_is_made_anew_is_read_again(cops: Any, tmp_path: Path) -> None:
    node = cops.createNode("comfyrelay::published::upscale")
    node.parm("file1").set(exr(tmp_path / "a.exr", RESULT))
    assert colour(node) == RESULT
    exr(tmp_path / "a.exr", PLATE)
    node.node(inner.result_node(1)).parm("reload").pressButton()
    assert colour(node) == PLATE


def test_each_output_has_its_own_file(cops: Any, tmp_path: Path) -> None:
    node = cops.createNode("comfyrelay::workflow")
    node.setInput(0, constant(cops, PLATE))
    node.parm("file3").set(exr(tmp_path / "a.exr", RESULT))
    assert [colour(node, output) for output in range(4)] == [PLATE, PLATE, RESULT, PLATE]


def test_nothing_connected_and_nothing_made_is_black(cops: Any) -> None:
    for name in ("workflow", "published::inpaint", "published::text_to_image"):
        assert colour(cops.createNode(f"comfyrelay::{name}"))[:3] == (0.0, 0.0, 0.0)


def test_a_frame_that_is_missing_is_an_error(hou: Any, cops: Any, tmp_path: Path) -> None:
    node = cops.createNode("comfyrelay::published::upscale")
    node.setInput(0, constant(cops, PLATE))
    exr(tmp_path / "a.0001.exr", RESULT)
    node.parm("file1").set(f"{tmp_path.as_posix()}/a.$F4.exr")
    assert colour(node) == RESULT
    hou.setFrame(2)
    with pytest.raises(hou.OperationFailed):
        node.layer(0)


@pytest.mark.parametrize("number", [1, 2])
def test_an_input_is_written_as_it_is(cops: Any, tmp_path: Path, number: int) -> None:
    node = cops.createNode("comfyrelay::published::inpaint")
    node.setInput(0, constant(cops, PLATE))
    node.setInput(1, constant(cops, MATTE))
    path = tmp_path / "new" / "plate.exr"
    node.parm("export_input").set(number)
    node.parm("export_file").set(path.as_posix())
    node.node("export").render()
    found = pictures.read(path)
    assert [float(found.channels[c][0, 0]) for c in "RGBA"] == [*(PLATE, MATTE)[number - 1]]


@pytest.mark.parametrize(
    ("file", "kind", "told"), [("", 2, 1), ("/a/b.glb", 1, 0), ("/a/b.obj", 0, 0)]
)
def test_a_mesh_is_read_by_its_kind(hou: Any, file: str, kind: int, told: int) -> None:
    node = hou.node("/obj").createNode("geo").createNode("comfyrelay::mesh")
    node.parm("file1").set(file)
    assert node.node("kind").evalParm("input") == kind
    assert node.node("not_generated").evalParm("enable1") == told
    node.parm("up_axis").set("z")
    node.parm("scale").set(2.5)
    assert node.node("axis").evalParm("input") == 1
    assert node.node("placed").evalParm("scale") == 2.5
