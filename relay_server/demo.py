"""The demo: a real picture goes the whole way and comes back changed, and a prompt becomes one."""

from __future__ import annotations

import asyncio
import math
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from relay_server.errors import StartupError
from relay_server.settings import Settings
from relay_server.sim_host import SimOptions
from relay_server.stack import Stack, stack
from relay_server.submit import Request, submit

WIDTH, HEIGHT = 2048, 1365
PROMPT = {
    "prompt": "a lighthouse at dusk",
    "checkpoint": SimOptions().checkpoints[0],
    "seed": 7,
    "width": 768,
    "height": 512,
}
Say = Callable[[str], None]


async def demo(out: Path, say: Say) -> None:
    """Two jobs through a relay of their own. Raises StartupError if a result is wrong."""
    plate = out / "plate.png"
    picture = await asyncio.to_thread(photograph, plate)
    say(f"picture: {plate} ({WIDTH} x {HEIGHT})")
    async with _own_stack() as running:
        say(f"relay:   {running.url}, with Redis, two RQ workers and a simulated ComfyUI host")
        invert = Request("invert", inputs={"image": [plate]})
        (result,) = await asyncio.to_thread(submit, running.url, invert, out, sys.stderr)
        worst = await asyncio.to_thread(_worst_difference, result, 255 - picture)
        if worst > 1:  # ComfyUI computes in floats and cuts the fraction off
            raise StartupError("upstream_error", f"{result} is not the negative: off by {worst}")
        say(f"result: {result}")
        say(f"        is 255 minus the picture, every value to within {worst}")
        image = Request("text-to-image", params=PROMPT)
        (result,) = await asyncio.to_thread(submit, running.url, image, out, sys.stderr)
        say(f"result: {result}")
        say(f"        is {await asyncio.to_thread(_size, result)}, as asked, of a pretended model")


@asynccontextmanager
async def _own_stack() -> AsyncIterator[Stack]:
    """A relay with a data folder of its own, on free ports, that nothing is left of."""
    with tempfile.TemporaryDirectory(prefix="comfy-relay-demo-") as folder:
        settings = Settings(data=Path(folder), blobs=None, redis_url=None, port=0)
        async with stack(settings) as running:
            yield running


def photograph(path: Path) -> NDArray[np.int32]:
    """Paint a picture of the size and the tones of a photograph; its code values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    sky = np.stack([90 + 120 * y / HEIGHT, 130 + 70 * y / HEIGHT, 200 - 40 * y / HEIGHT], -1)
    sun = np.exp(-((x - WIDTH * 0.7) ** 2 + (y - HEIGHT * 0.4) ** 2) / (2 * 90.0**2))
    sky += sun[..., None] * np.array([150, 110, 20], np.float32)
    for number, shade in enumerate((150, 105, 70, 38)):
        ridge = HEIGHT * (0.52 + 0.11 * number) + sum(
            HEIGHT * 0.05 / k * np.sin(x[0] * k * (math.pi + number) / WIDTH * 3 + number * k)
            for k in (1, 2, 5, 11)
        )
        hill = np.array([shade * 0.8, shade, shade * 1.05], np.float32)
        sky[y > ridge[None, :]] = hill
    grain = np.random.default_rng(1).normal(0, 3, sky.shape)
    pixels = np.clip(sky + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, compress_level=1)
    return pixels.astype(np.int32)


def _worst_difference(path: Path, wanted: NDArray[np.int32]) -> int:
    """The largest difference of a code value between a file and what it should be."""
    with Image.open(path) as image:
        found = np.asarray(image.convert("RGB")).astype(np.int32)
    if found.shape != wanted.shape:
        return 255
    return int(np.abs(found - wanted).max())


def _size(path: Path) -> str:
    """Checks the size that was asked for."""
    with Image.open(path) as image:
        found = image.size
    if found != (PROMPT["width"], PROMPT["height"]):
        raise StartupError("upstream_error", f"{path} is {found}, which nobody asked for")
    return f"{found[0]} x {found[1]}"
