"""Files that are whole or not there: written beside their place, then put there. And what the disk
says, in words."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import PluginError, ResultUnwritable

_HINTS = {
    errno.ENOSPC: "The disk is full. Free some space, then get the result again.",
    errno.EDQUOT: "Your quota is used up. Free some space, then get the result again.",
    errno.EACCES: "You may not write there. Ask for the right, or set another results folder.",
    errno.EPERM: "You may not write there. Ask for the right, or set another results folder.",
    errno.EROFS: "That disk is read-only. Set another results folder.",
    errno.ENAMETOOLONG: "The path is too long. Set a shorter results folder or node name.",
    errno.EEXIST: "It is there already, and results are never overwritten.",
    errno.ENOTDIR: "A file stands where a folder should be. Move it, or set another folder.",
}
_OF_OURS = {
    errno.ENOSPC: "The disk is full. Free some space, or set another `folder` in the settings.",
    errno.EDQUOT: "Your quota is used up. Free some, or set another `folder` in the settings.",
    errno.EACCES: "You may not do that there. Ask for the right.",
    errno.EPERM: "You may not do that there. Ask for the right.",
    errno.EROFS: "That disk is read-only. Set another `folder` in the settings.",
    errno.ENOTDIR: "A file stands where a folder should be. Move it.",
}
_MAY_NOT_LINK = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EMLINK}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn errors of the disk into ResultUnwritable, with what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = _HINTS.get(error.errno or 0, "Look at the results folder, then try again.")
        raise ResultUnwritable(f"{path} cannot be written: {reason}.", hint) from error


def disk_error(error: OSError) -> PluginError:
    """The same of a file that is no result: an export, or a plate that is read."""
    name, reason = error.filename or "A file", error.strerror or type(error).__name__
    hint = _OF_OURS.get(error.errno or 0, "Look at it, then try again.")
    return PluginError(f"{name} cannot be used: {reason}.", hint, code="disk")


def part_of(target: Path) -> Path:
    """A name beside the target that nobody else writes to."""
    return target.with_name(f"{target.name[:200]}.{secrets.token_hex(4)}.part")


def landed(part: Path, target: Path) -> None:
    """Put a finished file in its place, at once and for good. Raises ResultUnwritable.

    A file that is there is left as it is, and the part removed.
    """
    try:
        with writing(target):
            with part.open("r+b") as file:  # Windows flushes no file that is only read
                os.fsync(file.fileno())
            _moved(part, target)
    finally:
        with suppress(OSError):
            part.unlink()


def _moved(part: Path, target: Path) -> None:
    """A link fails if the target is there, a rename might not; some disks have no links."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _MAY_NOT_LINK:
            raise
    else:
        return
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    part.rename(target)


def put(target: Path, content: bytes) -> None:
    """Write a small file whole; one that is there is left. Raises ResultUnwritable."""
    part = part_of(target)
    with writing(target):
        try:
            part.write_bytes(content)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise
    landed(part, target)
