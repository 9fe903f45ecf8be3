"""One file on its way into the folder: written and hashed in one pass, then kept or gone."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from blake3 import blake3

from relay_server.blobs.blob import Blob, Digest
from relay_server.errors import Unavailable


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the disk says into one sentence."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "store_unavailable",
            f"The blob store cannot write: {error.strerror or error}. "
            "Ask whoever runs the relay to look at its blob folder, then send this again.",
        ) from error


class LocalSpool:
    """A file in the spool folder. The file is made by the first write, in the writer's thread."""

    def __init__(self, path: Path, place: Callable[[str], Path], *, fsync: bool) -> None:
        self._path = path
        self._place = place
        self._fsync = fsync
        self._file: BinaryIO | None = None
        self._sha256 = hashlib.sha256()
        self._blake3 = blake3()
        self._size = 0
        self._digest: Digest | None = None
        self._blob: Blob | None = None
        self._discarded = False
        # A writer thread may still be at work when the request is gone and discards.
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """Where the bytes are until they are kept."""
        return self._path

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append and hash. After `discard` nothing happens, so a late thread brings nothing back.

        Big chunks (1 MB) leave the interpreter to the event loop: hashes and file let go of it.
        """
        with self._lock, disk_errors():
            if self._discarded:
                return
            if self._digest:
                raise ValueError("The spool is finished.")
            self._opened().write(chunk)
            self._sha256.update(chunk)
            self._blake3.update(chunk)
            self._size += memoryview(chunk).nbytes

    def finish(self) -> Digest:
        """End the writing; may be asked again."""
        with self._lock, disk_errors():
            if self._discarded:
                raise ValueError("The spool is discarded.")
            if not self._digest:
                self._close(fsync=self._fsync)
                self._digest = Digest(
                    self._sha256.hexdigest(), self._blake3.hexdigest(), self._size
                )
            return self._digest

    def keep(self) -> Blob:
        """Put the file into its place, or only touch the blob that is there already."""
        digest = self.finish()
        with self._lock, disk_errors():
            if not self._blob:
                is_new = self._into(self._place(digest.sha256), digest.size)
                self._blob = Blob(digest.sha256, digest.blake3, digest.size, is_new)
            return self._blob

    def discard(self) -> None:
        """Forget the file, unless it was kept."""
        with self._lock:
            if self._blob or self._discarded:
                return
            self._discarded = True
            # Nobody can do anything about a disk that fails here; the sweep tries again.
            if self._file:
                with suppress(OSError):
                    self._file.close()
            with suppress(OSError):
                self._path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def _opened(self) -> BinaryIO:
        if not self._file:
            self._file = self._path.open("xb")
        return self._file

    def _close(self, *, fsync: bool) -> None:
        file = self._opened()
        file.flush()
        if fsync:
            os.fsync(file.fileno())
        file.close()

    def _into(self, target: Path, size: int) -> bool:
        is_new = not _touched(target, size)
        if is_new:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.replace(target)
        else:
            self._path.unlink()
        if self._fsync:
            # The entry of the blob, and of the two folders that may be new.
            for folder in target.parents[:3]:
                _fsync_folder(folder)
        return is_new


def _touched(target: Path, size: int) -> bool:
    """Renew the blob's time, so that no sweep takes it now; False if it is not there.

    A blob of another size was cut by a power failure and is replaced.
    """
    try:
        os.utime(target)
        return target.stat().st_size == size
    except FileNotFoundError:
        return False


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
