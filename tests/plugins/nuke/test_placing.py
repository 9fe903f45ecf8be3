"""A result in the picture path: how it is read, where it stands, what stands where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from comfyrelay.dcc import Picture, Placement
from comfyrelay.sending import Reading
from tests.fakes.nuke_app import NukeApp, files

GIZMOS = Path(__file__).parents[3] / "plugins" / "nuke" / "gizmos"
RAW, CODED = Reading("raw", premultiply=False), Reading("sRGB", premultiply=False)
SIZE = 16  # of the plate's format
WHOLE = (0, 0, SIZE, SIZE)
NAMES = ("red", "green", "blue", "alpha")

Pixels = dict[str, NDArray[np.float32]]


class Inward:
    """A node with a plate, and results that come."""

    def __init__(self, app: NukeApp, nuke: Any, folder: Path) -> None:
        self.app, self.nuke, self.folder = app, nuke, folder
        nuke.addFormat(f"{SIZE} {SIZE} small")
        nuke.root()["format"].setValue("small")
        self.node = nuke.createNode("ComfyRelay")
        self.plate = colours(1)
        self.wire(0, self.plate)

    def wire(self, number: int, pixels: Pixels, box: files.Box = WHOLE) -> None:
        read = self.nuke.nodes.Read(file=str(self.saved(f"in{number}.exr", pixels, box)), raw=True)
        self.node.setInput(number, read)

    def saved(self, name: str, pixels: Pixels, box: files.Box = WHOLE) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        channels = {f"rgba.{channel}": each for channel, each in pixels.items()}
        files.write_exr(path, files.File(channels, box, (SIZE, SIZE), 0), False, "none")
        return path

    def place(
        self, path: Path | str, *frames: int, reading: Reading = RAW, missing: tuple[int, ...] = ()
    ) -> None:
        from comfyrelay_nuke.node import GizmoNode

        picture = Picture("o", "", "image", Path(path).as_posix(), frames, reading)
        GizmoNode(self.node).place(Placement("v001", (picture,), missing=missing))

    def shown(self, frame: int = 1) -> Pixels:
        """What a Write below the node writes at a frame; an error of it is a RuntimeError."""
        write = self.nuke.nodes.Write(file=str(self.folder / "out.exr"), channels="rgba", raw=True)
        write["file_type"].setValue("exr")
        write["datatype"].setValue("32 bit float")
        write.setInput(0, self.node)
        self.nuke.execute(write, frame, frame)
        self.nuke.delete(write)
        self.written = files.read(self.folder / "out.exr")
        return {name.removeprefix("rgba."): p for name, p in self.written.channels.items()}


Start = Callable[..., Inward]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A Nuke with the gizmo, whose answers to what nobody knows are chosen."""
    running = []

    def started(folder: str = "", **answers: Any) -> Inward:
        app = NukeApp(plugin_path=(GIZMOS,), **{"gui": False, **answers})
        installed = app.installed()
        running.append(installed)
        (tmp_path / folder).mkdir(exist_ok=True)
        return Inward(app, installed.__enter__(), tmp_path / folder)

    yield started
    for each in running:
        each.__exit__(None, None, None)


def colours(seed: int, size: tuple[int, int] = (SIZE, SIZE)) -> Pixels:
    chance = np.random.default_rng(seed)
    return {name: chance.uniform(-0.5, 8, size).astype(np.float32) for name in NAMES}


def flat(value: float) -> Pixels:
    return {name: np.full((SIZE, SIZE), value, np.float32) for name in NAMES}


def same(found: Pixels, wanted: Pixels) -> bool:
    return all(found[name].tobytes() == wanted[name].tobytes() for name in wanted)


# how it is read


def test_a_float_result_is_read_raw_and_stands_as_it_came(start: Start) -> None:
    comp = start()
    came = colours(2)
    path = comp.saved("v001/o.exr", came)

    comp.place(path)

    told = [
        (k, v) for node, k, v in comp.app.changes.log if node == f"{comp.node.fullName()}.Result"
    ]
    assert told[0] == ("file", path.as_posix())
    assert comp.node.node("Result")["raw"].value() is True
    assert same(comp.shown(), came)
    assert same(comp.shown(50), came)  # a still holds


@pytest.mark.parametrize(
    ("management", "config", "named"),
    [
        ("Nuke", "nuke-default", "sRGB"),
        ("OCIO", "nuke-default", "sRGB"),
        ("OCIO", "aces_1.2", "Utility - sRGB - Texture"),
    ],
)
def test_a_png_is_read_as_what_it_was_encoded_for(
    start: Start, management: str, config: str, named: str
) -> None:
    comp = start()
    comp.nuke.root()["colorManagement"].setValue(management)
    comp.nuke.root()["OCIO_config"].setValue(config)
    path = comp.folder / "o.png"
    files.write_png(path, np.full((SIZE, SIZE, 3), 188, np.uint8), 8)

    comp.place(path, reading=CODED)

    read = comp.node.node("Result")
    assert (read["raw"].value(), read["colorspace"].value()) == (False, named)
    assert np.allclose(comp.shown()["red"], 0.5, atol=0.005)


def test_of_a_stereo_script_both_views_show_it(start: Start) -> None:
    comp = start()
    comp.nuke.root()["views"].setValue("{left #ff0000} {right #00ff00}")
    came = colours(2)
    comp.place(comp.saved("o.exr", came))
    out = comp.folder / "%V.exr"
    write = comp.nuke.nodes.Write(file=str(out), file_type="exr", channels="rgba", raw=True)
    write["datatype"].setValue("32 bit float")
    write.setInput(0, comp.node)

    comp.nuke.execute(write, 1, 1, 1, ["left", "right"])

    for view in ("left", "right"):
        found = files.read(comp.folder / f"{view}.exr").channels
        assert same({name: found[f"rgba.{name}"] for name in NAMES}, came)


# alpha


def test_of_a_premultiplied_plate_the_result_gets_the_alpha(start: Start) -> None:
    comp = start()
    came = colours(2)
    edge = np.tile(np.linspace(0, 1, SIZE, dtype=np.float32), (SIZE, 1))
    comp.wire(0, {**comp.plate, "alpha": edge})
    comp.place(comp.saved("o.exr", came))
    assert same(comp.shown(), came)  # nothing changes as long as nobody says so

    comp.node["premultiplied"].setValue(True)

    found = comp.shown()
    assert same(found, {"alpha": edge})
    assert all(np.array_equal(found[name], came[name] * edge) for name in NAMES[:3])


# where it stands


@pytest.mark.parametrize("box", [(-3, -2, SIZE + 4, SIZE + 1), (2, 3, SIZE - 4, SIZE - 5)])
def test_through_the_mask_the_plate_is_the_same_bit_for_bit(start: Start, box: files.Box) -> None:
    comp = start()
    plate = colours(1, (box[3] - box[1], box[2] - box[0]))
    mask = flat(0)
    mask["alpha"][:, : SIZE // 2] = 1
    mask["alpha"][:, SIZE // 2] = 0.5
    comp.wire(0, plate, box)
    comp.wire(1, mask)
    came = colours(2)
    comp.place(comp.saved("o.exr", came))
    comp.node["show"].setValue("through mask")

    found = comp.shown()

    def at(pixels: Pixels, here: files.Box, name: str, there: files.Box) -> NDArray[np.float32]:
        picture = np.zeros((60, 60), np.float32)
        picture[20 + here[1] : 20 + here[3], 20 + here[0] : 20 + here[2]] = pixels[name]
        return picture[20 + there[1] : 20 + there[3], 20 + there[0] : 20 + there[2]]

    left = (0, 0, SIZE // 2, SIZE)
    over = (min(0, box[0]), min(0, box[1]), max(SIZE, box[2]), max(SIZE, box[3]))
    right = (SIZE // 2 + 1, over[1], over[2], over[3])
    around = (over[0], over[1], 0, over[3])
    for name in NAMES:
        shown = {name: found[name]}
        for place, source, source_box in (
            (left, came, WHOLE), (right, plate, box), (around, plate, box),
        ):  # fmt: skip
            wanted = at(source, source_box, name, place)
            assert at(shown, comp.written.box, name, place).tobytes() == wanted.tobytes()


def test_the_chosen_channel_is_what_mixes(start: Start) -> None:
    comp = start()
    mask = flat(0)
    mask["red"][:] = 1
    comp.wire(1, mask)
    came = colours(2)
    comp.place(comp.saved("o.exr", came))
    comp.node["show"].setValue("through mask")
    assert same(comp.shown(), comp.plate)

    comp.node["mask_channel"].getLinkedKnob().setValue("rgba.red")

    assert same(comp.shown(), came)


# where it is not there


def frames(comp: Inward, there: tuple[int, ...], asked: tuple[int, ...]) -> dict[int, Pixels]:
    """Results of some of the frames that were asked for."""
    made = {frame: colours(frame) for frame in there}
    for frame, pixels in made.items():
        comp.saved(f"v001/o.{frame:04d}.exr", pixels)
    missing = tuple(each for each in asked if each not in there)
    comp.place(comp.folder / "v001" / "o.####.exr", *there, missing=missing)
    return made


def test_a_missing_frame_is_an_error(start: Start) -> None:
    comp = start()
    made = frames(comp, (1002, 1004), (1001, 1002, 1003, 1004, 1005))

    assert same(comp.shown(1002), made[1002])
    for frame in (1001, 1003, 1005):  # also before the first that is there, and after the last
        with pytest.raises(RuntimeError, match="No such file"):
            comp.shown(frame)


@pytest.mark.parametrize(("choice", "seen"), [("black", None), ("nearest frame", 1002)])
def test_or_what_the_artist_chose(start: Start, choice: str, seen: int | None) -> None:
    comp = start()
    made = frames(comp, (1002,), (1002, 1003))

    comp.node["missing"].getLinkedKnob().setValue(choice)

    found = comp.shown(1003)
    assert same(found, made[seen]) if seen else not any(each.any() for each in found.values())


def test_before_and_after_what_was_asked_for_it_holds(start: Start) -> None:
    comp = start()
    made = frames(comp, (1001, 1002), (1001, 1002))
    assert same(comp.shown(990), made[1001])
    assert same(comp.shown(1010), made[1002])

    comp.node["after"].getLinkedKnob().setValue("black")

    assert not comp.shown(1010)["red"].any()


@pytest.mark.parametrize("frame_in_tcl", ["%04d", "####"])
@pytest.mark.parametrize("folder", ["", "100%"])
@pytest.mark.parametrize("gui", [True, False])
def test_or_the_plate_instead(start: Start, frame_in_tcl: str, folder: str, gui: bool) -> None:
    comp = start(folder, frame_in_tcl=frame_in_tcl, gui=gui)
    made = frames(comp, (1002,), (1001, 1002, 1003))
    comp.nuke.root()["frame"].setValue(1002)  # which is not what is rendered

    comp.node["plate_where_missing"].setValue(True)

    assert same(comp.shown(1001), comp.plate)
    assert same(comp.shown(1002), made[1002])
    assert same(comp.shown(1003), comp.plate)


def test_a_still_stands_at_every_frame_unless_it_is_gone(start: Start) -> None:
    comp = start()
    came = colours(2)
    path = comp.saved("v001/o.exr", came)
    comp.place(path)
    comp.node["plate_where_missing"].setValue(True)
    assert same(comp.shown(7), came)

    path.unlink()

    assert same(comp.shown(7), comp.plate)


def test_a_render_elsewhere_sees_the_same(tmp_path: Path) -> None:
    app = NukeApp(gui=True, plugin_path=(GIZMOS,))
    with app.installed() as nuke:
        comp = Inward(app, nuke, tmp_path)
        made = frames(comp, (1002,), (1001, 1002, 1003))
        comp.node["plate_where_missing"].setValue(True)
        app.save(tmp_path / "comp.nk")
    farm = NukeApp(gui=False)
    with farm.installed():
        farm.open(tmp_path / "comp.nk")
        node = farm.node("ComfyRelay")
        found = {f: farm.renderer.picture(node, f).channels["rgba.red"] for f in (1001, 1002, 1003)}

    plate = comp.plate["red"]
    for frame, wanted in ((1001, plate), (1002, made[1002]["red"]), (1003, plate)):
        assert np.array_equal(found[frame], wanted)
