"""Our EXR reader and writer against the OpenEXR library."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from comfyrelay.errors import PixelsUnreadable
from comfyrelay.exr import ExrReader, ExrWriter
from comfyrelay.exr_header import (
    FLOAT,
    HALF,
    NONE,
    RLE,
    UINT,
    ZIP,
    ZIPS,
    Attribute,
    Channel,
    Header,
    header,
    window_value,
)  # fmt: skip
from tests.plugins.plates import DTYPES, plate, read_exr, rows_of, save_exr

COMPRESSIONS = {
    NONE: OpenEXR.NO_COMPRESSION, RLE: OpenEXR.RLE_COMPRESSION, ZIPS: OpenEXR.ZIPS_COMPRESSION,
    ZIP: OpenEXR.ZIP_COMPRESSION,
}  # fmt: skip
TYPES = {"float32": FLOAT, "float16": HALF, "uint32": UINT}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_bit_that_openexr_wrote_is_read(tmp_path: Path, compression: int, dtype: str) -> None:
    plates = {name: plate(37, 50, dtype, seed) for seed, name in enumerate("ABGR")}
    save_exr(tmp_path / "a.exr", plates, compression=COMPRESSIONS[compression])
    with ExrReader(tmp_path / "a.exr") as file:
        assert file.header.compression == compression
        assert [each.name.decode() for each in file.header.channels] == sorted(plates)
        assert [list(row) for row in file.rows()] == rows_of(plates)


@pytest.mark.parametrize("compression", [NONE, ZIPS, ZIP])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("upward", [False, True])
def test_openexr_reads_every_bit_that_we_wrote(
    tmp_path: Path, compression: int, dtype: str, upward: bool
) -> None:
    plates = {name: plate(37, 50, dtype, seed) for seed, name in enumerate(["Z", "beauty.R"])}
    channels = [Channel(name.encode(), TYPES[dtype]) for name in plates]
    head = header(channels, 50, 37, compression).with_values(lineOrder=bytes([upward]))
    rows = rows_of(plates)
    with ExrWriter(tmp_path / "a.exr", head) as file:
        for row in reversed(rows) if upward else rows:
            file.write(row)
    found = read_exr(tmp_path / "a.exr")
    assert {name: pixels.tobytes() for name, pixels in found.items()} == {
        name: pixels.tobytes() for name, pixels in plates.items()
    }
    with ExrReader(tmp_path / "a.exr") as own:
        assert [list(row) for row in own.rows()] == rows


def test_what_does_not_become_smaller_is_left_as_it_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 2**32, (16, 64), dtype=np.uint32)
    with ExrWriter(tmp_path / "a.exr", header([Channel(b"id", UINT)], 64, 16)) as file:
        for row in rows_of({"id": noise}):
            file.write(row)
    assert np.array_equal(read_exr(tmp_path / "a.exr")["id"], noise)


def test_windows_and_attributes_come_through(tmp_path: Path) -> None:
    about: dict[str, Any] = {
        "dataWindow": ((-3, -2), (46, 34)), "displayWindow": ((0, 0), (39, 29)), "owner": "böwie",
        "capDate": "2026", "expTime": 0.5,
        "lineOrder": OpenEXR.DECREASING_Y, "pixelAspectRatio": 2.0,
        "chromaticities": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
    }  # fmt: skip
    plates = {"Y": plate(37, 50, "float16", 1)}
    save_exr(tmp_path / "a.exr", plates, about)
    with ExrReader(tmp_path / "a.exr") as source:
        head = source.header
        assert (head.data.left, head.data.top, head.data.width, head.data.height) == (
            -3,
            -2,
            50,
            37,
        )
        assert (head.display.width, head.display.height, head.upward) == (40, 30, True)
        rows = [list(row) for row in source.rows()]
        with ExrWriter(tmp_path / "b.exr", head) as copy:
            for row in reversed(rows):
                copy.write(row)
    assert rows == rows_of(plates)
    with OpenEXR.File(str(tmp_path / "a.exr")) as one, OpenEXR.File(str(tmp_path / "b.exr")) as two:
        assert one.header().keys() == two.header().keys()
        assert two.header()["owner"] == "böwie"
        assert two.header()["chromaticities"] == one.header()["chromaticities"]
        assert two.header()["pixelAspectRatio"] == 2.0
    with ExrReader(tmp_path / "b.exr") as again:
        assert again.header == head


def test_a_long_name_is_written_as_one(tmp_path: Path) -> None:
    channel = Channel(b"a_layer_with_a_name_that_is_long_indeed.R", FLOAT)
    with ExrWriter(tmp_path / "a.exr", header([channel], 4, 1)) as file:
        file.write([struct.pack("<4f", 1, 2, 3, 4)])
    assert read_exr(tmp_path / "a.exr")[channel.name.decode()].tolist() == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("compression", "name"),
    [
        (OpenEXR.PIZ_COMPRESSION, "PIZ"), (OpenEXR.PXR24_COMPRESSION, "PXR24"),
        (OpenEXR.DWAA_COMPRESSION, "DWAA"), (OpenEXR.B44_COMPRESSION, "B44"),
    ],
)  # fmt: skip
def test_another_compression_is_named_with_what_to_set(
    tmp_path: Path, compression: Any, name: str
) -> None:
    save_exr(tmp_path / "a.exr", {"Y": plate(33, 40, "float16", 1)}, compression=compression)
    with pytest.raises(PixelsUnreadable, match=f"compression is {name}") as refused:
        ExrReader(tmp_path / "a.exr")
    assert "ZIP" in refused.value.hint


def test_tiles_parts_and_depth_are_refused(tmp_path: Path) -> None:
    pixels = plate(32, 32, "float16", 1)
    tiled = {"type": OpenEXR.tiledimage, "tiles": OpenEXR.TileDescription(), "compression":
             OpenEXR.ZIP_COMPRESSION}  # fmt: skip
    OpenEXR.File(tiled, {"Y": pixels}).write(str(tmp_path / "tiled.exr"))
    parts = [
        OpenEXR.Part({"compression": OpenEXR.ZIP_COMPRESSION}, {"Y": pixels}, name)
        for name in ("left", "right")
    ]
    OpenEXR.File(parts).write(str(tmp_path / "parts.exr"))
    for name, what in (("tiled.exr", "tiles"), ("parts.exr", "several parts")):
        with pytest.raises(PixelsUnreadable, match=what):
            ExrReader(tmp_path / name)
    deep = bytearray((tmp_path / "tiled.exr").read_bytes())
    deep[5] = 0x08
    (tmp_path / "deep.exr").write_bytes(deep)
    with pytest.raises(PixelsUnreadable, match="deep"):
        ExrReader(tmp_path / "deep.exr")


@pytest.mark.parametrize("compression", [NONE, RLE, ZIPS, ZIP])
def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path, compression: int) -> None:
    save_exr(
        tmp_path / "a.exr", {"Y": plate(18, 2, "float32", 1)}, compression=COMPRESSIONS[compression]
    )
    whole = (tmp_path / "a.exr").read_bytes()
    for size in range(len(whole)):
        (tmp_path / "cut.exr").write_bytes(whole[:size])
        with pytest.raises(PixelsUnreadable), ExrReader(tmp_path / "cut.exr") as file:
            list(file.rows())


@pytest.mark.parametrize("compression", [NONE, RLE, ZIPS, ZIP])
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, compression: int) -> None:
    save_exr(
        tmp_path / "a.exr", {"Y": plate(18, 2, "float32", 1)}, compression=COMPRESSIONS[compression]
    )
    whole = (tmp_path / "a.exr").read_bytes()
    refused = 0
    for at in range(len(whole)):
        for value in (0x7F, whole[at] ^ 0xFF):
            damaged = bytearray(whole)
            damaged[at] = value
            (tmp_path / "bad.exr").write_bytes(damaged)
            try:
                with ExrReader(tmp_path / "bad.exr") as file:
                    list(file.rows())
            except PixelsUnreadable:
                refused += 1
    assert refused


def test_an_enormous_promise_is_refused(tmp_path: Path) -> None:
    head = header([Channel(b"Y", FLOAT)], 8, 8)
    for value in (window_value(2**31 - 1, 8), struct.pack("<4i", -(2**31), 0, 2**31 - 1, 7)):
        damaged = Header(tuple(
            Attribute(each.name, each.type, value) if each.name == b"dataWindow" else each
            for each in head.attributes
        ))  # fmt: skip
        (tmp_path / "a.exr").write_bytes(damaged.to_bytes() + bytes(64))
        with pytest.raises(PixelsUnreadable, match="pixels cannot be right"):
            ExrReader(tmp_path / "a.exr")


def test_rows_that_do_not_fit_are_no_file(tmp_path: Path) -> None:
    head = header([Channel(b"Y", FLOAT)], 4, 2)
    with pytest.raises(ValueError, match="not one of this header"):  # noqa: SIM117
        with ExrWriter(tmp_path / "a.exr", head) as file:
            file.write([bytes(15)])
    with pytest.raises(ValueError, match="missing"):  # noqa: SIM117
        with ExrWriter(tmp_path / "a.exr", head) as file:
            file.write([bytes(16)])
