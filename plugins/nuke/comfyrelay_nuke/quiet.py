"""Changes that an artist did not make: no undo, and the script is no more modified than before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import nuke


@contextmanager
def no_undo() -> Iterator[None]:
    """What is changed within leaves no step to undo."""
    was_off = bool(nuke.Undo.disabled())
    nuke.Undo.disable()
    try:
        yield
    finally:
        if not was_off:
            nuke.Undo.enable()


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
