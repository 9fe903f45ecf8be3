"""Whether whoever writes a file still runs: it holds a lock on it, which ends with its process."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def hold(path: Path) -> int | None:
    """Hold it until this process ends, or until the answer is closed. None: it cannot be held."""
    file = None
    try:
        file = os.open(path, os.O_RDWR)
        _lock(file, alone=True)
    except OSError:
        if file is not None:
            os.close(file)
        return None
    return file


def is_held(path: Path) -> bool:
    """Whether somebody holds it. Where files cannot be locked, nobody does."""
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(file, alone=False)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False
    finally:
        os.close(file)
    return False


if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 30  # bytes are locked there, and who reads the file shall not meet them

    def _lock(file: int, alone: bool) -> None:
        os.lseek(file, FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int, alone: bool) -> None:
        kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        fcntl.flock(file, kind | fcntl.LOCK_NB)
