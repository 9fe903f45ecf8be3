"""What may stand where a name is asked for. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from relay_server.errors import InvalidRequest

WORKFLOW = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
FORM_SUFFIX = ".form.json"

_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # and halves of characters


def escapes(path: str) -> str | None:
    """Why a relative path leaves its folder, in a few words; None if it stays."""
    if path.startswith(("/", "~")):
        return "it is absolute"
    if _DRIVE.match(path):
        return "it names a drive"
    if "\\" in path:
        return "it has a backslash"
    if ".." in PurePosixPath(path).parts:
        return "it has `..`"
    if _CONTROL.search(path):
        return "it has a control character"
    return None


def checked_file_path(path: str | None) -> str | None:
    """A file's name, with folders or without. Raises `invalid_name`."""
    if path is None:
        return None
    why = "it is empty" if not path else "it is too long" if len(path) > 255 else escapes(path)  # noqa: PLR2004
    if why:
        raise InvalidRequest(
            "invalid_name", f"The file name {path[:80]!r} cannot be used: {why}. Send a plain name."
        )
    return path


def checked_file_name(name: str | None) -> str | None:
    """A file's name without any folder. Raises `invalid_name`."""
    if name and "/" in name and not escapes(name):
        raise InvalidRequest(
            "invalid_name", f"The file name {name[:80]!r} has a folder. Send a plain name."
        )
    return checked_file_path(name)


def catalog_name(stem: str) -> str | None:
    """A file's name as the catalog writes it: `My Upscale v2` is `my-upscale-v2`. None if nothing
    of it can stand there."""
    name = re.sub(r"[^a-z0-9_]+", "-", stem.lower()).strip("-_")[:64]
    return name if WORKFLOW.fullmatch(name) else None
