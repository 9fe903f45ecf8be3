"""Paths between machines: maps from one system's spelling to another's, and frame numbers.

Paths are text with forward slashes everywhere in a scene; nothing here touches a disk.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WINDOWS, MACOS, LINUX = "windows", "macos", "linux"
SYSTEMS = (WINDOWS, MACOS, LINUX)

_NUMBER = re.compile(r"#+|%0?(\d*)d")


@dataclass(frozen=True)
class PathMap:
    """One folder under its names. The first name of a system is written, all are understood."""

    windows: tuple[str, ...] = ()
    macos: tuple[str, ...] = ()
    linux: tuple[str, ...] = ()

    def names(self, system: str) -> tuple[str, ...]:
        """Its names on a system."""
        found: tuple[str, ...] = getattr(self, system)
        return found


def this_system() -> str:
    """The system that this is."""
    return {"win32": WINDOWS, "darwin": MACOS}.get(sys.platform, LINUX)


def slashed(path: str) -> str:
    """With forward slashes, none doubled but the first two of a UNC path."""
    text = path.replace("\\", "/") if _is_windows(path) else path
    head = "//" if text.startswith("//") and not text.startswith("///") else ""
    return head + re.sub("/{2,}", "/", text[len(head) :])


def mapped(path: str, maps: Iterable[PathMap], system: str = "") -> str:
    """A path as `system` (else this one) spells it. The longest name that fits wins.

    A path that no map knows is only slashed.
    """
    system = system or this_system()
    text, best, answer = slashed(path), -1, slashed(path)
    for each in maps:
        here = each.names(system)
        for name in (name for other in SYSTEMS for name in each.names(other)):
            prefix = slashed(name).rstrip("/")
            if here and len(prefix) > best and _is_under(text, prefix):
                best = len(prefix)
                answer = _joined(slashed(here[0]), text[len(prefix) :])
    return answer


def _is_under(path: str, prefix: str) -> bool:
    head, rest = path[: len(prefix)], path[len(prefix) :]
    same = head.lower() == prefix.lower() if _is_windows(prefix) else head == prefix
    return same and (not rest or rest.startswith("/"))


def _joined(folder: str, rest: str) -> str:
    if not rest and not _is_drive(folder):
        return folder
    return folder.rstrip("/") + (rest or "/")


def _is_drive(path: str) -> bool:
    return re.fullmatch("[A-Za-z]:/?", path) is not None


def _is_windows(path: str) -> bool:
    """Whether it is spelled as on Windows: a drive or a share. Its case does not matter then."""
    return re.match(r"[A-Za-z]:([\\/]|$)|\\\\|//[^/]", path) is not None


# frames


def is_sequence(path: str) -> bool:
    """Whether the file's name has a place for a frame number: `####` or `%04d`."""
    return _place(path) is not None


def at_frame(path: str, frame: int) -> str:
    """The file of one frame. A path without a place for it stays as it is."""
    found = _place(path)
    if found is None:
        return path
    return path[: found.start()] + numbered(frame, _digits(found)) + path[found.end() :]


def numbered(frame: int, digits: int) -> str:
    """A frame number as DCCs write it: the sign counts as a digit, as in C."""
    return f"{frame:0{digits}d}"


def as_printf(path: str) -> str:
    """With `%04d` for `####`, as Nuke and Houdini's farm tools read it."""
    found = _place(path)
    if found is None:
        return path
    return f"{path[: found.start()]}%0{_digits(found)}d{path[found.end() :]}"


def frame_of(path: str, pattern: str) -> int | None:
    """The frame number of a file that `pattern` names; None if it does not."""
    found = _place(pattern)
    head, tail = (pattern[: found.start()], pattern[found.end() :]) if found else ("", "")
    inner = path[len(head) : len(path) - len(tail)]
    if not found or not path.startswith(head) or not path.endswith(tail):
        return None
    digits = _digits(found)
    is_number = re.fullmatch(r"-?\d+", inner, re.ASCII) is not None
    return int(inner) if is_number and inner == numbered(int(inner), digits) else None


def _place(path: str) -> re.Match[str] | None:
    """The last place for a number in the file's name."""
    start = max(path.rfind("/"), path.rfind("\\")) + 1
    places: Sequence[re.Match[str]] = list(_NUMBER.finditer(path, start))
    return places[-1] if places else None


def _digits(found: re.Match[str]) -> int:
    return len(found[0]) if found[0].startswith("#") else int(found[1] or 1)
