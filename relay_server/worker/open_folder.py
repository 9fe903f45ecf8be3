"""Looking and removing in an open folder: nothing behind a link is ever seen, whoever puts one in
the way meanwhile. All of it blocks."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

NOT_THERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


@contextlib.contextmanager
def opened(start: Path, *names: str) -> Iterator[int | None]:
    """A folder below `start`, no step through a link; None if it is not there or is none."""
    with contextlib.ExitStack() as stack:
        folder: int | None = os.open(start, os.O_RDONLY | os.O_DIRECTORY)
        while folder is not None:
            stack.callback(os.close, folder)
            if not names:
                break
            folder, names = folder_in(folder, names[0]), names[1:]
        yield folder


def folder_in(above: int, name: str) -> int | None:
    """A folder in a folder, opened; None if it is not there, is none or is a link."""
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
    except OSError as error:
        if error.errno in NOT_THERE:
            return None
        raise


def facts(folder: int, name: str) -> os.stat_result | None:
    """What an entry itself is, not what it leads to; None if it is gone."""
    with contextlib.suppress(FileNotFoundError):
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    return None


def is_unused(folder: int, name: str, idle_s: float) -> bool:
    """Whether it is a plain file that nobody wrote or read for so long. Most systems note a
    reading once a day."""
    seen = facts(folder, name)
    if seen is None or not stat.S_ISREG(seen.st_mode):
        return False
    return time.time() - max(seen.st_mtime, seen.st_atime) > idle_s


def is_settled(folder: int, idle_s: float) -> bool:
    """Whether nothing in it, at any depth, was written for so long."""
    if time.time() - os.fstat(folder).st_mtime <= idle_s:
        return False
    for name in os.listdir(folder):
        seen = facts(folder, name)
        if seen is not None and time.time() - seen.st_mtime <= idle_s:
            return False
        inner = folder_in(folder, name)
        if inner is not None:
            try:
                if not is_settled(inner, idle_s):
                    return False
            finally:
                os.close(inner)
    return True


def clear(folder: int) -> int:
    """Remove the plain files in it at any depth, and the folders that are empty then; how many
    files. Links and whatever else there is stay."""
    done = 0
    for name in os.listdir(folder):
        inner = folder_in(folder, name)
        if inner is not None:
            try:
                done += clear(inner)
            finally:
                os.close(inner)
            remove_empty(folder, name)
        elif (seen := facts(folder, name)) is not None and stat.S_ISREG(seen.st_mode):
            os.unlink(name, dir_fd=folder)
            done += 1
    return done


def remove_empty(above: int, name: str) -> None:
    """Remove a folder unless something is in it."""
    with contextlib.suppress(OSError):
        os.rmdir(name, dir_fd=above)


def rename(folder: int, old: str, new: str) -> None:
    """Another name in the same folder, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        os.rename(old, new, src_dir_fd=folder, dst_dir_fd=folder)
