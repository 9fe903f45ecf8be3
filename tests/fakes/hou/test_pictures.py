"""Layers, cooks and renders: real pixels through an asset's real network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import pictures
from tests.fakes.hou_app import HouApp


@pytest.fixture
def plate(app: HouApp, cops: Any) -> Any:
    app.resolution = (6, 4)
    made = cops.createNode("constant")
    made.parmTuple("f4").set((0.25, 0.5, 2.0, 1.0))
    return made


def pixels(hou: Any, layer: Any, channels: int = 4) -> Any:
    data = layer.allBufferElements(hou.imageLayerStorageType.Float32, channels)
    width, height = layer.bufferResolution()
    return np.frombuffer(data, np.float32).reshape(height, width, channels)


def ramp(path: Path, height: int = 4) -> Any:
    """A file whose red grows from the bottom to the top."""
    rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], 6, axis=1)
    channels = {name: rows * (0.5 if name == "G" else 1) for name in "RGBA"}
    pictures.write_exr(
        path, pictures.File(channels, (0, 0, 6, height), (6, height), 0), False, "ZIP"
    )
    return rows


def test_a_layer_is_read_as_asked(hou: Any, plate: Any) -> None:
    layer = plate.layer()
    assert (layer.bufferResolution(), layer.channelCount()) == ((6, 4), 4)
    assert layer.storageType() == hou.imageLayerStorageType.Float32
    assert layer.isConstant()
    assert layer.dataWindow().size() == hou.Vector2(6, 4)
    assert pixels(hou, layer)[0, 0].tolist() == [0.25, 0.5, 2.0, 1.0]
    eight = layer.allBufferElements(hou.imageLayerStorageType.Fixed8, 3)
    assert list(eight[:3]) == [64, 128, 255]
    with pytest.raises(hou.OperationFailed, match="read-only"):
        layer.setAllBufferElements(b"")
    copied = layer.freeze()
    copied.setAllBufferElements(np.zeros((4, 6, 4), np.float32).tobytes())
    assert pixels(hou, copied).max() == 0
    assert pixels(hou, layer).max() == 2


@pytest.mark.parametrize("first", ["bottom", "top"])
def test_the_first_row_is_the_bottom_one_or_not(first: str, tmp_path: Path) -> None:
    rows = ramp(tmp_path / "a.exr")
    app = HouApp(layer_rows=first)
    with app.installed() as hou:
        file = hou.node("/img").createNode("copnet").createNode("file")
        file.parm("filename").set((tmp_path / "a.exr").as_posix())
        red = pixels(hou, file.layer())[:, :, 0]
        assert (red == (rows if first == "bottom" else rows[::-1])).all()


def test_an_asset_passes_its_input_through(hou: Any, node: Any, plate: Any) -> None:
    node.setInput(0, plate)
    assert pixels(hou, node.layer())[0, 0].tolist() == [0.25, 0.5, 2.0, 1.0]
    node.setInput(0, None)
    assert node.layer() is None


def test_a_result_is_read_and_stays_until_reload(hou: Any, node: Any, tmp_path: Path) -> None:
    ramp(tmp_path / "v001.exr")
    node.parm("result_path").set((tmp_path / "v001.exr").as_posix())
    assert pixels(hou, node.layer())[:, 0, 0].tolist() == [0, 1, 2, 3]
    ramp(tmp_path / "v001.exr", 8)
    assert node.layer().bufferResolution() == (6, 4)
    node.node("result").parm("reload").pressButton()
    assert node.layer().bufferResolution() == (6, 8)


def test_a_node_cooks_when_what_it_needs_has_changed(hou: Any, node: Any, plate: Any) -> None:
    node.setInput(0, plate)
    assert node.needsToCook()
    node.cook()
    count = node.cookCount()
    assert not node.needsToCook()
    node.cook()
    assert node.cookCount() == count
    plate.parm("f4x").set(0.75)
    assert node.needsToCook()
    assert pixels(hou, node.layer())[0, 0, 0] == 0.75
    assert node.cookCount() == count + 1
    node.setUserData("nodeinfo_status", "queued")
    assert not node.needsToCook()


@pytest.mark.parametrize(("dirties", "cooks"), [("all", True), ("referenced", False)])
def test_a_parm_that_nobody_reads_may_make_it_cook(dirties: str, cooks: bool, otls: Path) -> None:
    app = HouApp(hda_path=(otls,), parm_dirties=dirties)
    with app.installed() as hou:
        network = hou.node("/img").createNode("copnet")
        node, plate = network.createNode("studio::blend"), network.createNode("constant")
        node.setInput(0, plate)
        node.cook()
        node.parm("status").set("queued")
        assert node.needsToCook() is cooks
        node.cook()
        node.parm("result_path").set("/nowhere.exr")
        assert node.needsToCook()


def test_a_node_depends_on_time_as_what_it_is_wired_to(node: Any, plate: Any) -> None:
    node.setInput(0, plate)
    assert not node.isTimeDependent()
    plate.parm("f4x").setExpression("$F / 2")
    assert node.isTimeDependent()


def test_errors_fail_the_cook_and_are_told(hou: Any, node: Any) -> None:
    node.allowEditingOfContents()
    node.node("failed").parm("enable1").set(1)
    with pytest.raises(hou.OperationFailed, match="it failed"):
        node.cook()
    assert node.errors() == ("it failed",)
    node.node("failed").parm("severity1").set("warn")
    node.cook()
    assert (node.errors(), node.warnings()) == ((), ("it failed",))
    with pytest.raises(hou.OperationFailed):
        node.addWarning("not while it cooks")


def test_a_missing_file_is_an_error_or_a_colour(hou: Any, cops: Any) -> None:
    file = cops.createNode("file")
    file.parm("filename").set("/nowhere/a.exr")
    with pytest.raises(hou.OperationFailed, match=r"/nowhere/a\.exr"):
        file.layer()
    file.parm("missingdata").set("color")
    assert pixels(hou, file.layer())[0, 0].tolist() == [0, 0, 0, 1]


def test_a_rop_writes_each_frame(
    app: HouApp, hou: Any, node: Any, plate: Any, tmp_path: Path
) -> None:
    node.setInput(0, plate)
    plate.parm("f4x").setExpression("$F / 2")
    rop = node.node("send")
    rop.render(frame_range=(3, 4), output_file=f"{tmp_path.as_posix()}/new/in.$F4.exr")
    assert [run.path.name for run in app.rendering.executions] == ["in.0003.exr", "in.0004.exr"]
    file = pictures.read(tmp_path / "new" / "in.0004.exr")
    assert (file.size, file.channels["R"][0, 0], file.channels["B"][0, 0]) == ((6, 4), 2.0, 2.0)


def test_a_png_is_coded_unless_it_is_raw(hou: Any, cops: Any, plate: Any, tmp_path: Path) -> None:
    rop = cops.createNode("rop_image")
    rop.setParms({"coppath": "../constant1", "copoutput": (tmp_path / "a.png").as_posix()})
    rop.parm("execute").pressButton()
    coded = pictures.read(tmp_path / "a.png").channels["R"][0, 0]
    rop.parm("colorconversion").set(2)
    rop.render()
    raw = pictures.read(tmp_path / "a.png").channels["R"][0, 0]
    assert (round(float(coded) * 255), round(float(raw) * 255)) == (137, 64)


def test_a_rop_that_cannot_write_fails(
    app: HouApp, hou: Any, cops: Any, plate: Any, tmp_path: Path
) -> None:
    rop = cops.createNode("rop_image")
    with pytest.raises(hou.OperationFailed, match="no COP"):
        rop.render()
    rop.setParms({"coppath": "../constant1", "mkpath": 0})
    with pytest.raises(hou.OperationFailed, match="no folder"):
        rop.render(output_file=f"{tmp_path.as_posix()}/new/a.exr")
    app.press_escape = True
    with pytest.raises(hou.OperationInterrupted):
        rop.render()
