"""Changes that an artist did not make: no undo, and the script is no more modified than before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import nuke

_OURS: list[bool] = []


@contextmanager
def no_undo() -> Iterator[None]:
    """What is changed within leaves no step to undo, and is no choice of the artist."""
    was_off = bool(nuke.Undo.disabled())
    nuke.Undo.disable()
    _OURS.append(True)
    try:
        yield
    finally:
        _OURS.pop()
        if not was_off:
            nuke.Undo.enable()


def is_by_us() -> bool:
    """Whether what changes now is changed by the plugin itself."""
    return bool(_OURS)


@contextmanager
def unnoticed() -> Iterator[None]:
    """No step to undo, and the modified flag stays as it was: for what is not saved anyway."""
    root = nuke.root()
    was_modified = bool(root.modified())
    with no_undo():
        try:
            yield
        finally:
            root.setModified(was_modified)
