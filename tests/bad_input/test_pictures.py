"""Files that are no pictures, no files at all, or far too large once they are decoded."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib
from collections.abc import Callable

import httpx
import pytest
from PIL import Image

from tests.bad_input.asking import ASSETS, BLOBS, INVERT, refused
from tests.rig import picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

Send = Callable[[httpx.Client, bytes], httpx.Response]


def by_form(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post(ASSETS, files={"file": ("a.png", data, "image/png")})


def by_hash(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.put(f"{BLOBS}/{hashlib.sha256(data).hexdigest()}", content=data)


def inline(client: httpx.Client, data: bytes) -> httpx.Response:
    text = base64.b64encode(data).decode()
    return client.post(INVERT, json={"inputs": {"image": {"data": text, "name": "a.png"}}})


DOORS: dict[str, Send] = {"form": by_form, "hash": by_hash, "inline": inline}


def png_bomb() -> bytes:
    return png_chunks((b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)))


def png_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    found = b"\x89PNG\r\n\x1a\n"
    for kind, data in (*chunks, (b"IDAT", zlib.compress(bytes(64))), (b"IEND", b"")):
        check = zlib.crc32(kind + data)
        found += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
    return found


def jpeg_bomb() -> bytes:
    data = encoded("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", 60_000, 60_000) + data[at + 4 :]


def gif_bomb() -> bytes:
    data = encoded("GIF")
    return data[:6] + struct.pack("<HH", 60_000, 60_000) + data[10:]


def webp_bomb() -> bytes:
    size = (60_000 - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_bomb() -> bytes:
    tags = [
        (256, 4, 60_000), (257, 4, 60_000), (258, 3, 8), (259, 3, 1), (262, 3, 1),
        (273, 4, 8), (277, 3, 1), (278, 4, 60_000), (279, 4, 1),
    ]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + bytes(4)


def bmp_bomb() -> bytes:
    data = encoded("BMP")
    return data[:18] + struct.pack("<ii", 60_000, 60_000) + data[26:]


def exr_bomb() -> bytes:
    window = struct.pack("<4i", 0, 0, 59_999, 59_999)
    return b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0box2i\0" + struct.pack("<i", 16) + window + b"\0"


def encoded(format_: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture(8, 8)).save(file, format_)
    return file.getvalue()


BOMBS = {
    "png": png_bomb(),
    "jpeg": jpeg_bomb(),
    "gif": gif_bomb(),
    "webp": webp_bomb(),
    "tiff": tiff_bomb(),
    "bmp": bmp_bomb(),
    "exr": exr_bomb(),
    "honest": png(picture(1200, 900))[:100_000],
}


@pytest.mark.parametrize("kind", BOMBS)
@pytest.mark.parametrize("door", DOORS)
def test_a_picture_with_too_many_pixels_is_refused(
    client: httpx.Client, door: str, kind: str
) -> None:
    answer = DOORS[door](client, BOMBS[kind])
    found = refused(answer, "picture_too_large", "make it smaller")
    of_input = {"input": "image"} if door == "inline" else {}
    assert found.details == {"limit": 1_000_000, **of_input}


@pytest.mark.parametrize("door", DOORS)
def test_a_file_without_bytes_is_refused(client: httpx.Client, door: str) -> None:
    refused(DOORS[door](client, b""), "empty_file", "Export it again")


BROKEN = {
    "only a signature": b"\x89PNG\r\n\x1a\n",
    "cut in its header": png(picture(8, 8))[:20],
    "no size": png_chunks((b"IHDR", struct.pack(">IIBBBBB", 0, 8, 8, 2, 0, 0, 0))),
    "jpeg without an end": b"\xff\xd8\xff\xe0" + b"\xff" * 2000,
    "webp without a chunk": b"RIFF\x04\0\0\0WEBP",
    "tiff whose tags are elsewhere": b"II*\0\xff\xff\xff\x7f",
    "gif of six bytes": b"GIF89a",
    "exr that ends": b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0",
    "exr of negative size": b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0box2i\0\xff\xff\xff\xff" * 40,
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("door", DOORS)
def test_a_broken_header_is_refused(client: httpx.Client, door: str, kind: str) -> None:
    refused(DOORS[door](client, BROKEN[kind]), "invalid_picture", "Export it again")


@pytest.mark.parametrize("data", [b"only words", b"%PDF-1.7", b"\0" * 3000, b"<svg/>"])
def test_what_is_no_picture_is_refused_where_one_is_asked(
    client: httpx.Client, data: bytes
) -> None:
    refused(inline(client, data), "invalid_picture", "Send PNG")


def test_a_known_file_that_is_no_picture_is_refused_too(
    client: httpx.Client, plain_file: dict[str, str]
) -> None:
    for source in ({"asset": plain_file["id"]}, {"sha256": plain_file["sha256"]}):
        answer = client.post(INVERT, json={"inputs": {"image": source}})
        refused(answer, "invalid_picture", "Send PNG")


def test_a_put_under_another_hash_is_refused(client: httpx.Client) -> None:
    answer = client.put(f"{BLOBS}/{'0' * 64}", content=png(picture(8, 8)))
    refused(answer, "hash_mismatch", "Send them again")


@pytest.mark.parametrize("name", ["abc", "0" * 63, "F" * 64, "0" * 65, "..%2f..%2fetc%2fpasswd"])
def test_a_put_under_no_hash_is_refused(client: httpx.Client, name: str) -> None:
    refused(client.put(f"{BLOBS}/{name}", content=b"abc"), "hash_mismatch", "64 small hex digits")


def test_an_upload_of_another_hash_is_refused(client: httpx.Client) -> None:
    answer = client.post(
        ASSETS,
        files={"file": ("a.png", png(picture(8, 8)))},
        data={"expected_hash": f"blake3:{'0' * 64}"},
    )
    refused(answer, "hash_mismatch", "Send them again")


@pytest.mark.parametrize("hash_", ["0" * 64, "sha256:" + "0" * 64, "blake3:", "blake3:xyz", ""])
def test_an_expected_hash_that_is_none_is_refused(client: httpx.Client, hash_: str) -> None:
    answer = client.post(ASSETS, files={"file": b"abc"}, data={"expected_hash": hash_})
    refused(answer, "invalid_request", "expected_hash")
