"""What a Write makes of the comp, and how two pictures are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.demo_nuke.plate import Floats
from tests.fakes.nuke_app import files

WRITE = "Comp"


def add_write(nuke: Any, below: Any) -> None:
    """The Write of the comp, at the end of the script."""
    write = nuke.nodes.Write(name=WRITE, file_type="exr", channels="rgb", raw=True)
    write["datatype"].setValue("32 bit float")
    write.setInput(0, below)


def rendered(nuke: Any, folder: Path, frame: int) -> Floats:
    """What the Write writes for a frame: (height, width, 3), top row first."""
    folder.mkdir(parents=True, exist_ok=True)
    write = nuke.toNode(WRITE)
    write["file"].setValue(f"{folder.as_posix()}/comp.####.exr")
    nuke.execute(write, frame, frame)
    return pixels(folder / f"comp.{frame}.exr")


def pixels(path: Path) -> Floats:
    """Colours of a file: (height, width, 3), top row first."""
    channels = files.read(path).channels
    return np.stack([channels[name] for name in files.RGBA[:3]], axis=-1)[::-1]


def matte(path: Path) -> Floats:
    """Alpha of a file: (height, width), top row first."""
    found: Floats = files.read(path).channels[files.RGBA[3]][::-1]
    return found


def differing(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Which pixels are not the same to the last bit."""
    bits = [np.ascontiguousarray(each).view(np.uint32) for each in (one, other)]
    differ: NDArray[np.bool_] = (bits[0] != bits[1]).any(axis=-1)
    return differ
