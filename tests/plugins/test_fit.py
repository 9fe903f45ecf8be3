"""What is sent is the format, padded; results come back cropped."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray
from PIL import Image

from comfyrelay.errors import PixelsUnreadable
from comfyrelay.exr import ExrReader
from comfyrelay.fit import STRETCH, Fitted, cropped, fitted
from tests.plugins.plates import DTYPES, plate, read_exr, save_exr


def same(found: NDArray[Any], wanted: NDArray[Any]) -> bool:
    """Bit for bit."""
    return (found.dtype, found.shape) == (wanted.dtype, wanted.shape) and (
        found.tobytes() == np.ascontiguousarray(wanted).tobytes()
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("size", "multiple", "words"),
    [
        ((30, 40), 8, "sent 40x30 +2"), ((33, 45), 16, "sent 45x33 +3x15"),
        ((5, 3), 64, "sent 3x5 +61x59"), ((1, 1), 8, "sent 1x1 +7x7"),
    ],
)  # fmt: skip
def test_an_exr_is_padded_by_mirror_and_cropped_back(
    tmp_path: Path, dtype: str, size: tuple[int, int], multiple: int, words: str
) -> None:
    plates = {name: plate(*size, dtype, seed) for seed, name in enumerate("ARGB")}
    source, target, back = (tmp_path / name for name in ("a.exr", "b.exr", "c.exr"))
    save_exr(source, plates, {"owner": "comp"})
    sent, fit = fitted(source, target, multiple)
    assert sent == target
    assert fit.words == words
    found = read_exr(sent)
    more = [(0, -side % multiple) for side in size]
    assert all(same(found[name], np.pad(plates[name], more, "symmetric")) for name in plates)
    made = cropped(sent, back, fit)
    assert (made.path, made.width, made.height, made.words) == (back, size[1], size[0], "")
    found = read_exr(back)
    assert all(same(found[name], plates[name]) for name in plates)
    with OpenEXR.File(str(back)) as file:
        assert file.header()["owner"] == "comp"


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_png_is_padded_by_mirror_and_cropped_back(tmp_path: Path, mode: str) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (21, 13, len(mode)), np.uint8).squeeze()
    Image.fromarray(pixels, mode).save(tmp_path / "a.png")
    sent, fit = fitted(tmp_path / "a.png", tmp_path / "b.png", 8)
    more = [(0, 3), (0, 3), (0, 0)][: pixels.ndim]
    with Image.open(sent) as seen:
        assert np.array_equal(np.asarray(seen), np.pad(pixels, more, "symmetric"))
    with Image.open(cropped(sent, tmp_path / "c.png", fit).path) as seen:
        assert np.array_equal(np.asarray(seen), pixels)


def test_what_fits_is_sent_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "a.exr"
    save_exr(source, {"Y": plate(16, 24, "float16", 1)})
    sent, fit = fitted(source, tmp_path / "b.exr", 8)
    assert sent == source
    assert fit == Fitted(24, 16, 24, 16)
    assert fit.words == "sent 24x16"
    assert cropped(source, tmp_path / "c.exr", fit).path == source
    assert not (tmp_path / "b.exr").exists()
    assert Fitted(**json.loads(json.dumps(asdict(fit)))) == fit


@pytest.mark.parametrize(
    "data",
    [
        (-3, -2, 60, 40), (4, 3, 20, 18), (-5, 3, 20, 50), (10, -5, 200, 9), (100, 0, 110, 29),
        (0, -20, 39, -5), (0, 50, 39, 60), (-50, 0, -1, 29),
    ],
)  # fmt: skip
def test_overscan_is_cut_off_and_what_is_missing_is_black(
    tmp_path: Path, data: tuple[int, int, int, int]
) -> None:
    left, top, right, bottom = data
    pixels = plate(bottom - top + 1, right - left + 1, "float32", 4)
    about = {"dataWindow": ((left, top), (right, bottom)), "displayWindow": ((0, 0), (39, 29))}
    save_exr(tmp_path / "a.exr", {"Y": pixels}, about)
    sent, fit = fitted(tmp_path / "a.exr", tmp_path / "b.exr")
    assert fit.words == "sent 40x30"
    whole = np.zeros((30, 40), np.float32)
    for y in range(max(top, 0), min(bottom, 29) + 1):
        for x in range(max(left, 0), min(right, 39) + 1):
            whole[y, x] = pixels[y - top, x - left]
    assert same(read_exr(sent)["Y"], whole)
    with ExrReader(sent) as file:
        assert file.header.data == file.header.display


def test_an_upscaled_result_is_cropped_in_proportion(tmp_path: Path) -> None:
    fit = Fitted(13, 10, 16, 16)
    pixels = plate(32, 32, "float16", 1)
    save_exr(tmp_path / "x2.exr", {"Y": pixels})
    made = cropped(tmp_path / "x2.exr", tmp_path / "b.exr", fit)
    assert (made.width, made.height) == (26, 20)
    assert same(read_exr(made.path)["Y"], pixels[:20, :26])


@pytest.mark.parametrize("size", [(24, 16), (20, 20), (15, 15)])
def test_a_result_that_is_not_in_proportion_is_left_and_said(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    save_exr(tmp_path / "a.exr", {"Y": plate(*size, "float16", 1)})
    made = cropped(tmp_path / "a.exr", tmp_path / "b.exr", Fitted(13, 10, 16, 16))
    assert made.path == tmp_path / "a.exr"
    assert made.words.startswith(f"Left at {size[1]}x{size[0]}")
    unpadded = cropped(tmp_path / "a.exr", tmp_path / "b.exr", Fitted(16, 16, 16, 16))
    assert (unpadded.path, unpadded.words) == (tmp_path / "a.exr", "")


def test_a_result_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    Image.new("RGB", (16, 16)).save(tmp_path / "a.jpg")
    save_exr(
        tmp_path / "piz.exr", {"Y": plate(16, 16, "float16", 1)},
        compression=OpenEXR.PIZ_COMPRESSION,
    )  # fmt: skip
    for name, why in (("a.jpg", "neither an EXR nor a PNG"), ("piz.exr", "PIZ")):
        made = cropped(tmp_path / name, tmp_path / "b.exr", Fitted(13, 10, 16, 16))
        assert made.path == tmp_path / name
        assert why in made.words
        assert not cropped(tmp_path / name, tmp_path / "b.exr", Fitted(16, 16, 16, 16)).words


def test_stretched_only_where_it_is_chosen(tmp_path: Path) -> None:
    ramp = np.linspace(-1, 4, 45, dtype=np.float32)[None].repeat(30, axis=0)
    half, number = ramp.astype(np.float16), np.full((30, 45), 4_000_000_001, np.uint32)
    save_exr(tmp_path / "a.exr", {"R": ramp, "G": half, "id": number})
    sent, fit = fitted(tmp_path / "a.exr", tmp_path / "b.exr", 16, STRETCH)
    assert fit.words == "sent 45x30 stretched to 48x32"
    found = read_exr(sent)
    assert {each.shape for each in found.values()} == {(32, 48)}
    assert np.ptp(found["R"], axis=0).max() < 1e-6
    assert np.all(np.diff(found["R"][0]) > 0)
    assert np.all(found["id"] == 4_000_000_001)
    back = read_exr(cropped(sent, tmp_path / "c.exr", fit).path)
    assert np.abs(back["R"] - ramp)[:, 2:-2].max() < 0.01
    assert np.abs(back["G"] - half)[:, 2:-2].max() < 0.02


def test_a_stretched_png_keeps_a_flat_colour(tmp_path: Path) -> None:
    Image.new("RGBA", (13, 9), (10, 200, 255, 128)).save(tmp_path / "a.png")
    sent, _ = fitted(tmp_path / "a.png", tmp_path / "b.png", 8, STRETCH)
    with Image.open(sent) as seen:
        assert seen.size == (16, 16)
        assert seen.getcolors() == [(256, (10, 200, 255, 128))]


def test_what_is_stopped_or_damaged_leaves_no_file(tmp_path: Path) -> None:
    source, target = tmp_path / "a.exr", tmp_path / "b.exr"
    save_exr(source, {"Y": plate(33, 40, "float16", 1)})

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        fitted(source, target, 8, check=stop)
    source.write_bytes(source.read_bytes()[:-40])
    with pytest.raises(PixelsUnreadable, match="too early"):
        fitted(source, target, 8)
    assert [path.name for path in tmp_path.iterdir()] == ["a.exr"]
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(PixelsUnreadable, match=r"a\.jpg is neither"):
        fitted(tmp_path / "a.jpg", target)
