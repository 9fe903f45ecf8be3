"""What kind of file some bytes are: by their first bytes, then by the name."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Literal

OutputType = Literal["image", "video", "audio", "text", "file", "latent"]

_ANYTHING = "application/octet-stream"
HEAD = 64
"""Bytes that are looked at."""

_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"\x76\x2f\x31\x01": "image/x-exr",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"II+\0\x08\0\0\0": "image/tiff",
    b"MM\0+\0\x08\0\0": "image/tiff",
    b"fLaC": "audio/flac",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"glTF": "model/gltf-binary",
}
_RIFFS = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
}
_BMPHEADERS = (12, 40, 52, 56, 64, 108, 124)

_ENDINGS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".exr": "image/x-exr",
    ".hdr": "image/vnd.radiance",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".svg": "image/svg+xml",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".obj": "model/obj",
    ".ply": "model/ply",
    ".stl": "model/stl",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".srt": "application/x-subrip",
    ".json": "application/json",
    # .latent, .safetensors, .npy, .fbx and all others are plain bytes
}
MASK_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp"}
)
"""Of pictures that a mask can be read from."""

_TEXTS = ("application/json", "application/x-subrip")


def content_type_of(path: Path, name: str) -> str:
    """The media type of the file at `path` that its user calls `name`. Reads a few bytes."""
    with path.open("rb") as file:
        return content_type(file.read(HEAD), name)


def content_type(head: bytes, name: str) -> str:
    """The same from a file's first bytes, `HEAD` of them if it has so many."""
    return sniff(head) or _ENDINGS.get(PurePath(name).suffix.lower(), _ANYTHING)


def output_type_of(content_type: str, name: str) -> OutputType:
    """The contract's word for it. A mesh is a file, an animated picture an image."""
    if PurePath(name).suffix.lower() == ".latent":
        return "latent"
    if content_type in _TEXTS:
        return "text"
    match content_type.partition("/")[0]:
        case "image" | "video" | "audio" | "text" as kind:
            return kind
        case _:
            return "file"


def sniff(head: bytes) -> str | None:
    """The media type that the first bytes tell; None if they tell nothing."""
    for start, content_type in _STARTS.items():
        if head.startswith(start):
            return content_type
    return _container(head)


def _container(head: bytes) -> str | None:
    """Formats that say their name later on."""
    if head.startswith(b"RIFF"):
        return _RIFFS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head else "video/x-matroska"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMPHEADERS:
        return "image/bmp"
    return None
