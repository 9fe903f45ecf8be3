"""The blob store on a folder.

<folder>/<ab>/<cd>/<sha256>   the blobs; the first four digits make the folders
<folder>/spool/               files on their way in, on the same file system for the rename
<folder>/previews/<job id>    the latest preview of a job
<folder>/probes/<token>       marks by which a worker proves that it sees this folder
<folder>/away/                files while they are removed; see `removal`
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from relay_server.blobs import removal
from relay_server.blobs.async_spool import AsyncSpool
from relay_server.blobs.blob import Blob
from relay_server.blobs.spool import LocalSpool, disk_errors
from relay_server.errors import InvalidRequest, NotFound, StartupError
from relay_server.settings import Settings

READ = 1024 * 1024
STALE_S = 86400.0
BESIDE = ("spool", "previews", "probes", "away")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TWO = re.compile(r"[0-9a-f]{2}")
_TOKEN = re.compile(r"[0-9a-f]{32}")


class LocalBlobs:
    """Blobs, previews and probes in one folder, shared by all processes of the relay."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        self._folder = folder
        self._fsync = fsync
        # One writer for all uploads: with more of them the event loop waits for its turn too long.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="blobs")

    @classmethod
    def opened(cls, settings: Settings) -> LocalBlobs:
        """The store of these settings, its folders made and swept. Raises StartupError."""
        store = cls(settings.blob_dir, fsync=settings.fsync == "always")
        try:
            store.prepare()
        except OSError as error:
            raise StartupError(
                "upstream_error",
                f"The blob folder {settings.blob_dir} cannot be used: {error.strerror}. "
                "Set COMFY_RELAY_BLOBS to a folder that can be written.",
            ) from error
        return store

    def prepare(self) -> None:
        """Make the folders; remove what a crash left beside the blobs more than a day ago."""
        self.make()
        self.sweep()

    def make(self) -> None:
        """Make the folders that are not there."""
        # Other accounts of the machine see no pictures, unless the folder was made for them.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in BESIDE:
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        """Let the writer end; what waits for it is still written."""
        self._writer.shutdown()

    # blobs

    def spool(self) -> LocalSpool:
        """A new file on its way in. Its calls block."""
        return LocalSpool(self._fresh(), self.path, fsync=self._fsync)

    def async_spool(self) -> AsyncSpool:
        """The same for the event loop."""
        return AsyncSpool(self.spool(), self._writer)

    def put(self, data: bytes) -> Blob:
        """Store a small thing in one go. Blocks."""
        with self.spool() as spool:
            spool.write(data)
            return spool.keep()

    def path(self, sha256: str) -> Path:
        """Where the blob is, if it is there."""
        _check(_SHA256, sha256, "A blob is named by 64 lowercase hexadecimal digits.")
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def size(self, sha256: str) -> int:
        """Bytes of the blob. Raises NotFound."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            raise _missing(sha256) from None

    def exists(self, sha256: str) -> bool:
        """Whether the blob is there."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """The blob for reading. Raises NotFound."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise _missing(sha256) from None

    def read(self, sha256: str) -> bytes:
        """All bytes of a small blob. Raises NotFound. Blocks."""
        with self.open(sha256) as file:
            return file.read()

    async def chunks(
        self, sha256: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but without `stop`, read in a thread. Raises NotFound."""
        file = await asyncio.to_thread(self.open, sha256)
        try:
            file.seek(start)
            while stop is None or start < stop:
                most = READ if stop is None else min(READ, stop - start)
                chunk = await asyncio.to_thread(file.read, most)
                if not chunk:
                    return
                start += len(chunk)
                yield chunk
        finally:
            file.close()

    def delete(self, sha256: str, *, idle_s: float = 0.0) -> bool:
        """Remove the blob unless it was put in the last `idle_s`; whether it is gone."""
        return removal.remove_idle(self.path(sha256), self._folder / "away", idle_s)

    def is_idle(self, sha256: str, idle_s: float) -> bool:
        """Whether nobody put the blob in the last `idle_s`, by this machine's clock."""
        with contextlib.suppress(FileNotFoundError):
            return time.time() - self.path(sha256).stat().st_mtime >= idle_s
        return True

    def folders(self) -> Iterator[Path]:
        """The folders with the blobs, one after the other."""
        for folder in removal.folders_in(self._folder):
            if _TWO.fullmatch(folder.name):
                yield from removal.folders_in(folder)

    def old(self, folder: Path, idle_s: float) -> list[tuple[str, int]]:
        """(sha256, bytes) of the blobs of one of these folders that nobody put for `idle_s`."""
        found = removal.old_files(folder, idle_s)
        return [(path.name, size) for path, size in found if _SHA256.fullmatch(path.name)]

    # what kills leave

    def stale(self) -> list[tuple[Path, int]]:
        """(path, bytes) of what was left beside the blobs more than a day ago."""
        found: list[tuple[Path, int]] = []
        for name in ("spool", "previews"):  # a relay's probe is as old as the relay
            found += removal.old_files(self._folder / name, STALE_S)
        return found

    def sweep(self) -> list[tuple[Path, int]]:
        """Remove that, and bring back blobs whose removal was cut short; what was removed."""
        removal.restore(self._folder / "away", self.path)
        found = self.stale()
        for path, _ in found:
            path.unlink(missing_ok=True)
        return found

    # previews

    def put_preview(self, job_id: str, data: bytes) -> None:
        """Replace the job's preview; a reader sees the old one or the new one, whole."""
        self._replace(self._preview(job_id), data)

    def get_preview(self, job_id: str) -> bytes | None:
        """None if the job has no preview."""
        try:
            return self._preview(job_id).read_bytes()
        except FileNotFoundError:
            return None

    def drop_preview(self, job_id: str) -> None:
        """Remove the job's preview, if it has one."""
        self._preview(job_id).unlink(missing_ok=True)

    # probes

    def write_probe(self) -> str:
        """Leave a mark and return its name. Marks of relays that began before are removed after a
        day: this one takes their place."""
        for path, _ in removal.old_files(self._folder / "probes", STALE_S):
            path.unlink(missing_ok=True)
        token = secrets.token_hex(16)
        self._replace(self._probe(token), token.encode())
        return token

    def read_probe(self, token: str) -> bool:
        """Whether that mark is in this folder."""
        try:
            return self._probe(token).read_bytes() == token.encode()
        except FileNotFoundError:
            return False

    def _fresh(self) -> Path:
        return self._folder / "spool" / secrets.token_hex(16)

    def _preview(self, job_id: str) -> Path:
        _check(_UUID, job_id, "A job is named by a UUID in lowercase.")
        return self._folder / "previews" / job_id

    def _probe(self, token: str) -> Path:
        _check(_TOKEN, token, "A probe is named by 32 lowercase hexadecimal digits.")
        return self._folder / "probes" / token

    def _replace(self, target: Path, data: bytes) -> None:
        fresh = self._fresh()
        with disk_errors():
            try:
                fresh.write_bytes(data)
                fresh.replace(target)
            finally:
                fresh.unlink(missing_ok=True)


def _check(pattern: re.Pattern[str], name: str, sentence: str) -> None:
    if not pattern.fullmatch(name):
        raise InvalidRequest("invalid_request", sentence)


def _missing(sha256: str) -> NotFound:
    return NotFound("blob_not_found", f"There is no blob {sha256}; upload its bytes first.")
