"""Picture files with Nuke's names: channels are `rgba.red` and `depth.Z`."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import pictures
from tests.fakes.pictures import Box, File, write_png

__all__ = ["RGBA", "Box", "File", "read", "write_exr", "write_png"]

_NAMES = {"R": "rgba.red", "G": "rgba.green", "B": "rgba.blue", "A": "rgba.alpha"}
_LETTERS = {name: letter for letter, name in _NAMES.items()}
_COMPRESSIONS = {
    "none": "NO", "Zip (1 scanline)": "ZIPS", "Zip (16 scanlines)": "ZIP",
    "PIZ Wavelet (32 scanlines)": "PIZ", "RLE": "RLE", "B44": "B44", "B44A": "B44A",
    "DWAA": "DWAA", "DWAB": "DWAB",
}  # fmt: skip
RGBA = list(_LETTERS)


def read(path: Path) -> File:
    file = pictures.read(path)
    return file._replace(channels={_NAMES.get(n, n): p for n, p in file.channels.items()})


def write_exr(path: Path, file: File, half: bool, compression: str) -> None:
    channels = {_LETTERS.get(name, name): pixels for name, pixels in file.channels.items()}
    lettered = file._replace(channels=channels)
    pictures.write_exr(path, lettered, half, _COMPRESSIONS[compression])
