"""Float EXRs as a DCC wrote them, made what a workflow's loader takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray
from PIL import Image

from comfyrelay.developing import as_float, developed
from comfyrelay.errors import PixelsUnreadable
from comfyrelay.sending import RGB, RGBA, Sending
from tests.plugins.plates import Plates, plate, read_exr, save_exr

SRGB = Sending("png", "8", "sRGB", RGB, False, "")
STRAIGHT = Sending("png", "8", "sRGB", RGBA, True, "")
FLOATS = Sending("exr", "32f", "raw", RGBA, False, "")
MASK = Sending("png", "8", "raw", RGB, False, "")


def plates(channels: str = "RGBA") -> Plates:
    return {name: plate(6, 9, "float32", seed) for seed, name in enumerate(channels, 1)}


def made(folder: Path, found: Plates, how: Sending, masks: bool = False, channel: str = "") -> Path:
    wanted = folder / f"plate.1{how.suffix}"
    save_exr(as_float(wanted), found, compression=OpenEXR.ZIPS_COMPRESSION)
    path = developed(as_float(wanted), how, masks, channel, lambda: None)
    assert path == wanted
    return path


def encoded(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """By the curve of sRGB, in 0 to 255."""
    cut = np.clip(np.nan_to_num(linear, nan=0, posinf=1, neginf=0), 0, 1)
    curve = 1.055 * np.maximum(cut, 1e-9) ** (1 / 2.4) - 0.055
    return 255 * np.where(cut <= 0.0031308, cut * 12.92, curve)


def test_colour_is_encoded_for_a_stock_loader(tmp_path: Path) -> None:
    found = plates()
    with Image.open(made(tmp_path, found, SRGB)) as image:
        assert image.mode == "RGB"
        got = np.asarray(image).astype(float)
    wanted = np.stack([encoded(found[c]) for c in "RGB"], axis=-1)
    assert np.abs(got - wanted).max() < 0.55


def test_alpha_goes_along_and_colour_is_divided_by_it(tmp_path: Path) -> None:
    half = np.full((4, 5), 0.5, np.float32)
    with Image.open(made(tmp_path, dict.fromkeys("RGBA", half), STRAIGHT)) as image:
        assert image.getpixel((0, 0)) == (255, 255, 255, 128)


@pytest.mark.parametrize(("channels", "channel", "used"), [("RGBA", "red", "R"), ("Y", "", "Y")])
def test_a_mask_is_one_channel_as_it_is(
    tmp_path: Path, channels: str, channel: str, used: str
) -> None:
    found = plates(channels)
    with Image.open(made(tmp_path, found, MASK, True, channel)) as image:
        got = np.asarray(image).astype(float)
    wanted = 255 * np.clip(np.nan_to_num(found[used], nan=0, posinf=1, neginf=0), 0, 1)
    assert np.abs(got - wanted[..., None]).max() < 0.55


def test_float_goes_as_the_dcc_wrote_it(tmp_path: Path) -> None:
    written = as_float(tmp_path / "plate.1.exr")
    save_exr(written, plates())
    assert developed(written, FLOATS, False, "", lambda: None) == written


def test_float_without_alpha_stays_what_it_is_and_is_opaque(tmp_path: Path) -> None:
    found = plates("RGB")
    got = read_exr(made(tmp_path, found, FLOATS))
    assert {name: got[name].tobytes() for name in "RGB"} == {
        name: found[name].tobytes() for name in "RGB"
    }
    assert (got["A"] == 1).all()


def test_half_holds_what_it_can(tmp_path: Path) -> None:
    found = {"Y": np.array([[1e6, -1e6, 0.1]], np.float32)}
    got = read_exr(made(tmp_path, found, Sending("exr", "16f", "raw", RGBA, False, "")))
    assert got["R"].tolist() == [[65504.0, -65504.0, float(np.float16(0.1))]]


def test_what_goes_as_it_was_written_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "plate.1.png"
    assert developed(path, SRGB, False, "alpha", lambda: None) == path


def test_a_channel_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(PixelsUnreadable, match="no channel B, only G, R"):
        made(tmp_path, plates("RG"), SRGB)
