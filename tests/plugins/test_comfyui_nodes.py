"""The pair of nodes for a host: their own EXR codec, and what they make of pictures.

`torch` and `folder_paths` are ComfyUI's; here stand the few lines of them that the nodes call.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray

from comfyrelay_nodes import NODE_CLASS_MAPPINGS, exr, nodes
from tests.plugins.plates import DTYPES, plate, read_exr, save_exr

COMPRESSIONS = [
    OpenEXR.NO_COMPRESSION, OpenEXR.RLE_COMPRESSION, OpenEXR.ZIPS_COMPRESSION,
    OpenEXR.ZIP_COMPRESSION,
]  # fmt: skip


class Tensor:
    """An array behind the two calls that the nodes make."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array = array

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> NDArray[Any]:
        return self.array


@pytest.fixture
def comfyui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with input and output of a host."""
    (tmp_path / "input").mkdir()

    def save_place(prefix: str, folder: str, width: int, height: int) -> tuple[Any, ...]:
        place = Path(folder) / Path(prefix).parent
        place.mkdir(parents=True, exist_ok=True)
        return str(place), Path(prefix).name, 1, str(Path(prefix).parent), prefix

    paths = SimpleNamespace(
        get_input_directory=lambda: str(tmp_path / "input"),
        get_output_directory=lambda: str(tmp_path / "output"),
        get_annotated_filepath=lambda name: str(tmp_path / "input" / name),
        exists_annotated_filepath=lambda name: (tmp_path / "input" / name).exists(),
        get_save_image_path=save_place,
    )
    monkeypatch.setattr(nodes, "folder_paths", paths, raising=False)
    monkeypatch.setattr(nodes, "torch", SimpleNamespace(from_numpy=Tensor), raising=False)
    return tmp_path


def bits(channels: Any) -> dict[str, tuple[Any, bytes]]:
    return {name: (pixels.dtype, pixels.tobytes()) for name, pixels in channels.items()}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_codec_reads_every_bit(tmp_path: Path, compression: Any, dtype: str) -> None:
    plates = {name: plate(37, 50, dtype, seed) for seed, name in enumerate("ABGR")}
    save_exr(tmp_path / "a.exr", plates, compression=compression)
    assert bits(exr.read(tmp_path / "a.exr").channels) == bits(plates)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_codec_writes_every_bit_and_the_attributes(tmp_path: Path, dtype: str) -> None:
    plates = {name: plate(37, 50, dtype, seed) for seed, name in enumerate("RGBA")}
    save_exr(tmp_path / "a.exr", plates, {"owner": "böwie", "pixelAspectRatio": 2.0})
    found = exr.read(tmp_path / "a.exr")
    exr.write(tmp_path / "b.exr", found.channels, found.attributes)
    assert bits(read_exr(tmp_path / "b.exr")) == bits({name: plates[name] for name in "ABGR"})
    with OpenEXR.File(str(tmp_path / "b.exr")) as file:
        assert file.header()["owner"] == "böwie"
        assert file.header()["pixelAspectRatio"] == 2.0


def test_the_display_window_is_what_is_loaded(tmp_path: Path) -> None:
    pixels = plate(20, 30, "float32", 1)
    about = {"dataWindow": ((-3, 5), (26, 24)), "displayWindow": ((0, 0), (39, 14))}
    save_exr(tmp_path / "a.exr", {"Y": pixels}, about)
    found = exr.read(tmp_path / "a.exr").channels["Y"]
    assert found.shape == (15, 40)
    assert found[5:, :27].tobytes() == pixels[:10, 3:].tobytes()
    assert not found[:5].any()
    assert not found[:, 27:].any()


def test_a_file_that_cannot_be_read_is_an_exr_error(tmp_path: Path) -> None:
    path = tmp_path / "a.exr"
    save_exr(path, {"Y": plate(18, 2, "float32", 1)})
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(exr.ExrError):
            exr.read(path)
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(exr.ExrError):
            exr.read(path)
    save_exr(path, {"Y": plate(18, 2, "float32", 1)}, compression=OpenEXR.PIZ_COMPRESSION)
    with pytest.raises(exr.ExrError, match="PIZ; write it with ZIP"):
        exr.read(path)


@pytest.mark.parametrize(
    ("dtype", "depth"), [("float32", "32-bit float"), ("float16", "16-bit half")]
)
def test_what_is_loaded_and_saved_is_the_same_bit_for_bit(
    comfyui: Path, dtype: str, depth: str
) -> None:
    plates = {name: plate(20, 30, dtype, seed) for seed, name in enumerate("ABGR")}
    save_exr(comfyui / "input" / "a.exr", plates, {"owner": "comp"})
    load, save = NODE_CLASS_MAPPINGS["ComfyRelayLoadEXR"](), nodes.SaveEXR()
    image, alpha, attributes = load.load("a.exr")
    assert image.array.dtype == alpha.array.dtype == np.float32
    assert (image.array.shape, alpha.array.shape) == ((1, 20, 30, 3), (1, 20, 30))
    told = save.save(image, "shot/v1", depth, alpha, attributes)
    assert told == {
        "ui": {"images": [{"filename": "v1_00001_.exr", "subfolder": "shot", "type": "output"}]}
    }
    saved = comfyui / "output" / "shot" / "v1_00001_.exr"
    assert bits(read_exr(saved)) == bits(plates)
    with OpenEXR.File(str(saved)) as file:
        assert file.header()["owner"] == "comp"


def test_every_picture_of_a_batch_is_saved_with_its_alpha(comfyui: Path) -> None:
    batch = np.arange(3 * 4 * 5 * 3, dtype=np.float32).reshape(3, 4, 5, 3)
    alpha = np.arange(3 * 4 * 5, dtype=np.float32).reshape(3, 4, 5)
    told = nodes.SaveEXR().save(Tensor(batch), "a/b", "32-bit float", Tensor(alpha))
    names = [each["filename"] for each in told["ui"]["images"]]
    assert names == ["b_00001_.exr", "b_00002_.exr", "b_00003_.exr"]
    for number, name in enumerate(names):
        found = read_exr(comfyui / "output" / "a" / name)
        assert np.array_equal(found["G"], batch[number, ..., 1])
        assert np.array_equal(found["A"], alpha[number])


def test_one_alpha_goes_for_the_whole_batch_and_another_size_is_refused(comfyui: Path) -> None:
    batch = Tensor(np.zeros((2, 4, 5, 3), np.float32))
    nodes.SaveEXR().save(batch, "b", "16-bit half", Tensor(np.ones((1, 4, 5), np.float32)))
    assert read_exr(comfyui / "output" / "b_00002_.exr")["A"].all()
    with pytest.raises(ValueError, match="alpha has 64 x 64 pixels, the picture 5 x 4"):
        nodes.SaveEXR().save(batch, "b", "16-bit half", Tensor(np.ones((1, 64, 64), np.float32)))


def test_what_is_too_large_for_half_is_infinite(comfyui: Path) -> None:
    batch = Tensor(np.full((1, 2, 2, 3), 1e6, np.float32))
    nodes.SaveEXR().save(batch, "b", "16-bit half")
    assert np.isposinf(read_exr(comfyui / "output" / "b_00001_.exr")["R"]).all()


@pytest.mark.parametrize(
    ("names", "colour", "alpha"),
    [
        ("Y", "YYY", None), ("YA", "YYY", "A"), ("A", "AAA", "A"), ("RB", "R0B", None),
        ("Z", "ZZZ", None),
    ],
)  # fmt: skip
def test_channels_become_a_picture(
    comfyui: Path, names: str, colour: str, alpha: str | None
) -> None:
    plates = {name: plate(4, 5, "float32", ord(name)) for name in names}
    save_exr(comfyui / "input" / "a.exr", plates)
    image, mask, _ = nodes.LoadEXR().load("a.exr")
    empty = np.zeros((4, 5), np.float32)
    wanted = np.stack([plates.get(name, empty) for name in colour], axis=-1)
    assert image.array[0].tobytes() == wanted.tobytes()
    assert mask.array[0].tobytes() == (plates[alpha] if alpha else empty + 1).tobytes()


def test_a_file_without_a_picture_is_refused(comfyui: Path) -> None:
    save_exr(comfyui / "input" / "a.exr", {n: plate(4, 5, "float32", 1) for n in ("u", "v")})
    with pytest.raises(ValueError, match="no channels R, G, B or Y, but u, v"):
        nodes.LoadEXR().load("a.exr")
    (comfyui / "input" / "b.exr").write_bytes(b"\x89PNG")
    with pytest.raises(ValueError, match=r"The EXR b\.exr cannot be read: it is no EXR"):
        nodes.LoadEXR().load("b.exr")


def test_the_menu_lists_exrs_and_a_changed_file_runs_again(comfyui: Path) -> None:
    for name in ("b.exr", "a.EXR", "c.png"):
        (comfyui / "input" / name).write_bytes(b"one")
    assert nodes.LoadEXR.INPUT_TYPES()["required"]["image"][0] == ["a.EXR", "b.exr"]
    assert nodes.LoadEXR.VALIDATE_INPUTS("a.EXR") is True
    assert nodes.LoadEXR.VALIDATE_INPUTS("d.exr") == "Invalid image file: d.exr"
    before = nodes.LoadEXR.IS_CHANGED("b.exr")
    assert nodes.LoadEXR.IS_CHANGED("a.EXR") == before
    (comfyui / "input" / "b.exr").write_bytes(b"two")
    assert nodes.LoadEXR.IS_CHANGED("b.exr") != before
