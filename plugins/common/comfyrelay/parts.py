"""What is to become one job, and by what it is found again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .form import JsonValue
from .journal import Entry
from .orders import Order

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Part:
    """One job of a Generate, to be sent or sent before."""

    desk: Desk
    order: Order
    frame: int | None = None  # None: the only job
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)  # by input
    sent_before: bool = False  # perhaps by another process
    job_id: str = ""  # then; "" is not known

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.order.job_key(self.frame)

    @property
    def values(self) -> Mapping[str, JsonValue]:
        """Its params."""
        return self.order.values[self.order.shots[0] if self.frame is None else self.frame]

    @property
    def marks(self) -> dict[str, str]:
        """By what the relay finds its job, whichever node follows it now."""
        frame = {} if self.frame is None else {"frame": str(self.frame)}
        return {**marks(self.order.key), **frame}

    def entry(self, relay: str) -> Entry:
        """Its line in the journal."""
        order = self.order
        return Entry(
            key=self.key,
            batch=order.key,
            uid=order.uid,
            session=order.session,
            scene=order.scene,
            node=order.node,
            relay=relay,
            workflow=order.form.workflow,
            version=order.form.version,
            frame=self.frame,
            frames=order.frames_text,
            params=self.values,
            form=order.form.to_text(),
            alpha=order.alpha,
            fit=order.fit,
            priority=order.priority,
            folder=order.into,
            files={name: [str(path) for path in paths] for name, paths in self.files.items()},
        )


Bundle = tuple[Part, ...]
"""What one turn of the main loop made."""


def marks(key: str) -> dict[str, str]:
    """By what the relay finds all jobs of a Generate. The key itself is nobody else's business."""
    return {"generate": hashlib.sha256(key.encode()).hexdigest()[:32]}
