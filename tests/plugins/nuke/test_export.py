"""What the Write inside is told, and in which order; what it writes; and that nothing stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from comfyrelay.errors import ExportFailed, PluginError
from comfyrelay.form import Form, Input, Output
from tests.fakes.nuke_app import NukeApp, files

GIZMOS = Path(__file__).parents[3] / "plugins" / "nuke" / "gizmos"
PLATE, MASK = Input("image", loader="LoadImage"), Input("mask", kind="mask", loader="LoadImageMask")
STOCK = Form("stock", 1, "h", inputs=(PLATE, MASK), outputs=(Output("o", saver="SaveImage"),))
FLOAT = replace(
    STOCK,
    inputs=tuple(replace(each, loader="ComfyRelayLoadEXR") for each in STOCK.inputs),
    outputs=(Output("o", saver="ComfyRelaySaveEXR"),),
)
SIZE = 16  # of the plate's format


class Outward:
    """A node whose plate and mask are files, and what it writes for a relay."""

    def __init__(self, app: NukeApp, nuke: Any, folder: Path) -> None:
        self.app, self.nuke, self.folder = app, nuke, folder
        nuke.addFormat(f"{SIZE} {SIZE} small")
        nuke.root()["format"].setValue("small")
        self.node = nuke.createNode("ComfyRelay")

    def wire(self, number: int, box: files.Box | None = None, **channels: Any) -> Any:
        """Connect a picture: channels over a box, the format's if none is named."""
        path = self.folder / f"plate{number}.exr"
        whole = {f"rgba.{name}": pixels for name, pixels in channels.items()}
        made = files.File(whole, box or (0, 0, SIZE, SIZE), (SIZE, SIZE), 0)
        files.write_exr(path, made, half=False, compression="none")
        read = self.nuke.nodes.Read(file=str(path), raw=True)
        self.node.setInput(number, read)
        return read

    def file(
        self, form: Form = FLOAT, kind: str = "image", depth: str = "32f", alpha: bool = False
    ) -> Path:
        """What is written for an input of the form at the current frame."""
        from comfyrelay.dcc import Export
        from comfyrelay.sending import sending
        from comfyrelay_nuke.node import GizmoNode

        node = GizmoNode(self.node)
        node.keep({"form": form.to_text()}, modifies=False)
        wanted = next(each for each in form.inputs if each.kind == kind)
        how = sending(form, wanted, depth, alpha)
        path = self.folder / f"{kind}{how.suffix}"
        return node.export(Export(wanted, self.nuke.frame(), path, how))

    def told(self) -> list[tuple[str, str]]:
        """What was done to the Write, in order."""
        name = f"{self.node.fullName()}.Export"
        return [(knob, value) for node, knob, value in self.app.changes.log if node == name]


Start = Callable[..., Outward]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A Nuke with the gizmo, whose answers to what nobody knows are chosen."""
    running = []

    def started(**answers: Any) -> Outward:
        app = NukeApp(plugin_path=(GIZMOS,), **{"gui": False, **answers})
        installed = app.installed()
        running.append(installed)
        return Outward(app, installed.__enter__(), tmp_path)

    yield started
    for each in running:
        each.__exit__(None, None, None)


def ramp(seed: int = 0, height: int = SIZE, width: int = SIZE) -> NDArray[np.float32]:
    """Dark, bright, negative, and no number that 16 bits have."""
    found = np.random.default_rng(seed).uniform(-0.5, 8, (height, width))
    return found.astype(np.float32)


def colours(seed: int = 0) -> dict[str, NDArray[np.float32]]:
    return {name: ramp(seed + at) for at, name in enumerate(("red", "green", "blue", "alpha"))}


def read(path: Path) -> dict[str, NDArray[np.float32]]:
    return {name.removeprefix("rgba."): p for name, p in files.read(path).channels.items()}


def same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(found[name].tobytes() == wanted[name].tobytes() for name in wanted)


# what the Write is told


@pytest.mark.parametrize(("depth", "datatype"), [("32f", "32 bit float"), ("16f", "16 bit half")])
def test_float_goes_as_a_raw_exr(start: Start, depth: str, datatype: str) -> None:
    out = start()
    out.wire(0, **colours())

    path = out.file(FLOAT, depth=depth)

    assert out.told() == [
        ("disable", "false"),
        ("file", path.as_posix()),
        ("channels", "rgba"),
        *([("datatype", f'"{datatype}"')] if depth == "32f" else []),
        ("compression", '"Zip (1 scanline)"'),
        ("raw", "true"),
        ("execute", "1"),
        ("disable", "true"),
        ("file", '""'),
    ]
    (done,) = out.app.renderer.executions
    assert (done.knobs["file_type"], done.knobs["datatype"]) == ("exr", datatype)
    kind = np.float32 if depth == "32f" else np.float16
    sent = {name: pixels.astype(kind).astype(np.float32) for name, pixels in colours().items()}
    assert same(read(path), sent)


def test_the_kind_of_file_is_told_before_the_knobs_that_come_with_it(start: Start) -> None:
    out = start()
    out.wire(0, **colours())
    out.file(FLOAT)
    del out.app.changes.log[:]

    path = out.file(STOCK)

    assert out.told() == [
        ("disable", "false"),
        ("file", path.as_posix()),
        ("file_type", "png"),
        ("channels", "rgb"),
        ("raw", "false"),
        ("colorspace", "sRGB"),
        ("execute", "1"),
        ("disable", "true"),
        ("file", '""'),
    ]
    assert out.app.renderer.executions[-1].knobs["datatype"] == "8 bit"


@pytest.mark.parametrize(
    ("management", "config", "wish", "named"),
    [
        ("Nuke", "nuke-default", "", "sRGB"),
        ("OCIO", "nuke-default", "", "sRGB"),
        ("OCIO", "aces_1.2", "", "Utility - sRGB - Texture"),
        ("OCIO", "aces_1.2", "utility - linear - srgb", "Utility - Linear - sRGB"),
        ("OCIO", "aces_1.2", "color_picking", "color_picking"),
    ],
)
def test_a_png_goes_through_a_colourspace_that_the_script_has(
    start: Start, management: str, config: str, wish: str, named: str
) -> None:
    out = start()
    out.wire(0, **colours())
    out.nuke.root()["colorManagement"].setValue(management)
    out.nuke.root()["OCIO_config"].setValue(config)
    out.node["colourspace"].setValue(wish)

    out.file(STOCK)

    (done,) = out.app.renderer.executions
    assert (done.knobs["colorspace"], done.knobs["raw"]) == (named, "0")


@pytest.mark.parametrize(("config", "wish"), [("custom", ""), ("aces_1.2", "LogC")])
def test_a_colourspace_that_is_not_there_is_told(start: Start, config: str, wish: str) -> None:
    out = start()
    out.wire(0, **colours())
    out.nuke.root()["colorManagement"].setValue("OCIO")
    out.nuke.root()["OCIO_config"].setValue(config)
    out.node["colourspace"].setValue(wish)
    before = kept(out)

    with pytest.raises(ExportFailed, match=f"no colourspace '{wish or 'sRGB'}'") as told:
        out.file(STOCK)

    assert "PNG colourspace" in told.value.hint
    assert kept(out) == before
    assert not out.app.renderer.executions


def test_a_file_that_nuke_named_otherwise_is_told(start: Start) -> None:
    out = start()
    out.wire(0, **colours())
    (out.folder / "shot12").mkdir()
    out.folder = out.folder / "shot#2"  # to Nuke, the frame's number
    out.folder.mkdir()

    with pytest.raises(ExportFailed, match="Nuke wrote no file for image at frame 1"):
        out.file(FLOAT)


# what is put back


def kept(out: Outward) -> dict[str, Any]:
    """All that an export must leave as it was."""
    root = out.nuke.root()
    inside = {
        f"{name}.{knob}": out.node.node(name)[knob].toScript()
        for name, knob in (
            ("Export", "disable"), ("Export", "file"), ("Export", "views"), ("Pick", "which"),
            ("Straight", "disable"), ("MatteToRgb", "disable"),
        )
    }  # fmt: skip
    script = {name: root[name].toScript() for name in ("proxy", "format", "views", "frame")}
    return {**inside, **script, "modified": root.modified(), "undo": out.nuke.Undo.undoSize()}


def succeed(out: Outward) -> None:
    """Nothing is in the way."""


def fail(out: Outward) -> None:
    out.node.input(0)["file"].setValue("/nowhere.exr")


def cancel(out: Outward) -> None:
    out.app.renderer.cancel_at = 7


@pytest.mark.parametrize(
    ("answers", "prepare", "code"),
    [
        ({}, succeed, ""),
        ({"gui": True}, succeed, ""),
        ({}, fail, "export_failed"),
        ({}, cancel, "canceled"),
        ({"cancelled": "CancelledError"}, cancel, "canceled"),
    ],
)
def test_the_script_is_as_before(
    start: Start, answers: dict[str, Any], prepare: Callable[[Outward], None], code: str
) -> None:
    out = start(**answers)
    out.wire(0, **colours())
    prepare(out)
    root = out.nuke.root()
    root["proxy"].setValue(True)
    root["frame"].setValue(7)
    root.setModified(False)
    before = kept(out)

    told = ""
    try:
        found = files.read(out.file(FLOAT))
        assert found.size == (SIZE, SIZE)  # and not the proxy's
    except PluginError as error:
        told = error.code

    assert told == code
    assert kept(out) == before


def test_in_a_group_inside_a_script_in_proxy_mode_the_whole_plate_goes(start: Start) -> None:
    out = start()
    plate = out.wire(0, **colours())
    group = out.nuke.nodes.Group()
    with group:
        outside = out.nuke.nodes.Input()
        out.node = out.nuke.createNode("ComfyRelay")
        out.node.setInput(0, outside)
    group.setInput(0, plate)
    out.nuke.root()["proxy"].setValue(True)

    assert same(read(out.file(FLOAT)), colours())


@pytest.mark.parametrize("gui", [True, False])
def test_of_a_stereo_script_one_view_goes(start: Start, gui: bool) -> None:
    out = start(gui=gui)
    out.wire(0, **colours())
    out.nuke.root()["views"].setValue("{left #ff0000} {right #00ff00}")
    seen = "left"
    if gui:
        out.nuke.nodes.Viewer()
        out.nuke.activeViewer().setView("right")
        seen = "right"
    before = kept(out)

    out.file(FLOAT)

    assert [done.view for done in out.app.renderer.executions] == [seen]
    assert kept(out) == before


@pytest.mark.parametrize("disabled_write", ["refuses", "skips", "writes"])
def test_nobodys_render_runs_the_write_inside(start: Start, disabled_write: str) -> None:
    out = start(disabled_write=disabled_write)
    out.wire(0, **colours())
    out.file(FLOAT).unlink()
    there = sorted(out.folder.iterdir())

    with suppress(RuntimeError):
        out.nuke.execute(out.node.node("Export"), 1, 1)

    assert len(out.app.renderer.executions) == 1
    assert sorted(out.folder.iterdir()) == there


# what is in the file


def test_a_premultiplied_plate_goes_straight(start: Start) -> None:
    out = start()
    alpha = np.tile(np.linspace(0, 1, SIZE, dtype=np.float32), (SIZE, 1))
    straight = {name: ramp(at) for at, name in enumerate(("red", "green", "blue"))}
    out.wire(0, **{name: pixels * alpha for name, pixels in straight.items()}, alpha=alpha)
    as_it_is = read(out.file(FLOAT))
    out.node["premultiplied"].setValue(True)

    found = read(out.file(FLOAT))

    assert same(as_it_is, {name: pixels * alpha for name, pixels in straight.items()})
    for name, pixels in straight.items():
        assert np.allclose(found[name][:, 1:], pixels[:, 1:], rtol=1e-6)
        assert not found[name][:, 0].any()  # where alpha is 0 there is nothing to divide
    assert same(found, {"alpha": alpha})


@pytest.mark.parametrize("alpha", [True, False])
def test_a_png_is_encoded_from_straight_colour(start: Start, alpha: bool) -> None:
    out = start()
    half = np.full((SIZE, SIZE), 0.5, np.float32)
    out.wire(0, red=half * half, green=half * half, blue=half * half, alpha=half)
    out.node["premultiplied"].setValue(True)

    found = read(out.file(STOCK, alpha=alpha))

    assert round(float(found["red"][0, 0]) * 255) == 188  # sRGB of 0.5; of 0.25 it is 137
    assert ("alpha" in found) is alpha


@pytest.mark.parametrize("box", [(-3, -2, SIZE + 4, SIZE + 1), (2, 3, SIZE - 4, SIZE - 5)])
def test_what_goes_is_the_format_whatever_the_bounding_box_is(start: Start, box: files.Box) -> None:
    out = start()
    pixels = ramp(0, box[3] - box[1], box[2] - box[0])
    out.wire(0, box, red=pixels, green=pixels, blue=pixels, alpha=pixels)

    found = files.read(out.file(FLOAT))

    assert (found.box, found.size) == ((0, 0, SIZE, SIZE), (SIZE, SIZE))
    x, y, right, top = box
    wide = np.zeros((SIZE + 20, SIZE + 20), np.float32)
    wide[10 + y : 10 + top, 10 + x : 10 + right] = pixels
    assert np.array_equal(found.channels["rgba.red"], wide[10 : 10 + SIZE, 10 : 10 + SIZE])


@pytest.mark.parametrize("channel", ["alpha", "red"])
@pytest.mark.parametrize("form", [FLOAT, STOCK])
def test_white_of_the_chosen_channel_means_change(start: Start, form: Form, channel: str) -> None:
    out = start()
    left = np.zeros((SIZE, SIZE), np.float32)
    left[:, : SIZE // 2] = 1
    empty = np.zeros_like(left)
    out.wire(1, **{**dict.fromkeys(("red", "green", "blue", "alpha"), empty), channel: left})
    out.node["mask_channel"].getLinkedKnob().setValue(f"rgba.{channel}")
    out.node["premultiplied"].setValue(True)  # says nothing of a mask

    found = read(out.file(form, "mask"))

    assert all(np.array_equal(found[name], left) for name in ("red", "green", "blue"))
