"""A picture whose numbers are known, as a file and as a node that reads it. Main thread."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any, cast

import hou

from comfyrelay.exr import ExrWriter
from comfyrelay.exr_header import FLOAT, ZIPS, Channel, header
from comfyrelay.planes import NUMBERS, Planes

WIDTH, HEIGHT = 64, 32
FORMAT = (0, 0, WIDTH, HEIGHT)
STEPS = 16  # of the ramp


def drawn() -> Planes:
    """A ramp of stops from the left, values below 0 and above 1 from the top, lines of one pixel,
    and an alpha that is nowhere the same."""
    rows = {name: tuple(_row(name, y) for y in range(HEIGHT)) for name in NUMBERS}
    return Planes(WIDTH, HEIGHT, 0, 0, (WIDTH, HEIGHT), rows)


def _row(name: str, y: int) -> array[float]:
    return array("f", (_value(name, x, y) for x in range(WIDTH)))


def _value(name: str, x: int, y: int) -> float:
    if name == "R":
        return float(2.0 ** (x * STEPS // WIDTH - STEPS // 2))
    if name == "G":
        return y / 8 - 1
    if name == "B":
        return 4.0 if x == WIDTH // 3 or y == HEIGHT // 3 else 0.18
    return (1 + x + WIDTH * y) / (WIDTH * HEIGHT)


def write(path: Path) -> None:
    """As a float EXR."""
    found, names = drawn(), sorted(NUMBERS)
    head = header([Channel(name.encode(), FLOAT) for name in names], WIDTH, HEIGHT, ZIPS)
    with ExrWriter(path, head) as file:
        for y in range(HEIGHT):
            file.write([found.rows[name][y].tobytes() for name in names])


def reader(network: hou.Node, path: Path) -> hou.OpNode:
    """A node that reads it, in a network of Copernicus."""
    made = cast("hou.OpNode", network.createNode("file"))
    told = {"source": "file", "filename": path.as_posix(), "aovs": 1}
    plane = {"aov1": "C", "type1": "vector4", "raw1": 1}  # of as many as there are
    for each in (told, plane):
        made.setParms(cast("Any", each))
    return made


def layer(node: hou.Node, output: int = 0, bottom_first: bool = True) -> Planes:
    """What a node of Copernicus puts out. Raises ValueError if that is nothing."""
    found: Any = cast("hou.CopNode", node).layer(output)
    if found is None:
        raise ValueError(f"{node.path()} puts out nothing")
    width, height = found.bufferResolution()
    numbers = array("f")
    numbers.frombytes(found.allBufferElements(hou.imageLayerStorageType.Float32, len(NUMBERS)))
    size = width * len(NUMBERS)
    lines = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    if bottom_first:
        lines.reverse()
    rows = {n: tuple(line[at :: len(NUMBERS)] for line in lines) for at, n in enumerate(NUMBERS)}
    return Planes(width, height, 0, 0, (width, height), rows)
