"""The plugin core's door on a relay of a test, and files to send."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from comfyrelay.relay import Relay, Submission
from comfyrelay.settings import Settings
from tests.rig import Pixels, Rig, picture, png

GO_ON = Event()
"""Never set."""


@contextmanager
def door(url: str, patience_s: float = 20.0, **settings: Any) -> Iterator[Relay]:
    """The plugin core's door."""
    relay = Relay(Settings(url=url, **settings), patience_s=patience_s)
    try:
        yield relay
    finally:
        relay.close()


def written(folder: Path, name: str = "plate.png", pixels: Pixels | None = None) -> Path:
    """A picture as a file."""
    file = folder / name
    file.write_bytes(png(picture() if pixels is None else pixels))
    return file


def blur(*plates: Path, **more: Any) -> Submission:
    """A job for the starter workflow `blur`."""
    params = {"radius": 3, "sigma": 1.5, **more.pop("params", {})}
    return Submission("blur", params, {"image": plates[0]}, **more)


def key() -> str:
    """A new idempotency key."""
    return str(uuid.uuid4())


def ended(relay: Relay, job_id: str) -> Any:
    """The job when it is over, by long polls."""
    job = relay.job(job_id)
    while not job.over:
        job = relay.wait(job_id, job.rev, 20.0, GO_ON)
    return job


__all__ = ["GO_ON", "Rig", "blur", "door", "ended", "key", "written"]
