"""Follow what was sent before: a reopened scene, a crash, a result whose files are gone."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import ranges, state
from .batch import worked
from .dcc import Node
from .generate import placed
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


@threaded
def follow(node: Node, wish: Wanted, run: Run) -> Generator[Bundle | None, Node, None]:
    """The jobs of the node's last Generate, as its state names them."""
    kept = state.read(node)
    if not kept.key:
        return
    order = _order(node, kept, wish.desk)
    jobs = kept.job_ids
    together = None in jobs or not order.frames
    yield tuple(
        Part(wish.desk, order, frame, sent_before=True, job_id=jobs.get(frame, ""))
        for frame in ((None,) if together else order.frames)
    )


@follow.work
def _work(parts: Parts[Bundle], run: Run) -> Iterator[Landed | None]:
    return worked(parts, run)


@follow.apply
def _placed(node: Node, landed: Landed, run: Run) -> None:
    placed(node, landed, run)


def is_open(kept: state.State) -> bool:
    """Whether something may still come of the last Generate."""
    return bool(kept.key) and not kept.outcome


def _order(node: Node, kept: state.State, desk: Desk) -> Order:
    """As much of the Generate as is needed to fetch what it made."""
    return Order(
        key=kept.key,
        uid=kept.uid,
        session=kept.session,
        scene=desk.dcc.scene,
        node=node.path,
        form=form_of(kept),
        frames=ranges.parsed(kept.frames) if kept.frames else (),
        alpha=kept.alpha == "1",
        into=kept.folder if kept.result_key == kept.key else "",
    )
