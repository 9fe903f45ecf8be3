"""Python's garbage collection in processes that answer people."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Call once everything is set up.

    A full collection over a thousand open connections takes a tenth of a second, in which nobody
    is answered: leave out what is there from the start, and look at the rest rarely.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
