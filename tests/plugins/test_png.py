"""Our PNG reader and writer against Pillow."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from comfyrelay.errors import PixelsUnreadable
from comfyrelay.png import COLOUR_TYPES, MAGIC, SRGB, PngHeader, PngReader, PngWriter

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
Samples = NDArray[np.uint8] | NDArray[np.uint16]


def picture(height: int, width: int, samples: int, depth: int = 8) -> Samples:
    """Smooth above, noise below."""
    y, x, n = np.mgrid[0:height, 0:width, 0:samples]
    made = (y * 3 + x * 5 + n * 60) % 256
    noise = np.random.default_rng(2).integers(0, 256, made.shape)
    made = np.where(y < height // 2, made, noise)
    deep: NDArray[np.uint16] = (made * 256 + noise).astype(">u2")
    return made.astype(np.uint8) if depth == 8 else deep


def rows_of(pixels: Samples) -> list[list[bytes]]:
    return [[line.tobytes()] for line in pixels]


def read(path: Path) -> tuple[PngHeader, list[list[bytes]]]:
    with PngReader(path) as file:
        return file.header, list(file.rows())


def write(path: Path, header: PngHeader, pixels: Samples) -> None:
    with PngWriter(path, header) as file:
        for row in rows_of(pixels):
            file.write(row)


def filtered(pixels: Samples, kinds: list[int]) -> bytes:
    """A PNG whose lines have these filters in turn, made in the most straightforward way."""
    height, width, samples = pixels.shape
    step = samples * pixels.dtype.itemsize
    lines, above = b"", [0] * (width * step)
    for y in range(height):
        line, kind = list(pixels[y].tobytes()), kinds[y % len(kinds)]
        packed = []
        for i, value in enumerate(line):
            a, b = line[i - step] if i >= step else 0, above[i]
            c = above[i - step] if i >= step else 0
            near = min((a, b, c), key=lambda each: abs(a + b - c - each))
            packed.append((value - (0, a, b, (a + b) // 2, near)[kind]) % 256)
        lines += bytes([kind, *packed])
        above = line
    about = (width, height, 8 * pixels.dtype.itemsize, COLOUR_TYPES[samples], 0, 0, 0)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", *about)), (b"IDAT", zlib.compress(lines)[:9])]
    chunks += [(b"IDAT", zlib.compress(lines)[9:]), (b"IEND", b"")]
    return MAGIC + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize("samples", MODES)
def test_what_pillow_wrote_is_read(tmp_path: Path, samples: int) -> None:
    pixels = picture(45, 31, samples)
    Image.fromarray(pixels.squeeze(), MODES[samples]).save(tmp_path / "a.png")
    header, rows = read(tmp_path / "a.png")
    assert (header.width, header.height, header.samples, header.depth) == (31, 45, samples, 8)
    assert rows == rows_of(pixels)


@pytest.mark.parametrize("samples", MODES)
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("kinds", [[0], [1], [2], [3], [4], [4, 3, 2, 1, 0]])
def test_every_filter_is_taken_back(
    tmp_path: Path, samples: int, depth: int, kinds: list[int]
) -> None:
    pixels = picture(12, 9, samples, depth)
    (tmp_path / "a.png").write_bytes(filtered(pixels, kinds))
    assert read(tmp_path / "a.png")[1] == rows_of(pixels)
    if depth == 8:  # Pillow cuts most of what is deeper
        with Image.open(tmp_path / "a.png") as seen:
            assert np.array_equal(np.asarray(seen), pixels.squeeze())


@pytest.mark.parametrize("samples", MODES)
def test_pillow_reads_what_we_wrote(tmp_path: Path, samples: int) -> None:
    pixels = picture(45, 31, samples)
    write(tmp_path / "a.png", PngHeader(31, 45, samples), pixels)
    with Image.open(tmp_path / "a.png") as seen:
        assert seen.mode == MODES[samples]
        assert seen.info["srgb"] == 0
        assert np.array_equal(np.asarray(seen), pixels.squeeze())


@pytest.mark.parametrize("samples", MODES)
def test_sixteen_bits_come_back_whole(tmp_path: Path, samples: int) -> None:
    pixels = picture(45, 31, samples, 16)
    write(tmp_path / "a.png", PngHeader(31, 45, samples, 16), pixels)
    assert read(tmp_path / "a.png")[1] == rows_of(pixels)
    with Image.open(tmp_path / "a.png") as seen:  # of colour Pillow takes the high byte
        if samples == 1:
            assert np.array_equal(np.asarray(seen), pixels.squeeze())
        elif samples > 2:
            assert np.array_equal(np.asarray(seen), (pixels >> 8).astype(np.uint8))


def test_profile_gamma_and_text_are_carried(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngInfo()
    text.add(b"gAMA", struct.pack(">I", 45455))
    text.add_text("prompt", "a plate")
    pixels = picture(4, 4, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png", pnginfo=text, icc_profile=profile)
    header, rows = read(tmp_path / "a.png")
    with PngWriter(tmp_path / "b.png", header) as file:
        for row in rows:
            file.write(row)
    with Image.open(tmp_path / "b.png") as seen:
        assert seen.info["icc_profile"] == profile
        assert seen.info["gamma"] == pytest.approx(0.45455)
        assert seen.info["prompt"] == "a plate"
        assert SRGB not in header.chunks


@pytest.mark.parametrize(
    ("mode", "what"), [("P", "a palette"), ("1", "1 bits")]
)  # fmt: skip
def test_palettes_and_few_bits_are_refused(tmp_path: Path, mode: str, what: str) -> None:
    Image.new(mode, (8, 8)).save(tmp_path / "a.png")
    with pytest.raises(PixelsUnreadable, match=what) as refused:
        PngReader(tmp_path / "a.png")
    assert "8 or 16 bits" in refused.value.hint


def test_interlaced_and_enormous_pictures_are_refused(tmp_path: Path) -> None:
    def header(width: int, interlaced: int) -> bytes:
        data = struct.pack(">IIBBBBB", width, 8, 8, 2, 0, 0, interlaced)
        crc = struct.pack(">I", zlib.crc32(b"IHDR" + data))
        return MAGIC + struct.pack(">I", 13) + b"IHDR" + data + crc

    for width, interlaced, what in ((8, 1, "interlaced"), (2**31 - 1, 0, "cannot be right")):
        (tmp_path / "a.png").write_bytes(header(width, interlaced))
        with pytest.raises(PixelsUnreadable, match=what):
            PngReader(tmp_path / "a.png")


def test_cut_and_damaged_files_are_refused(tmp_path: Path) -> None:
    memory = BytesIO()
    Image.fromarray(picture(9, 7, 3)).save(memory, "PNG")
    whole = memory.getvalue()
    for size in range(len(whole) - 4):  # of the last chunk's check sum nothing depends
        (tmp_path / "cut.png").write_bytes(whole[:size])
        with pytest.raises(PixelsUnreadable):
            read(tmp_path / "cut.png")
    for at in range(len(whole) - 12):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        (tmp_path / "bad.png").write_bytes(damaged)
        with pytest.raises(PixelsUnreadable):
            read(tmp_path / "bad.png")


def test_rows_that_do_not_fit_are_no_file(tmp_path: Path) -> None:
    header = PngHeader(4, 2, 3)
    with pytest.raises(ValueError, match="not one of this header"):  # noqa: SIM117
        with PngWriter(tmp_path / "a.png", header) as file:
            file.write([bytes(11)])
    with pytest.raises(ValueError, match="missing"):  # noqa: SIM117
        with PngWriter(tmp_path / "a.png", header) as file:
            file.write([bytes(12)])
