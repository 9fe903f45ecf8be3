"""Work items of the TOP asset, as PDG's `generate` callback makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def add(holder: Any, upstream: Sequence[Any]) -> None:
    """One for each item above, or one alone. They cook in this process, on PDG's own threads: a job
    waits for a relay, and a process that waits would cost a licence. What comes out is only what
    the job made, and not what came in."""
    for above in upstream:
        holder.addWorkItem(parent=above, inProcess=True, cloneResultData=False)
    if not upstream:
        holder.addWorkItem(index=0, inProcess=True)
