"""What a picture is, by its header alone."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from relay_server.blobs.pictures import LARGEST_HEADER, inspect
from relay_server.errors import Unprocessable

LIMIT = 178_956_970


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "picture"


def png(width: int, height: int, metadata: bytes = b"") -> bytes:
    """A PNG of that size, without its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    text = chunk(b"tEXt", b"prompt\0" + metadata) if metadata else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + chunk(b"IDAT", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def exr(*attributes: tuple[bytes, bytes, bytes]) -> bytes:
    packed = b"".join(
        name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value
        for name, kind, value in attributes
    )
    return b"\x76\x2f\x31\x01\x02\0\0\0" + packed + b"\0"


def window(left: int, top: int, right: int, bottom: int) -> tuple[bytes, bytes, bytes]:
    return b"dataWindow", b"box2i", struct.pack("<4i", left, top, right, bottom)


def channels(*names: bytes) -> tuple[bytes, bytes, bytes]:
    each = (name + b"\0" + struct.pack("<iB3xii", 1, 0, 1, 1) for name in names)
    return b"channels", b"chlist", b"".join(each) + b"\0"


@pytest.mark.parametrize(
    ("kind", "mode", "content_type"),
    [
        ("PNG", "RGBA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/webp"),
        ("WEBP", "RGBA", "image/webp"),
        ("GIF", "P", "image/gif"),
        ("TIFF", "F", "image/tiff"),
        ("BMP", "RGB", "image/bmp"),
    ],
)
def test_a_picture_is_known_by_its_header(
    path: Path, kind: str, mode: str, content_type: str
) -> None:
    Image.new(mode, (37, 21)).save(path, kind)
    picture = inspect(path, LIMIT)
    assert picture is not None
    assert (picture.format, picture.content_type) == (kind, content_type)
    assert (picture.width, picture.height, picture.mode) == (37, 21, mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_lossless_or_animated_webp_is_known(path: Path, mode: str) -> None:
    Image.new(mode, (300, 17)).save(path, "WEBP", lossless=True)
    picture = inspect(path, LIMIT)
    assert picture is not None
    assert (picture.width, picture.height, picture.mode) == (300, 17, mode)
    frames = [Image.new(mode, (300, 17), color) for color in ("red", "blue")]
    frames[0].save(path, "WEBP", save_all=True, append_images=frames[1:])
    picture = inspect(path, LIMIT)
    assert picture is not None
    assert (picture.width, picture.height) == (300, 17)


def test_an_exr_has_the_size_of_its_data_window(path: Path) -> None:
    path.write_bytes(
        exr(
            (b"comments", b"string", b"made for a test"),
            channels(b"A", b"B", b"G", b"R"),
            window(-10, 5, 1909, 1084),
        )
    )
    picture = inspect(path, LIMIT)
    assert picture is not None
    assert (picture.format, picture.content_type) == ("EXR", "image/x-exr")
    assert (picture.width, picture.height, picture.mode) == (1920, 1080, "RGBA")


def test_an_exr_may_have_other_channels(path: Path) -> None:
    path.write_bytes(exr(channels(b"Y"), window(0, 0, 9, 9)))
    picture = inspect(path, LIMIT)
    assert picture is not None
    assert picture.mode == "Y"


@pytest.mark.parametrize("data", [b"just text", b"glTF\x02\0\0\0", b"RIFF\0\0\0\0WAVE", b"BM"])
def test_what_is_no_picture_is_none(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert inspect(path, LIMIT) is None


def test_an_empty_file_is_refused(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(Unprocessable) as caught:
        inspect(path, LIMIT)
    assert caught.value.code == "empty_file"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n",
        png(10, 10)[:20],
        png(0, 10),
        b"\xff\xd8\xff\xe0junk",
        b"GIF89a",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08",
        b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0",
        b"RIFF\0\0\0\0WEBPXXXX" + b"\0" * 20,
        b"BM" + b"\0" * 12 + b"\x28\0\0\0",
        exr(),
        exr(channels(b"R")),
        exr((b"dataWindow", b"box2i", b"short")),
        exr(window(0, 0, -1, 10)),
        b"\x76\x2f\x31\x01\x02\0\0\0" + b"x" * 1000,
        b"\x76\x2f\x31\x01\x02\0\0\0name\0type\0\xff\xff\xff\xff",
    ],
)
def test_a_broken_header_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(Unprocessable, match="header is broken") as caught:
        inspect(path, LIMIT)
    assert caught.value.code == "invalid_picture"


@pytest.mark.parametrize("data", [png(20_000, 20_000), exr(window(0, 0, 19_999, 19_999))])
def test_a_picture_of_too_many_pixels_is_refused_without_a_warning(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(Unprocessable, match="20000 x 20000") as caught:
        inspect(path, LIMIT)
    assert caught.value.code == "picture_too_large"


def test_the_limit_is_ours_and_not_pillows(path: Path) -> None:
    path.write_bytes(png(20_000, 20_000))
    picture = inspect(path, 400_000_000)
    assert picture is not None
    assert picture.width == 20_000


def test_long_metadata_is_read_up_to_a_limit(path: Path) -> None:
    path.write_bytes(png(10, 10, b"x" * 1_000_000))
    assert inspect(path, LIMIT)
    path.write_bytes(png(10, 10, b"x" * LARGEST_HEADER))
    with pytest.raises(Unprocessable, match="the header is too long"):
        inspect(path, LIMIT)


STARTS = [
    png(10, 10),
    b"\xff\xd8\xff",
    b"GIF89a",
    b"II*\0\x08\0\0\0",
    b"BM" + b"\0" * 12 + b"\x28",
    b"RIFF\0\0\0\0WEBPVP8X",
    exr(channels(b"R"), window(0, 0, 1, 1))[:-1],
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
def test_made_up_headers_are_read_or_refused(path: Path, start: bytes, rest: bytes) -> None:
    path.write_bytes(start + rest)
    with suppress(Unprocessable):
        inspect(path, LIMIT)


def test_an_exr_is_as_large_as_what_it_shows(path: Path) -> None:
    shown = (b"displayWindow", b"box2i", struct.pack("<4i", 0, 0, 63, 47))
    path.write_bytes(exr(channels(b"R", b"G", b"B"), window(10, 10, 19, 14), shown))
    picture = inspect(path, LIMIT)
    assert picture is not None
    assert (picture.width, picture.height, picture.stored) == (64, 48, 50)


@pytest.mark.parametrize("side", ["dataWindow", "displayWindow"])
def test_an_exr_that_unfolds_to_too_much_is_refused(path: Path, side: str) -> None:
    large, small = (struct.pack("<4i", 0, 0, end, end) for end in (65535, 0))
    sizes = {name: large if name == side else small for name in ("dataWindow", "displayWindow")}
    boxes = [(name.encode(), b"box2i", size) for name, size in sizes.items()]
    path.write_bytes(exr(channels(b"R"), *boxes))
    with pytest.raises(Unprocessable, match="pixels"):
        inspect(path, LIMIT)
