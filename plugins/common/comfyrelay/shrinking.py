"""Small pictures, of EXRs and PNGs. Off the main thread: every pixel is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from operator import floordiv
from pathlib import Path

from .developing import develop
from .picture import kind_of
from .png import PngReader
from .sending import RGB, Sending

WIDEST = 256  # pixels
EIGHT_BITS = Sending("png", "8", "sRGB", RGB, False, "")

Rows = Sequence[bytes]  # of a picture: 8-bit RGB, the highest first


def shrunk(path: Path) -> Rows:
    """A picture made smaller by a whole number, so that it is no wider than `WIDEST`."""
    with tempfile.TemporaryDirectory(prefix="comfyrelay-") as folder:
        if kind_of(path) == "exr":
            encoded = Path(folder) / "encoded.png"
            develop(path, encoded, EIGHT_BITS, False, "", lambda: None)
            path = encoded
        with PngReader(path) as file:
            return list(_averaged(file))


def _averaged(file: PngReader) -> Iterator[bytes]:
    """Of `by` times `by` pixels each."""
    about = file.header
    by = -(-about.width // WIDEST)
    width = about.width // by
    waiting: list[bytes] = []
    for (line,) in file.rows():
        waiting.append(line if about.depth == 8 else line[::2])  # noqa: PLR2004  the high bytes
        if len(waiting) == by:
            sums = [*map(sum, zip(*waiting))]
            waiting.clear()
            made = bytearray(3 * width)
            for channel in range(3):
                at = channel if about.samples > 2 else 0  # noqa: PLR2004  else it is grey
                lane = sums[at :: about.samples][: by * width]
                parts = zip(*(lane[n::by] for n in range(by)))
                made[channel::3] = bytes(map(floordiv, map(sum, parts), [by * by] * width))
            yield bytes(made)
