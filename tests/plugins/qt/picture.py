"""Draws the queue panel: `python -m tests.plugins.qt.picture [docs/pictures/queue-panel.png]`."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from comfyrelay.desk import Desk
from comfyrelay.job import Failure, Job
from comfyrelay.journal import Entry
from comfyrelay.memory import MemoryDcc
from comfyrelay.settings import read_settings
from comfyrelay.watching import Look
from comfyrelay_qt.panel import QueuePanel
from comfyrelay_qt.rows import Here, queue
from tests.plugins.qt.screen import application, close, dark

SHOWN = Path("docs/pictures/queue-panel.png")
NOW = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
SCENE = "/shots/sq010/comp_v012.nk"
WIDE, NARROW, HEIGHT = 900, 360, 460


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


JOBS = (
    Job("0b6e-9", "queued", 3, "waiting", "image-to-video", position=3, size=5,
        created_at=ago(14), metadata={"frame": "1004"}),
    Job("0b6e-8", "queued", 3, "waiting", "image-to-video", position=2, size=5,
        created_at=ago(15), metadata={"frame": "1003"}),
    Job("0b6e-7", "running", 9, "executing", "inpaint", progress=0.37, expected_s=70,
        step="KSampler", host="gpu1", created_at=ago(50), started_at=ago(42)),
    Job("0b6e-6", "running", 9, "executing", "relight_interior_plates_with_depth", progress=0.82,
        expected_s=400, host="workstation-of-somebody-17", created_at=ago(400),
        started_at=ago(333)),
    Job("0b6e-5", "canceling", 5, "executing", "upscale", host="gpu2", created_at=ago(500),
        started_at=ago(490)),
    Job("0b6e-4", "succeeded", 9, "over", "upscale", host="gpu2", seconds=71.0,
        created_at=ago(900)),
    Job("0b6e-3", "failed", 9, "over", "text-to-image", host="gpu1", seconds=3.0,
        created_at=ago(2000), failure=Failure("out_of_memory", "The host's GPU is out of memory.")),
    Job("0b6e-2", "canceled", 9, "over", "blur", created_at=ago(5000)),
    Job("0b6e-1", "succeeded", 9, "over", "matte", host="gpu1", seconds=12.0,
        created_at=ago(90000), tags=("dailies", "farm")),
)  # fmt: skip


def _entry(job: str, node: str, scene: str = SCENE) -> Entry:
    return Entry(job, job, "u", "s", scene, node, "http://relay:8190", "", 1, job_id=job)


LOOK = Look(
    JOBS,
    {
        "0b6e-9": _entry("0b6e-9", "ComfyRelay1"),
        "0b6e-8": _entry("0b6e-8", "ComfyRelay1"),
        "0b6e-7": _entry("0b6e-7", "CleanPlate.ComfyRelay2"),
        "0b6e-6": _entry("0b6e-6", "ComfyRelay1", "/shots/sq020/lighting_v003.hip"),
        "0b6e-4": _entry("0b6e-4", "ComfyRelay3"),
        "0b6e-3": _entry("0b6e-3", "ComfyRelay4"),
    },
)


@contextmanager
def drawn(look: Look = LOOK, width: int = WIDE, *, is_dark: bool = True) -> Iterator[QueuePanel]:
    """The panel with these jobs, asking nobody."""
    app = application()
    before = app.palette()
    app.setPalette(dark() if is_dark else before)
    with tempfile.TemporaryDirectory() as folder:
        dcc = MemoryDcc()
        dcc.save(Path(folder, "comp_v012.nk"))
        local = {
            name: replace(entry, scene=dcc.scene) if entry.scene == SCENE else entry
            for name, entry in look.origins.items()
        }
        desk = Desk(dcc, lambda: read_settings({}, Path(folder)))
        panel = QueuePanel(desk)
        panel.resize(width, HEIGHT)
        panel.show()  # what it asks then is never answered, for nobody turns the main loop
        app.processEvents()
        here = Here(dcc.scene, desk.session)
        panel.show_queue(queue(replace(look, origins=local), here, NOW.timestamp()))
        yield panel
        close(panel)
        desk.close()
    app.setPalette(before)


def preview(width: int = 320, height: int = 180) -> bytes:
    """Something like a picture that is not finished."""
    y, x = np.mgrid[0:height, 0:width] / (height, width)[0]
    hills = 0.55 + 0.08 * np.sin(5 * x) + 0.05 * np.sin(13 * x + 1)
    sky = np.stack([0.95 - 0.5 * y, 0.75 - 0.25 * y, 0.6 + 0.15 * y], axis=-1)
    land = np.stack([0.15 + 0.2 * (1 - y), 0.25 + 0.1 * x, 0.2 + 0 * x], axis=-1)
    noise = np.random.default_rng(1).normal(0, 0.015, (height, width, 1))
    pixels = np.where((y > hills)[..., None], land, sky) + noise
    file = io.BytesIO()
    Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8)).save(file, "JPEG", quality=80)
    return file.getvalue()


def main(target: Path) -> None:
    with drawn(width=520) as panel:
        panel.list.choose("0b6e-7")
        panel.details.show_picture("0b6e-7", preview())
        target.parent.mkdir(parents=True, exist_ok=True)
        panel.grab().save(str(target))
    with Image.open(target) as image:
        few = image.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
    few.save(target, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHOWN)
