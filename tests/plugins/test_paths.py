"""Paths between machines, and frame numbers."""

from __future__ import annotations

import pytest

from comfyrelay.frames import frames_of
from comfyrelay.paths import (
    LINUX,
    MACOS,
    WINDOWS,
    PathMap,
    as_printf,
    at_frame,
    frame_of,
    is_sequence,
    mapped,
    slashed,
)
from comfyrelay.ranges import written

SHOW = PathMap(windows=("P:/show", "//srv/show"), macos=("/Volumes/show",), linux=("/mnt/show",))
DEEP = PathMap(windows=("X:/",), linux=("/mnt/show/deep",))
MAPS = (SHOW, DEEP)


@pytest.mark.parametrize(
    ("path", "system", "want"),
    [
        ("P:\\show\\sh010\\a.exr", LINUX, "/mnt/show/sh010/a.exr"),
        ("p:/SHOW/sh010/a.exr", MACOS, "/Volumes/show/sh010/a.exr"),
        ("\\\\srv\\show\\sh010", LINUX, "/mnt/show/sh010"),
        ("//SRV/Show/sh010", WINDOWS, "P:/show/sh010"),
        ("/mnt/show/sh010", WINDOWS, "P:/show/sh010"),
        ("/mnt/show", WINDOWS, "P:/show"),
        ("/mnt/show/deep/a.exr", WINDOWS, "X:/a.exr"),  # the longest that fits
        ("/mnt/show/deep", WINDOWS, "X:/"),
        ("X:/a.exr", LINUX, "/mnt/show/deep/a.exr"),
        ("/mnt/show/deep/a.exr", MACOS, "/Volumes/show/deep/a.exr"),  # the other has no name there
        ("/mnt/shower/a.exr", WINDOWS, "/mnt/shower/a.exr"),  # no part of a name
        ("/MNT/show/a.exr", WINDOWS, "/MNT/show/a.exr"),  # only Windows does not mind
        ("/mnt/show/Plätze 数/a %04d.exr", WINDOWS, "P:/show/Plätze 数/a %04d.exr"),
        ("/tmp/a\\b.exr", LINUX, "/tmp/a\\b.exr"),  # a name there may have one
        ("relative/a.exr", LINUX, "relative/a.exr"),
    ],
)
def test_a_path_of_one_system_on_another(path: str, system: str, want: str) -> None:
    assert mapped(path, MAPS, system) == want


def test_slashes_are_forward_and_single() -> None:
    assert slashed("C:\\a\\\\b") == "C:/a/b"
    assert slashed("\\\\srv\\show") == "//srv/show"
    assert slashed("/mnt//show///a") == "/mnt/show/a"


@pytest.mark.parametrize(
    ("path", "frame", "want"),
    [
        ("/a/b.####.exr", 7, "/a/b.0007.exr"),
        ("/a/b.%04d.exr", 123456, "/a/b.123456.exr"),
        ("/a/b.%d.exr", 7, "/a/b.7.exr"),
        ("/a/b.#.exr", 7, "/a/b.7.exr"),
        ("/a/b.####.exr", -7, "/a/b.-007.exr"),
        ("/a ####/b_##_v1.####.exr", 7, "/a ####/b_##_v1.0007.exr"),  # the last one of the name
        ("/a/b.exr", 7, "/a/b.exr"),
    ],
)
def test_a_frame_of_a_sequence(path: str, frame: int, want: str) -> None:
    assert at_frame(path, frame) == want
    assert is_sequence(path) == (path != want)
    assert frame_of(want, path) == (frame if path != want else None)


def test_hashes_as_other_programs_write_them() -> None:
    assert as_printf("/a/b.####.exr") == "/a/b.%04d.exr"
    assert frame_of("/a/b.00007.exr", "/a/b.####.exr") is None
    assert frame_of("/a/b.x.exr", "/a/b.####.exr") is None


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("1001", (1001,)),
        ("1001-1004", (1001, 1002, 1003, 1004)),
        ("1-9x4", (1, 5, 9)),
        ("3-1", (3, 2, 1)),
        ("-2-1", (-2, -1, 0, 1)),
        ("5, 1-2 5", (5, 1, 2)),
    ],
)
def test_ranges(text: str, frames: tuple[int, ...]) -> None:
    assert frames_of(text) == frames


@pytest.mark.parametrize("text", ["", "a", "1-", "1-5x0", "1-999999999", "1..5"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no range|too many"):
        frames_of(text)


def test_frames_in_few_words() -> None:
    assert written((1003, 1001, 1002, 1010)) == "1001-1003, 1010"
    assert written(()) == ""
