"""Zips that are the same byte for byte if their files are."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

Files = dict[str, bytes]
"""What lies in a folder: content by path, with slashes."""

DAY = (1980, 1, 1)
TICKS = 12 * 60 * 60  # of a day; a zip tells the time in steps of 2 s


def read_tree(folder: Path) -> Files:
    """The files of a folder that a person wrote: nothing hidden, compiled or left by an editor."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    relative = ((path, path.relative_to(folder)) for path in found)
    return {name.as_posix(): path.read_bytes() for path, name in relative if not _is_left(name)}


def _is_left(name: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
    return hidden or name.name == "py.typed" or name.name.endswith((".pyc", ".pyo", "~"))


def below(folder: str, files: Mapping[str, bytes]) -> Files:
    """The files, one folder deeper."""
    return {f"{folder}/{name}": data for name, data in files.items()}


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a zip in the place of the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with zipfile.ZipFile(part, "w") as archive:
        for entry, data in _entries(files):
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    part.replace(path)


def _entries(files: Mapping[str, bytes]) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    for name, data in sorted(files.items()):
        entry = zipfile.ZipInfo(name, _time(data))
        entry.create_system = 3  # Unix, wherever it was built
        entry.external_attr = 0o100644 << 16
        yield entry, data


def _time(data: bytes) -> tuple[int, int, int, int, int, int]:
    """A time that changes with the content. Python takes bytecode for current if the source has
    its time and size; with one time for all, an update would run old code: 0.1.0 is as long as
    0.1.1."""
    seconds = 2 * (int.from_bytes(hashlib.sha256(data).digest()[:4], "big") % TICKS)
    return (*DAY, seconds // 3600, seconds // 60 % 60, seconds % 60)
