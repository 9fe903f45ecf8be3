"""Results that no node of the scene knows of, since it was never saved after them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .form import Form
from .journal import Entry
from .state import State

LOST = frozenset({"failed", "canceled"})


@dataclass(frozen=True)
class Offer:
    """One Generate whose jobs a node may take over."""

    batch: str  # its key
    uid: str  # of the node that made it
    node: str  # path that it had
    workflow: str
    version: int
    frames: str
    at_s: float  # time.time()
    entries: tuple[Entry, ...]

    @property
    def words(self) -> str:
        """For the artist: `ComfyRelay1: upscale, frames 1-10, 21 Nov 14:32:07`."""
        frames = f", frames {self.frames}" if self.frames else ""
        when = time.strftime("%d %b %H:%M:%S", time.localtime(self.at_s))
        return f"{self.node}: {self.workflow}{frames}, {when}"

    @property
    def unsure(self) -> bool:
        """Whether the journal does not know that the relay has all of it."""
        return not all(entry.job_id for entry in self.entries)

    @property
    def folder(self) -> str:
        """Of the version that has its result; "" if the journal knows of none."""
        return next((entry.folder for entry in self.entries if entry.folder), "")

    def state(self, before: State) -> State:
        """What a node keeps to follow it."""
        first = self.entries[0]
        jobs = [[entry.frame, entry.job_id] for entry in self.entries if entry.job_id]
        form = Form.from_text(first.form)
        return replace(
            before,
            session=first.session,
            relay=first.relay,
            workflow=form.workflow,
            version=str(form.version or ""),
            schema_hash=form.schema_hash,
            form=first.form,
            key=self.batch,
            jobs=json.dumps(jobs, separators=(",", ":")),
            frames=self.frames,
            outcome="",
            alpha="1" if first.alpha else "",
            status="",
        )


def found(
    entries: Iterable[Entry], scene: str, session: str, nodes: Sequence[State]
) -> tuple[Offer, ...]:
    """What to offer in this scene, newest first. Pure.

    An entry is of this scene if it names its file, or a node or a session that one of its nodes
    remembers: so an unsaved scene that was recovered finds its results too. What another open
    application has sent is its own as long as that runs.
    """
    uids = {node.uid for node in nodes}
    sessions = {node.session for node in nodes} - {""}
    every = list(entries)
    claimed = {key for node in nodes for key in (node.key, node.result_key) if key}
    known = {entry.batch: entry.at_s for entry in every if entry.batch in claimed}
    latest = {node.uid: known.get(node.key, 0.0) for node in nodes}
    batches: dict[str, list[Entry]] = {}
    for entry in every:
        here = same_file(entry.scene, scene) or entry.uid in uids or entry.session in sessions
        new = entry.batch not in claimed and entry.at_s > latest.get(entry.uid, 0.0)
        free = entry.session != session and not entry.elsewhere and not entry.settled
        if here and new and free:
            batches.setdefault(entry.batch, []).append(entry)
    offers = [
        _offer(batch) for batch in batches.values() if not all(e.status in LOST for e in batch)
    ]
    return tuple(sorted(offers, key=lambda offer: -offer.at_s))


def same_file(one: str, other: str) -> bool:
    """Whether both name one scene; an unsaved one is no scene."""
    if not one or not other:
        return False
    return os.path.normcase(os.path.abspath(one)) == os.path.normcase(os.path.abspath(other))


def _offer(entries: list[Entry]) -> Offer:
    first = entries[0]
    return Offer(
        first.batch, first.uid, first.node, first.workflow, first.version, first.frames,
        first.at_s, tuple(entries),
    )  # fmt: skip
