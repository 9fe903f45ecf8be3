"""Follow what was sent before: a reopened scene, a crash, a result whose files are gone."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import options, ranges, state
from .batch import worked
from .dcc import Node
from .errors import PluginError
from .generate import placed
from .journal import Entry
from .landing import Landed
from .orders import Order, form_of
from .parts import Bundle, Part
from .runs import Parts, Run
from .threaded import threaded

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Wanted:
    """What is to be followed."""

    desk: Desk
    again: Mapping[int | None, Entry] = field(default_factory=dict)
    """By frame, what the artist wants to be sent again if nobody knows of its job."""
    into: str = ""  # folder of the version that has its result, if one is known


@threaded
def follow(node: Node, wish: Wanted, run: Run) -> Generator[Bundle | None, Node, None]:
    """The jobs of the node's last Generate, as its state names them."""
    kept = state.read(node)
    if not kept.key:
        raise PluginError("This node has no job to get a result of.", "Press Generate.", "no_job")
    order = _order(node, kept, wish)
    jobs = kept.job_ids
    together = None in {**jobs, **wish.again} or not order.frames
    frames: tuple[int | None, ...] = (None,) if together else order.frames
    yield tuple(_part(wish, order, frame, jobs.get(frame, "")) for frame in frames)


def _part(wish: Wanted, order: Order, frame: int | None, job_id: str) -> Part:
    entry = wish.again.get(frame)
    if job_id or entry is None:
        return Part(wish.desk, order, frame, sent_before=True, job_id=job_id)
    files = {name: tuple(map(Path, paths)) for name, paths in entry.files.items()}
    return Part(wish.desk, order, frame, files)


@follow.work
def _work(parts: Parts[Bundle], run: Run) -> Iterator[Landed | None]:
    return worked(parts, run)


@follow.apply
def _placed(node: Node, landed: Landed, run: Run) -> None:
    placed(node, landed, run)


def is_open(kept: state.State) -> bool:
    """Whether something may still come of the last Generate."""
    return bool(kept.key) and not kept.outcome


def _order(node: Node, kept: state.State, wish: Wanted) -> Order:
    """As much of the Generate as is needed to fetch what it made, or to send it again."""
    frames = ranges.parsed(kept.frames) if kept.frames else ()
    order = Order(
        key=kept.key,
        uid=kept.uid,
        session=kept.session,
        scene=wish.desk.dcc.scene,
        node=node.path,
        name=node.option(options.NAME),
        form=form_of(kept),
        frames=frames,
        alpha=kept.alpha == "1",
        into=kept.folder if kept.result_key == kept.key else wish.into,
        shown=kept.result_key == kept.key,
    )
    if not wish.again:
        return order
    first = next(iter(wish.again.values()))
    one = order.shots[0]
    values = {one if frame is None else frame: each.params for frame, each in wish.again.items()}
    return replace(
        order,
        values=values,
        fit=first.fit,
        priority=first.priority,
        folder=wish.desk.exports / kept.key,
    )
