"""A DCC stays alive while a 4K plate is read and written: the interpreter is never kept for long,
and memory holds a few lines."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from comfyrelay.exr import ExrReader, ExrWriter
from comfyrelay.exr_header import FLOAT, Channel, header
from comfyrelay.fit import cropped, fitted
from comfyrelay.png import PngHeader, PngReader, PngWriter
from tests.plugins.held import longest_hold_s
from tests.plugins.plates import plate, read_exr, rows_of, save_exr

WIDTH, LINES = 4096, 15
HELD_S = 0.010
CHANNELS = [Channel(name.encode(), FLOAT) for name in "ABGR"]


def exr_rows() -> list[list[bytes]]:
    return rows_of({name: plate(LINES, WIDTH, "float32", 1) for name in "ABGR"})


def write_exr(path: Path, rows: list[list[bytes]]) -> None:
    with ExrWriter(path, header(CHANNELS, WIDTH, len(rows))) as file:
        for row in rows:
            file.write(row)


def read_rows(path: Path) -> None:
    with ExrReader(path) as file:
        for _ in file.rows():
            pass


def write_png(path: Path, rows: list[list[bytes]]) -> None:
    with PngWriter(path, PngHeader(WIDTH, len(rows), 4, 16)) as file:
        for row in rows:
            file.write(row)


def read_png(path: Path) -> None:
    with PngReader(path) as file:
        for _ in file.rows():
            pass


def works(folder: Path) -> dict[str, Callable[[], object]]:
    rows = exr_rows()
    deep = np.random.default_rng(1).integers(0, 2**16, (4, WIDTH, 4)).astype(">u2")
    lines = [[line.tobytes()] for line in deep]
    exr, png = folder / "a.exr", folder / "a.png"
    write_exr(exr, rows)
    write_png(png, lines)
    return {
        "writing an EXR": lambda: write_exr(folder / "b.exr", rows),
        "reading an EXR": lambda: read_rows(exr),
        "writing a PNG": lambda: write_png(folder / "b.png", lines),
        "reading a PNG": lambda: read_png(png),
    }


@pytest.mark.parametrize("work", [
    "writing an EXR", "reading an EXR", "writing a PNG", "reading a PNG",
])  # fmt: skip
def test_the_interpreter_is_never_kept_for_long(tmp_path: Path, work: str) -> None:
    assert longest_hold_s(works(tmp_path)[work], HELD_S) < HELD_S


def test_lines_that_only_move_are_not_packed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 4K plate of Nuke that is padded below costs a tenth of a second instead of five."""
    plates = {name: plate(45, 80, "float32", 1) for name in "ABGR"}
    save_exr(tmp_path / "a.exr", plates, compression=OpenEXR.ZIPS_COMPRESSION)
    monkeypatch.delattr("comfyrelay.exr.packed")
    monkeypatch.delattr("comfyrelay.exr.unpacked")

    sent, fit = fitted(tmp_path / "a.exr", tmp_path / "b.exr", 16)
    back = cropped(sent, tmp_path / "c.exr", fit)

    assert fit.words == "sent 80x45 +3"
    found = read_exr(sent)
    assert all(np.array_equal(found[n][45:], p[:41:-1], equal_nan=True) for n, p in plates.items())
    found = read_exr(back.path)
    assert {n: p.tobytes() for n, p in found.items()} == {n: p.tobytes() for n, p in plates.items()}


def test_memory_holds_a_few_lines_however_tall_the_picture_is(tmp_path: Path) -> None:
    source = tmp_path / "a.exr"
    save_exr(source, {"Y": np.zeros((2000, 512), np.float32)})  # 4 MB
    tracemalloc.start()
    try:
        fitted(source, tmp_path / "b.exr", 60)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 800_000
