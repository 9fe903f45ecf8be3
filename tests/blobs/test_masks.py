"""Masks: white means "change this", in whatever file it comes and whatever node loads it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from relay_server.blobs.masks import mask_picture
from relay_server.errors import Unprocessable
from relay_server.sim_host import imagefiles

Values = NDArray[np.uint8]

RAMP: Values = np.arange(256, dtype=np.uint8).reshape(16, 16)
HALF: Values = np.repeat(np.uint8([[255] * 8 + [0] * 8]), 16, axis=0)  # white on the left


def loaded(picture: Image.Image, folder: Path, format_: str = "PNG") -> Values:
    """The mask that comes out of a file, 8 bits."""
    path = folder / "sent"
    picture.save(path, format_)
    return rgba(mask_picture(path))[..., 0]


def rgba(data: bytes) -> Values:
    with Image.open(io.BytesIO(data)) as file:
        assert (file.format, file.mode) == ("PNG", "RGBA")
        return np.asarray(file)


def test_the_mask_is_in_the_colours_and_its_inverse_in_alpha(tmp_path: Path) -> None:
    Image.fromarray(RAMP).save(tmp_path / "m.png")
    found = rgba(mask_picture(tmp_path / "m.png"))
    for channel in range(3):
        assert np.array_equal(found[..., channel], RAMP)
    assert np.array_equal(found[..., 3], 255 - RAMP)


def with_alpha(colour: Values | int, alpha: Values) -> Image.Image:
    return Image.fromarray(
        np.dstack([np.broadcast_to(np.uint8(colour), alpha.shape)] * 3 + [alpha])
    )


def palette(values: Values) -> Image.Image:
    """Indices that say nothing of the colour: the palette is upside down."""
    picture = Image.fromarray(255 - values).convert("P")
    picture.putpalette([255 - index // 3 for index in range(768)])
    return picture


def clear_palette() -> Image.Image:
    """One colour, and transparent where the mask is black."""
    picture = Image.fromarray((HALF == 0).astype(np.uint8)).convert("P")
    picture.putpalette([0, 0, 0] * 256)
    picture.info["transparency"] = 1
    return picture


SAME: dict[str, tuple[Callable[[], Image.Image], Values, str]] = {
    "grey": (lambda: Image.fromarray(RAMP), RAMP, "PNG"),
    "colour": (lambda: Image.fromarray(np.dstack([RAMP] * 3)), RAMP, "PNG"),
    "1 bit": (lambda: Image.fromarray(HALF).convert("1"), HALF, "PNG"),
    "palette": (lambda: palette(RAMP), RAMP, "PNG"),
    "palette with a clear colour": (clear_palette, HALF, "PNG"),
    "16 bits": (lambda: Image.fromarray(RAMP.astype(np.uint16) * 257), RAMP, "PNG"),
    "16 bits, TIFF": (lambda: Image.fromarray(RAMP.astype(np.uint16) * 257), RAMP, "TIFF"),
    "float": (lambda: Image.fromarray(RAMP.astype(np.float32) / 255), RAMP, "TIFF"),
    "bmp": (lambda: Image.fromarray(HALF), HALF, "BMP"),
    "gif": (lambda: Image.fromarray(HALF), HALF, "GIF"),
    "webp": (lambda: Image.fromarray(np.dstack([HALF] * 3)), HALF, "WEBP"),
    "opaque": (lambda: with_alpha(RAMP, np.full_like(RAMP, 255)), RAMP, "PNG"),
    "alpha on white": (lambda: with_alpha(255, RAMP), RAMP, "PNG"),
    "alpha on black": (lambda: with_alpha(0, RAMP), RAMP, "PNG"),
    "premultiplied": (lambda: with_alpha(RAMP, RAMP), RAMP, "PNG"),
    "grey with alpha": (lambda: with_alpha(9, RAMP).convert("LA"), RAMP, "PNG"),
    "colour over other alpha": (lambda: with_alpha(HALF, RAMP), HALF, "PNG"),
    "nothing, opaque": (lambda: with_alpha(0, HALF * 0 + 255), HALF * 0, "PNG"),
    "all, opaque": (lambda: with_alpha(255, HALF * 0 + 255), HALF * 0 + 255, "PNG"),
    "nothing, clear": (lambda: with_alpha(0, HALF * 0), HALF * 0, "PNG"),
}


@pytest.mark.parametrize("kind", SAME)
def test_a_mask_is_read_from(kind: str, tmp_path: Path) -> None:
    made, wanted, format_ = SAME[kind]
    found = loaded(made(), tmp_path, format_).astype(int)
    assert np.abs(found - wanted).max() <= (1 if format_ == "WEBP" else 0)


def test_sixteen_bits_are_rounded_and_not_cut_off(tmp_path: Path) -> None:
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    found = loaded(Image.fromarray(values), tmp_path)
    assert np.array_equal(found, np.rint(values / 257).astype(np.uint8))


def test_colours_count_by_their_luminance(tmp_path: Path) -> None:
    pure = np.uint8([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]])
    assert loaded(Image.fromarray(pure), tmp_path).tolist() == [[76, 150, 29, 255]]


def test_a_picture_that_lies_on_its_side_is_turned_as_the_host_turns_pictures(
    tmp_path: Path,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(HALF[:8]).save(tmp_path / "m.png", exif=exif)
    assert np.array_equal(rgba(mask_picture(tmp_path / "m.png"))[..., 0], HALF[:8].T)


@pytest.mark.parametrize("channel", ["red", "green", "blue", "alpha"])
def test_every_channel_loads_as_the_same_mask(channel: str, tmp_path: Path) -> None:
    path = tmp_path / "m.png"
    Image.fromarray(RAMP).save(path)
    path.write_bytes(mask_picture(path))
    wanted = RAMP.astype(np.float32) / 255
    assert np.allclose(imagefiles.load_mask(str(path), channel)[0], wanted, atol=1e-6)
    assert np.allclose(imagefiles.load(str(path))[1][0], wanted, atol=1e-6)


def test_the_same_mask_is_the_same_file(tmp_path: Path) -> None:
    Image.fromarray(RAMP).save(tmp_path / "m.png")
    assert mask_picture(tmp_path / "m.png") == mask_picture(tmp_path / "m.png")


@pytest.mark.parametrize("cut", [0, 8, 40, 200])
def test_a_broken_file_is_refused_in_a_sentence(cut: int, tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64), dtype=np.uint8)).save(
        tmp_path / "m.png"
    )
    path = tmp_path / "cut.png"
    path.write_bytes((tmp_path / "m.png").read_bytes()[:cut])
    with pytest.raises(Unprocessable, match="Export it again, as PNG") as caught:
        mask_picture(path)
    assert caught.value.code == "invalid_picture"
