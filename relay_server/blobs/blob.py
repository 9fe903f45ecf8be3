"""Bytes and what is known about them: on their way in, and in the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True)
class Digest:
    """What one pass over the bytes tells. `sha256` is the identity, `blake3` an index."""

    sha256: str
    blake3: str
    size: int  # bytes


@dataclass(frozen=True)
class Blob(Digest):
    """Bytes that are in the store. `is_new` is False if it had them before."""

    is_new: bool


class Spool(Protocol):
    """Bytes on their way in. Left without `keep()`, they are gone. Any thread, one at a time."""

    @property
    def path(self) -> Path:
        """Where the bytes are until they are kept."""

    @property
    def size(self) -> int:
        """Bytes written so far."""

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append and hash. Raises Unavailable if the disk does not take it."""

    def finish(self) -> Digest:
        """End the writing; may be asked again."""

    def keep(self) -> Blob:
        """Put the bytes into the store under their sha256; may be asked again."""

    def discard(self) -> None:
        """Forget the bytes, unless they were kept."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
