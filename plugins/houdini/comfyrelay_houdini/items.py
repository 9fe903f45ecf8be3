"""Work items of the TOP asset: as PDG's `generate` callback makes them, and gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import inner


def add(holder: Any, upstream: Sequence[Any]) -> None:
    """One for each item above, or one alone. They cook in this process, on PDG's own threads: a job
    waits for a relay, and a process that waits would cost a licence. What comes out is only what
    the job made, and not what came in."""
    for above in upstream:
        holder.addWorkItem(parent=above, inProcess=True, cloneResultData=False)
    if not upstream:
        holder.addWorkItem(index=0, inProcess=True)


def cooking(op: Any) -> bool:
    """Whether a node of ours has work items, and its network cooks. Main thread."""
    top = op.node(inner.PROCESS)
    context = None if top is None else top.getPDGGraphContext()
    return context is not None and bool(context.cooking)


def forget(op: Any) -> None:
    """Something is set otherwise, and the next cook asks anew. Nothing inside follows the parms
    around it, so that PDG would not know. Not while they cook. Main thread."""
    if has_any(op) and not cooking(op):
        op.node(inner.PROCESS).dirtyWorkItems(False)


def has_any(op: Any) -> bool:
    """Whether a node of ours is one of work items."""
    return op.node(inner.PROCESS) is not None
