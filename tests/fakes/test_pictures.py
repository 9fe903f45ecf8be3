"""Pictures: what a graph puts out, and what a Write really writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from tests.fakes.nuke_app import NotModelled, NukeApp, files

BUSY = "I'm already executing something else"


@pytest.fixture
def write(nuke: Any, tmp_path: Path) -> Callable[..., Any]:
    """Write what a node puts out at frame 1, and read it again."""

    def written(node: Any, frame: int = 1, suffix: str = "exr", **knobs: Any) -> Any:
        path = tmp_path / f"out{len(list(tmp_path.iterdir()))}.{suffix}"
        settings = {"file": str(path), "file_type": suffix, "channels": "rgba", "raw": True}
        made = nuke.nodes.Write(inputs=[node], **{**settings, **knobs})
        if suffix == "exr":
            made["datatype"].setValue("32 bit float")
        nuke.execute(made, frame, frame)
        return files.read(path)

    return written


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """An EXR with overscan: format 8x6, pixels from -2,-1 to 10,7, all different."""
    height, width = 8, 12
    values = np.arange(height * width, dtype=np.float32).reshape(height, width) / 7 - 3
    channels = {name: values + index for index, name in enumerate(files.RGBA)}
    channels["mask.a"] = values * 0 + np.float32(0.5)
    picture = files.File(channels, (-2, -1, 10, 7), (8, 6), 0)
    files.write_exr(tmp_path / "plate.exr", picture, False, "Zip (16 scanlines)")
    return tmp_path / "plate.exr"


def read(nuke: Any, path: Path, **knobs: Any) -> Any:
    return nuke.nodes.Read(file=str(path), raw=True, **knobs)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[n], other[n]) for n in one)


def test_the_top_row_of_a_file_is_the_top_of_the_picture(tmp_path: Path) -> None:
    values = np.array([[0, 0], [0, 0], [1, 1]], np.float32)  # the last row is the top one
    picture = files.File({"rgba.red": values}, (0, 0, 2, 3), (2, 3), 0)
    files.write_exr(tmp_path / "a.exr", picture, False, "none")
    with OpenEXR.File(str(tmp_path / "a.exr"), separate_channels=True) as opened:
        assert opened.channels()["R"].pixels.tolist() == [[1, 1], [0, 0], [0, 0]]
    files.write_png(tmp_path / "a.png", values[::-1, :, None] * 255, 8)
    with Image.open(tmp_path / "a.png") as png:
        assert np.asarray(png).tolist() == [[255, 255], [0, 0], [0, 0]]


def test_a_float_exr_passes_bit_for_bit_with_its_overscan(
    nuke: Any, plate: Path, write: Callable[..., Any]
) -> None:
    written = write(read(nuke, plate), channels="all", compression="RLE")
    original = files.read(plate)
    assert (written.box, written.size) == ((-2, -1, 10, 7), (8, 6))
    assert same(written.channels, original.channels)


def test_half_floats_lose_what_half_floats_lose(nuke: Any, plate: Path, tmp_path: Path) -> None:
    made = nuke.nodes.Write(inputs=[read(nuke, plate)], file=str(tmp_path / "h.exr"), raw=True)
    nuke.execute(made, 1, 1)
    written, original = files.read(tmp_path / "h.exr"), files.read(plate)
    expected = original.channels["rgba.red"].astype(np.float16).astype(np.float32)
    assert np.array_equal(written.channels["rgba.red"], expected)
    assert set(written.channels) == {"rgba.red", "rgba.green", "rgba.blue"}


@pytest.mark.parametrize(("datatype", "most"), [("8 bit", 255), ("16 bit", 65535)])
def test_a_png_has_the_code_values_of_its_colour_space(
    nuke: Any, write: Callable[..., Any], datatype: str, most: int
) -> None:
    grey = nuke.nodes.Constant(format="square_256", color=[0.18, -1, 7, 0.5])
    written = write(grey, suffix="png", raw=False, colorspace="sRGB", datatype=datatype)
    codes = [round(float(written.channels[n][0, 0]) * most) for n in files.RGBA]
    assert codes == [round(0.46135613 * most), 0, most, round(0.5 * most)]
    raw = write(grey, suffix="png", raw=True, datatype=datatype)
    assert round(float(raw.channels["rgba.red"][0, 0]) * most) == round(0.18 * most)


def test_a_png_comes_back_as_the_light_that_it_was(
    nuke: Any, tmp_path: Path, write: Callable[..., Any]
) -> None:
    codes = np.arange(256, dtype=np.uint16).reshape(16, 16, 1).repeat(3, axis=2) * 257
    files.write_png(tmp_path / "ramp.png", codes, 16)
    ramp = nuke.nodes.Read(file=str(tmp_path / "ramp.png"), auto_alpha=True)
    assert ramp["colorspace"].value() == "default (sRGB)"
    linear = write(ramp).channels
    assert linear["rgba.red"].max() == 1
    assert linear["rgba.alpha"].min() == 1
    back = write(ramp, suffix="png", raw=False, datatype="16 bit", channels="rgb")
    assert same(back.channels, files.read(tmp_path / "ramp.png").channels)


def test_a_16_bit_png_of_others_is_read(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 65536, (5, 9), dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / "grey.png")
    found = files.read(tmp_path / "grey.png")
    assert np.array_equal(np.rint(found.channels["rgba.green"][::-1] * 65535), values)


def test_through_the_mask_the_plate_is_untouched_outside(
    nuke: Any, plate: Path, tmp_path: Path, write: Callable[..., Any]
) -> None:
    original = files.read(plate)
    values = np.zeros((6, 8), np.float32)
    values[:, :4] = 1
    values[:, 4] = 0.5
    mask = files.File({"rgba.alpha": values}, (0, 0, 8, 6), (8, 6), 0)
    files.write_exr(tmp_path / "mask.exr", mask, False, "none")
    result = files.File(dict.fromkeys(files.RGBA, values * 0 + 9), (0, 0, 8, 6), (8, 6), 0)
    files.write_exr(tmp_path / "result.exr", result, False, "none")
    node = nuke.createNode("Blend")
    node.setInput(0, read(nuke, plate))
    node.setInput(1, read(nuke, tmp_path / "mask.exr"))
    node.node("Result")["file"].setValue(str(tmp_path / "result.exr"))
    node["mode"].setValue("through mask")

    red = write(node).channels["rgba.red"]

    before = original.channels["rgba.red"]
    assert np.array_equal(red[:, 7:], before[:, 7:])
    assert np.all(red[1:7, 2:6] == 9)
    assert red[1, 6] == np.float32(9) * np.float32(0.5) + before[1, 6] * np.float32(0.5)


def test_premultiplying_and_back(nuke: Any, write: Callable[..., Any]) -> None:
    plate = nuke.nodes.Constant(format="square_256", color=[0.5, 1, 2, 0.25])
    premult = nuke.nodes.Premult(inputs=[plate])
    both = nuke.nodes.Unpremult(inputs=[premult])
    pixel = [write(premult).channels[n][0, 0] for n in files.RGBA]
    assert pixel == [0.125, 0.25, 0.5, 0.25]
    assert write(both).channels["rgba.blue"][0, 0] == 2
    clear = nuke.nodes.Unpremult(
        inputs=[nuke.nodes.Constant(format="square_256", color=[0.5, 1, 2, 0])]
    )
    assert write(clear).channels["rgba.green"][0, 0] == 1


def test_cropping_and_fitting(nuke: Any, plate: Path, write: Callable[..., Any]) -> None:
    source = read(nuke, plate)
    crop = nuke.nodes.Crop(inputs=[source], box=[0, 0, 8, 6])
    assert write(crop).box == (0, 0, 8, 6)
    small = nuke.nodes.Crop(inputs=[source], box=[2, 1, 6, 5], reformat=True)
    written = write(small)
    assert (written.size, written.box, small.width()) == ((4, 4), (0, 0, 4, 4), 4)
    assert np.array_equal(
        written.channels["rgba.red"], files.read(plate).channels["rgba.red"][2:6, 4:8]
    )
    wide = nuke.nodes.Reformat(
        inputs=[source], type="to box", box_width=16, box_height=8, box_fixed=True, resize="none"
    )
    written = write(wide)
    assert written.size == (16, 8)
    assert np.array_equal(
        written.channels["rgba.red"][1:7, 4:12], files.read(plate).channels["rgba.red"][1:7, 2:10]
    )
    assert (wide.width(), wide.height()) == (16, 8)


def test_shuffling_channels(nuke: Any, plate: Path, write: Callable[..., Any]) -> None:
    shuffle = nuke.nodes.Shuffle(inputs=[read(nuke, plate)], alpha="white", red="alpha")
    channels, before = write(shuffle).channels, files.read(plate).channels
    assert np.array_equal(channels["rgba.red"], before["rgba.alpha"])
    assert np.all(channels["rgba.alpha"] == 1)
    second = nuke.nodes.Shuffle2(inputs=[read(nuke, plate)])
    second["mappings"].setValue("1 mask.a 0 0 rgba.alpha 0 3")
    assert np.all(write(second).channels["rgba.alpha"] == 0.5)


def test_copying_a_channel(nuke: Any, plate: Path, write: Callable[..., Any]) -> None:
    source = read(nuke, plate)
    copy = nuke.nodes.Copy(inputs=[nuke.nodes.Constant(format="square_256"), source])
    copy["from0"].setValue("mask.a")
    written = write(nuke.nodes.Crop(inputs=[copy], box=[0, 0, 8, 6]))
    assert np.all(written.channels["rgba.alpha"] == 0.5)
    assert np.all(written.channels["rgba.red"] == 0)


def test_a_box_follows_the_format(nuke: Any, plate: Path, write: Callable[..., Any]) -> None:
    crop = nuke.nodes.Crop(inputs=[read(nuke, plate)])
    crop["box"].fromScript("{0 0 {width} {input.height}}")
    assert crop["box"].value() == (0, 0, 8, 6)
    assert write(crop).box == (0, 0, 8, 6)
    assert crop["box"].toScript() == "{0 0 {width} {input.height}}"


def test_merging_and_grading(nuke: Any, write: Callable[..., Any]) -> None:
    below = nuke.nodes.Constant(format="square_256", color=[1, 1, 1, 1])
    above = nuke.nodes.Constant(format="square_256", color=[0.25, 0, 0, 0.5])
    merge = nuke.nodes.Merge2(inputs=[below, above])
    assert merge["operation"].value() == "over"
    assert write(merge).channels["rgba.red"][0, 0] == 0.75
    grade = nuke.nodes.Grade(inputs=[below], multiply=0.5, add=0.25)
    assert write(grade).channels["rgba.red"][0, 0] == 0.75
    grade["disable"].setValue(True)
    assert write(grade).channels["rgba.red"][0, 0] == 1


def test_values_of_each_frame(nuke: Any, write: Callable[..., Any]) -> None:
    plate = nuke.nodes.Constant(format="square_256")
    plate["color"].setExpression("frame / 8")
    shifted = nuke.nodes.TimeOffset(inputs=[plate], time_offset=2)
    held = nuke.nodes.FrameHold(inputs=[plate], first_frame=7)
    reds = [write(n, frame=4).channels["rgba.red"][0, 0] for n in (plate, shifted, held)]
    assert reds == [0.5, 0.25, 0.875]
    assert nuke.frame() == 1


def test_frames_before_after_and_missing(
    nuke: Any, tmp_path: Path, write: Callable[..., Any]
) -> None:
    for frame in (1, 2, 4):
        values = np.full((2, 2), frame, np.float32)
        picture = files.File({"rgba.red": values}, (0, 0, 2, 2), (2, 2), 0)
        files.write_exr(tmp_path / f"f.{frame:04d}.exr", picture, False, "none")
    node = read(nuke, tmp_path / "f.####.exr", first=1, last=4)

    def red(frame: int) -> float:
        return float(write(node, frame=frame, channels="all").channels["rgba.red"][0, 0])

    assert (red(0), red(2), red(9)) == (1, 2, 4)
    node["after"].setValue("black")
    assert red(9) == 0
    node["after"].setValue("loop")
    assert red(6) == 2
    with pytest.raises(RuntimeError, match=r"f\.0003\.exr"):
        red(3)
    assert not node.hasError()
    nuke.frame(3)
    assert node.hasError()
    node["on_error"].setValue("black")
    assert red(3) == 0
    node["on_error"].setValue("nearest frame")
    assert red(3) in (2, 4)
    node["on_error"].setValue("checkerboard")
    assert write(node, frame=3).size == (2048, 1556)


def test_a_file_is_read_once_until_it_is_reloaded(
    nuke: Any, tmp_path: Path, write: Callable[..., Any]
) -> None:
    def draw(value: float) -> None:
        picture = files.File(
            {"rgba.red": np.full((2, 2), value, np.float32)}, (0, 0, 2, 2), (2, 2), 0
        )
        files.write_exr(tmp_path / "a.exr", picture, False, "none")

    node = read(nuke, tmp_path / "a.exr", on_error="black")
    red = lambda: float(write(node).channels.get("rgba.red", np.zeros((1, 1)))[0, 0])  # noqa: E731
    assert red() == 0  # nothing there
    draw(1)
    assert red() == 0
    node["reload"].execute()
    assert red() == 1
    draw(2)
    assert red() == 1
    node["reload"].execute()
    assert red() == 2


def test_an_execution_is_recorded_with_the_knobs_of_that_moment(
    app: NukeApp, nuke: Any, tmp_path: Path
) -> None:
    plate = nuke.nodes.Constant(format="square_256")
    made = nuke.nodes.Write(inputs=[plate], file=str(tmp_path / "a.%04d.exr"))
    made["channels"].setValue("rgba")
    nuke.execute(made, 1, 5, 2)
    made["channels"].setValue("alpha")
    assert [(e.node, e.frame, e.path.name) for e in app.renderer.executions] == [
        ("Write1", 1, "a.0001.exr"), ("Write1", 3, "a.0003.exr"), ("Write1", 5, "a.0005.exr"),
    ]  # fmt: skip
    assert app.renderer.executions[0].knobs["channels"] == "rgba"
    assert app.renderer.executions[0].knobs["datatype"] == "16 bit half"
    last = [entry[1:] for entry in app.changes.log if entry[0] == "Write1"][-4:]
    assert last == [("execute", "1"), ("execute", "3"), ("execute", "5"), ("channels", "alpha")]


def test_ranges_views_and_callbacks(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    nuke.root()["views"].fromScript("{left ''} {right ''}")
    plate = nuke.nodes.Constant(format="square_256")
    made = nuke.nodes.Write(inputs=[plate], file=str(tmp_path / "a.%V.####.exr"))
    ran: list[str] = []
    for event in ("BeforeRender", "BeforeFrameRender", "AfterFrameRender", "AfterRender"):
        getattr(nuke, f"add{event}")(ran.append, args=(event,))
    nuke.execute(made, nuke.FrameRanges("3 5-6"), ["left", "right"])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f"a.{view}.000{n}.exr" for view in ("left", "right") for n in (3, 5, 6)
    ]
    assert (ran[0], ran[-1], len(ran)) == ("BeforeRender", "AfterRender", 14)


def test_nothing_is_executed_inside_an_execution(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    plate = nuke.nodes.Constant(format="square_256")
    made = nuke.nodes.Write(inputs=[plate], file=str(tmp_path / "a.exr"))
    nuke.addBeforeRender(lambda: nuke.execute(made, 2, 2))
    nuke.execute(made, 1, 1)
    assert BUSY in app.errors.pop()
    with app.rendering():
        assert nuke.executing()
        with pytest.raises(RuntimeError, match=BUSY):
            nuke.execute(made, 1, 1)
    assert not nuke.executing()


def test_a_cancelled_render_leaves_the_frames_before(
    app: NukeApp, nuke: Any, tmp_path: Path
) -> None:
    plate = nuke.nodes.Constant(format="square_256")
    made = nuke.nodes.Write(inputs=[plate], file=str(tmp_path / "a.####.exr"))
    app.renderer.cancel_at = 3
    with pytest.raises(RuntimeError, match="Cancelled"):
        nuke.execute(made, 1, 5)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.0001.exr", "a.0002.exr"]
    assert not nuke.executing()


def test_what_cannot_be_executed(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    plate = nuke.nodes.Constant(format="square_256")
    made = nuke.nodes.Write(inputs=[plate])
    for node, problem in ((plate, "not executable"), (made, "no file name")):
        with pytest.raises(RuntimeError, match=problem):
            nuke.execute(node, 1, 1)
    made["file"].setValue(str(tmp_path / "no" / "folder" / "a.exr"))
    with pytest.raises(RuntimeError, match="No such file or directory"):
        nuke.execute(made, 1, 1)
    made["create_directories"].setValue(True)
    nuke.execute("Write1", 1, 1)
    nuke.nodes.Text2()
    made.setInput(0, nuke.toNode("Text1"))
    with pytest.raises(NotModelled, match="pixels of a Text2"):
        nuke.execute(made, 1, 1)


@pytest.mark.parametrize(("rule", "files_written"), [("refuses", 0), ("skips", 0), ("writes", 1)])
def test_what_a_disabled_write_does_is_a_choice(
    tmp_path: Path, rule: str, files_written: int
) -> None:
    app = NukeApp(disabled_write=rule)
    with app.installed() as nuke:
        plate = nuke.nodes.Constant(format="square_256")
        made = nuke.nodes.Write(inputs=[plate], file=str(tmp_path / "a.exr"), disable=True)
        if rule == "refuses":
            with pytest.raises(RuntimeError, match="is disabled"):
                nuke.execute(made, 1, 1)
        else:
            nuke.execute(made, 1, 1)
    assert len(list(tmp_path.iterdir())) == files_written


def test_proxy_mode_halves_what_is_written(
    app: NukeApp, nuke: Any, plate: Path, write: Callable[..., Any]
) -> None:
    nuke.root()["proxy"].setValue(True)
    assert write(read(nuke, plate)).size == (4, 3)
    nuke.root()["proxy"].setValue(False)
    assert write(read(nuke, plate)).size == (8, 6)


def test_ranges_of_frames_go_downstream(nuke: Any, plate: Path) -> None:
    node = nuke.createNode("Blend")
    source = read(nuke, plate, first=1001, last=1010)
    node.setInput(0, nuke.nodes.Dot(inputs=[source]))
    node["mode"].setValue("plate")
    assert (node.firstFrame(), node.lastFrame()) == (1001, 1010)
    assert list(node.frameRange())[:2] == [1001, 1002]
    assert (node.width(), node.format().height(), node.bbox().x()) == (8, 6, -2)
    assert node.sample("red", 0, 0) == files.read(plate).channels["rgba.red"][1, 2]
