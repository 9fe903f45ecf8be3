"""Removing one file that others may be putting at this very moment. Blocks.

Whoever puts bytes that are there already renews the file's time and goes on without writing; see
`spool.LocalSpool`. So a file is taken in two steps: it is renamed away, which either comes before
the renewal (then the other one finds nothing, and writes its own) or after it (then the time is
young here, and the file goes back to its place). Whichever comes first, the bytes are there when
the other one is told so. A kill between the steps leaves the file in the folder of those taken
away, and `restore` brings it back.

Ages are told by the file system's clock, which need not be this machine's.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

RESTORE_S = 60.0
"""A file that was renamed away this long ago was left by a process that is dead."""


def remove_idle(path: Path, away: Path, idle_s: float) -> bool:
    """Remove the file unless it was put or renewed in the last `idle_s`; whether it is gone."""
    try:
        since_s = now_s(away) - idle_s
        if idle_s and _written_s(path) > since_s:
            return False
        taken = away / f"{path.name}.{secrets.token_hex(8)}"
        path.rename(taken)
    except FileNotFoundError:
        return True
    if idle_s and _written_s(taken) > since_s:
        _put_back(taken, path)
        return False
    taken.unlink(missing_ok=True)
    return True


def _written_s(path: Path) -> float:
    """When the file was written or renewed. Raises FileNotFoundError."""
    with path.open("rb") as file:  # opened, so that a network file system asks its server
        return os.fstat(file.fileno()).st_mtime


def now_s(folder: Path) -> float:
    """Seconds since 1970, by the clock of the file system."""
    mark = folder / f"now-{secrets.token_hex(8)}"
    try:
        mark.touch()
        return mark.stat().st_mtime
    finally:
        mark.unlink(missing_ok=True)


def restore(away: Path, place_of: Callable[[str], Path]) -> None:
    """Bring back what a process that died had renamed away. What really is to go goes again."""
    now = None
    for entry in _entries(away):
        name, dot, _ = entry.name.partition(".")
        with suppress(FileNotFoundError):
            now = now or now_s(away)
            if dot and now - entry.stat().st_ctime > RESTORE_S:
                _put_back(Path(entry.path), place_of(name))


def _put_back(taken: Path, place: Path) -> None:
    with suppress(FileExistsError, FileNotFoundError):  # written anew meanwhile, or restored
        os.link(taken, place)
    taken.unlink(missing_ok=True)


def old_files(folder: Path, idle_s: float) -> Iterator[tuple[Path, int]]:
    """(path, bytes) of the files of a folder that nobody wrote for `idle_s`. Changes nothing."""
    for entry in _entries(folder):
        with suppress(FileNotFoundError):
            facts = entry.stat(follow_symlinks=False)
            if entry.is_file(follow_symlinks=False) and facts.st_mtime < time.time() - idle_s:
                yield Path(entry.path), facts.st_size


def folders_in(folder: Path) -> Iterator[Path]:
    """The folders of a folder, by name."""
    yield from sorted(Path(entry.path) for entry in _entries(folder) if entry.is_dir())


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []
