"""The kind of a file: its first bytes, then its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from relay_server.blobs.media import content_type_of, output_type_of


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a", "image/gif"),
        (b"\x76\x2f\x31\x01", "image/x-exr"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"BM" + b"\0" * 12 + b"\x28\0\0\0", "image/bmp"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", "video/x-matroska"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"fLaC", "audio/flac"),
        (b"ID3\x04", "audio/mpeg"),
        (b"OggS", "audio/ogg"),
        (b"glTF\x02", "model/gltf-binary"),
    ],
)
def test_the_first_bytes_win_over_the_name(tmp_path: Path, head: bytes, content_type: str) -> None:
    path = tmp_path / "blob"
    path.write_bytes(head)
    assert content_type_of(path, "lies.txt") == content_type


@pytest.mark.parametrize(
    ("name", "content_type", "output_type"),
    [
        ("a.PNG", "image/png", "image"),
        ("a.exr", "image/x-exr", "image"),
        ("a.webp", "image/webp", "image"),
        ("a.gif", "image/gif", "image"),
        ("a.mkv", "video/x-matroska", "video"),
        ("a.mp3", "audio/mpeg", "audio"),
        ("a.txt", "text/plain", "text"),
        ("a.json", "application/json", "text"),
        ("a.latent", "application/octet-stream", "latent"),
        ("a.glb", "model/gltf-binary", "file"),
        ("a.gltf", "model/gltf+json", "file"),
        ("a.obj", "model/obj", "file"),
        ("a.fbx", "application/octet-stream", "file"),
        ("a.safetensors", "application/octet-stream", "file"),
        ("a.npy", "application/octet-stream", "file"),
        ("unknown", "application/octet-stream", "file"),
    ],
)
def test_the_name_tells_what_the_bytes_do_not(
    tmp_path: Path, name: str, content_type: str, output_type: str
) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"no magic here")
    assert content_type_of(path, name) == content_type
    assert output_type_of(content_type, name) == output_type
