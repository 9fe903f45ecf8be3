"""Who may call a DCC: the main thread, and not from within the work of a run."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

_here = threading.local()


class WrongThread(RuntimeError):
    """A DCC was called from where it must not be. A bug of ours, never an artist's mistake."""


@contextlib.contextmanager
def working() -> Iterator[None]:
    """Code within does the work of a run: it may not call the DCC, on whatever thread it is."""
    before = getattr(_here, "working", False)
    _here.working = True
    try:
        yield
    finally:
        _here.working = before


class MainThread:
    """The thread that made this is the main one."""

    def __init__(self) -> None:
        self._ident = threading.get_ident()

    @property
    def here(self) -> bool:
        """Whether this is the main thread."""
        return threading.get_ident() == self._ident

    def check(self) -> None:
        """Raises WrongThread off the main thread, and within the work of a run."""
        if not self.here:
            name = threading.current_thread().name
            raise WrongThread(f"this runs on the main thread only, not on {name}")
        if getattr(_here, "working", False):
            raise WrongThread("the work of a run never calls the DCC, also when it is blocking")
