"""What the relay asks of a blob store. `local.LocalBlobs` is the one on a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Protocol

from relay_server.blobs.async_spool import AsyncSpool
from relay_server.blobs.blob import Blob, Spool


class BlobStore(Protocol):
    """Blobs by their sha256. A name that is none raises InvalidRequest before it is a path."""

    def spool(self) -> Spool:
        """A new file on its way in. Its calls block."""

    def async_spool(self) -> AsyncSpool:
        """The same for the event loop."""

    def put(self, data: bytes) -> Blob:
        """Store a small thing in one go."""

    def path(self, sha256: str) -> Path:
        """Where the blob is, if it is there."""

    def size(self, sha256: str) -> int:
        """Bytes of the blob. Raises NotFound."""

    def exists(self, sha256: str) -> bool: ...

    def open(self, sha256: str) -> BinaryIO:
        """The blob for reading. Raises NotFound."""

    def chunks(self, sha256: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but without `stop`, read in a thread. Raises NotFound."""

    def delete(self, sha256: str, *, idle_s: float = 0.0) -> bool:
        """Remove the blob unless it was put in the last `idle_s`; whether it is gone."""


class Previews(Protocol):
    """The latest preview of each running job."""

    def put_preview(self, job_id: str, data: bytes) -> None: ...

    def get_preview(self, job_id: str) -> bytes | None:
        """None if the job has no preview."""

    def drop_preview(self, job_id: str) -> None: ...


class Probe(Protocol):
    """Proof that the relay and a worker see the same store."""

    def write_probe(self) -> str:
        """Leave a mark and return its name."""

    def read_probe(self, token: str) -> bool:
        """Whether that mark is in this store."""
