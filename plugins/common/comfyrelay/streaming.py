"""Files on their way to the relay, in pieces: no whole file is ever in memory.

A piece is small enough that no other thread waits for it longer than a millisecond or two.
"""

from __future__ import annotations

import binascii
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from .errors import InputMissing
from .stopping import StopFlags

PIECE = 192 * 1024  # bytes; whole groups of three, 256 KB as Base64
HASH_PIECE = 1024 * 1024
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Source:
    """A file as it was when it was first looked at."""

    path: Path
    size: int  # bytes
    modified_ns: int
    changed_ns: int = 0  # also by who copied something else there, with its time
    number: int = 0  # of the inode

    @classmethod
    def of(cls, path: Path) -> Source:
        """Raises InputMissing."""
        with _reading(path):
            found = path.stat()
        if not found.st_size:
            raise InputMissing(f"{path} is empty.", "Export the input again.")
        return cls(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """Its bytes: as many as there were. Raises InputMissing if it changed."""
        left = self.size
        with _reading(self.path), self.path.open("rb") as file:
            while left:
                piece = file.read(min(size, left))
                if not piece:
                    raise self._changed()
                left -= len(piece)
                yield piece
            if os.fstat(file.fileno()).st_size != self.size:
                raise self._changed()

    def _changed(self) -> InputMissing:
        return InputMissing(f"{self.path} changed while it was sent.", "Press Generate again.")


@dataclass(frozen=True)
class Spliced:
    """JSON text in which each marker stands for a file as Base64. May be sent more than once."""

    parts: tuple[bytes | Source, ...]

    @classmethod
    def of(cls, text: str, sources: Mapping[str, Source]) -> Spliced:
        """The markers are in the text once each, in the order of `sources`."""
        parts: list[bytes | Source] = []
        for marker, source in sources.items():
            before, _, text = text.partition(marker)
            parts += [before.encode(), source]
        return cls((*parts, text.encode()))

    @property
    def size(self) -> int:
        """Bytes of the whole body."""
        return sum(
            len(part) if isinstance(part, bytes) else 4 * -(-part.size // 3) for part in self.parts
        )

    def pieces(self) -> Iterator[bytes]:
        """The body."""
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
                continue
            for piece in part.pieces():
                yield binascii.b2a_base64(piece, newline=False)


def sha256(source: Source, stop: Event) -> str:
    """The hash of a file, in hex digits. Raises InputMissing, Stopped."""
    found = hashlib.sha256()
    for piece in source.pieces(HASH_PIECE):
        StopFlags.check_one(stop)
        found.update(piece)
    return found.hexdigest()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputMissing(
            f"{path} cannot be read: {reason}.", "Export the input again."
        ) from error
