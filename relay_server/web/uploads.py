"""What is checked of every file that comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from relay_server.blobs.async_spool import AsyncSpool
from relay_server.blobs.blob import Digest
from relay_server.blobs.media import MASK_TYPES, content_type_of
from relay_server.blobs.pictures import inspect
from relay_server.errors import Conflict, Unprocessable
from relay_server.models.forms import InputKind
from relay_server.web.relay import Call


@dataclass(frozen=True)
class Seen:
    """What a look at a file tells."""

    content_type: str
    size: tuple[int, int] | None = None  # width and height of a picture, in pixels


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept."""

    digest: Digest
    seen: Seen


async def checked_file(
    call: Call,
    spool: AsyncSpool,
    name: str | None,
    *,
    sha256: str | None = None,
    blake3: str | None = None,
    kind: InputKind = InputKind.DATA,
) -> CheckedFile:
    """A finished upload: not empty, of the promised hash, no bomb, and of its kind."""
    digest = await spool.finish()
    if digest.size == 0:
        raise Unprocessable("empty_file", "The file has no bytes. Export it again and send it.")
    if sha256 not in (None, digest.sha256) or blake3 not in (None, f"blake3:{digest.blake3}"):
        raise Conflict(
            "hash_mismatch",
            "The bytes that came do not have the hash that was promised. Send them again.",
            {"sha256": digest.sha256, "hash": f"blake3:{digest.blake3}"},
        )
    return CheckedFile(digest, await inspected(call, spool.path, name, kind))


async def inspected(call: Call, path: Path, name: str | None, kind: InputKind) -> Seen:
    """What a file is. Raises for broken and enormous pictures, and for what is none
    where one is asked."""
    max_pixels = call.relay.settings.max_pixels
    return await asyncio.to_thread(_inspected, path, name or "", max_pixels, kind)


def _inspected(path: Path, name: str, max_pixels: int, kind: InputKind) -> Seen:
    found = inspect(path, max_pixels)
    if found is None and kind is not InputKind.DATA:
        raise Unprocessable(
            "invalid_picture",
            "This input takes a picture, and the file is none that can be read."
            " Send PNG, JPEG, WebP, TIFF or EXR.",
        )
    content_type = found.content_type if found else content_type_of(path, name)
    if kind is InputKind.MASK:
        check_mask(content_type)
    return Seen(content_type, (found.width, found.height) if found else None)


def check_mask(content_type: str) -> None:
    """A worker turns a mask into one that every loader reads, and no EXR."""
    if content_type not in MASK_TYPES:
        raise Unprocessable(
            "invalid_picture",
            f"A mask cannot be read from {content_type[:80]}. Send the mask as PNG.",
        )
