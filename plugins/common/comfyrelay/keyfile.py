"""The file of the key: only its user may read it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from .errors import SettingsError

LONGEST = 4096  # bytes


def key_of(path: Path, *, must_exist: bool = True) -> str:
    """The key in a file; "" if it is not there and need not be. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            check_rights(path, os.fstat(file.fileno()))
            text = file.read(LONGEST).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        if not must_exist and isinstance(error, (FileNotFoundError, NotADirectoryError)):
            return ""
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(
            f"The key file {path} cannot be read: {reason}.",
            "Ask whoever runs the relay for a key.",
        ) from None
    return key_in(text, f"The key file {path}", "It must have one line: the key and no more.")


def key_in(text: str, where: str, hint: str = "It must be the key and no more.") -> str:
    """A text as a key, for it goes into a header. Raises SettingsError, which does not show it."""
    if not text or not all("!" <= each <= "~" for each in text):
        raise SettingsError(f"{where} holds no key.", hint)
    return text


def check_rights(path: Path, found: os.stat_result) -> None:
    """Raises SettingsError if others could read the key."""
    if sys.platform == "win32":
        _check_place(path)
    elif stat.S_IMODE(found.st_mode) & 0o077:
        raise SettingsError(f"Others can read the key file {path}.", f"Run: chmod 600 {path}")
    elif found.st_uid not in {os.getuid(), 0}:
        raise SettingsError(f"The key file {path} belongs to somebody else.", "Make your own copy.")


def _check_place(path: Path) -> None:
    """Windows tells rights in lists that need more than Python; a profile is its user's own."""
    home = Path.home().resolve()
    if home not in path.resolve().parents:
        raise SettingsError(
            f"Others may be able to read the key file {path}.", f"Move it into a folder of {home}."
        )
