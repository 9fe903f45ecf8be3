"""Generate: what an artist presses. One picture, or one job for each frame, or one for all."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from . import state
from .batch import worked
from .dcc import ACTIVE, Fingerprint, Node, Status
from .errors import ExportFailed, JobCanceled, NodeChanged
from .filling import Gap
from .landing import Landed
from .orders import Order, ordered
from .outcomes import TOO_LATE, TOO_LATE_HINT
from .parts import Bundle, Part
from .runs import Parts, Run, show_error
from .threaded import threaded

if TYPE_CHECKING:
    from .desk import Desk

Graph = tuple[int, Fingerprint]  # at which current frame it was that
Turns = Generator[Optional[Bundle], Node, None]


@dataclass(frozen=True)
class Wish:
    """What was pressed."""

    desk: Desk
    frames: str = ""  # instead of the node's own choice
    gap: Gap | None = None  # to fill; None is a new version


@threaded
def generate(node: Node, wish: Wish, run: Run) -> Turns:
    """Read everything at once, then export one frame in each turn of the main loop."""
    desk = wish.desk
    desk.settings().relay_url()  # or nothing is exported
    sender = replace(state.read(node), session=desk.session)
    order = ordered(node, sender, desk.dcc, desk.exports, wish.frames, wish.gap)
    assert order.folder is not None
    order.folder.mkdir(parents=True, exist_ok=True)
    graph: Graph = (desk.dcc.frame, ())
    # At once, for somebody has just pressed a button; a bar is there from the first frame on.
    several = len(order.shots) > 1
    node.show(_exporting(0, len(order.shots)) if several else Status("exporting", ACTIVE))
    files: dict[str, tuple[Path, ...]] = {}
    for number, frame in enumerate(order.shots):
        _check(node, desk, graph)
        found = _exported(node, order, frame)
        graph = (desk.dcc.frame, node.fingerprint())  # after it: an export may add to what is known
        if several:
            run.show(_exporting(number + 1, len(order.shots)))
        if order.together:
            files.update({name: files.get(name, ()) + paths for name, paths in found.items()})
            node = yield None
            continue
        if not number:
            _begin(node, order)
        node = yield (Part(desk, order, frame if order.frames else None, found),)
    if order.together:
        _begin(node, order)
        yield (Part(desk, order, None, files),)


def _begin(node: Node, order: Order) -> None:
    """What the node keeps before anything is sent. It forgets the Generate before only here: an
    export that failed leaves what there is."""

    def begun(before: state.State) -> state.State:
        return replace(
            before,
            key=order.key,
            session=order.session,
            jobs="",
            frames=order.frames_text,
            outcome="",
            alpha="1" if order.alpha else "",
            status="",
            result_key=order.key if order.into else before.result_key,
        )

    state.change(node, begun)


def _check(node: Node, desk: Desk, graph: Graph) -> None:
    """Between two frames: whether the next can be exported as the one before was. `graph`: what it
    was then, at the current frame, for an artist may move to another one meanwhile."""
    if node.stop_asked():
        raise JobCanceled("Canceled.")
    if why := desk.dcc.busy():
        raise ExportFailed(why, "Press Generate again when that is done.", code="busy")
    frame, before = graph
    if frame == desk.dcc.frame and not _is_same(before, node.fingerprint()):
        raise NodeChanged(
            "What is connected changed while its frames were exported.",
            "Press Generate again.",
            code="graph_changed",
        )


def _is_same(before: Fingerprint, now: Fingerprint) -> bool:
    pairs = zip(before, now)
    wired = not before or len(before) == len(now)
    return wired and all(not one or not other or one & other for one, other in pairs)


def _exported(node: Node, order: Order, frame: int) -> dict[str, tuple[Path, ...]]:
    return {each.id: (node.export(order.export(each, frame)),) for each in order.inputs_at(frame)}


def _exporting(done: int, count: int) -> Status:
    return Status(f"exporting {done} of {count}", ACTIVE, done / count, exporting=True)


@generate.work
def _work(parts: Parts[Bundle], run: Run) -> Iterator[Landed | None]:
    """Send what comes, follow it, fetch what it made."""
    return worked(parts, run)


@generate.apply
def placed(node: Node, landed: Landed, run: Run) -> None:
    """Show what is there of a version."""
    now = state.read(node)
    if now.key != landed.key:
        run.outdate()  # another Generate came, or somebody undid this one
        return
    if run.canceled.is_set() and not now.frames:
        _too_late(node, now, run)
        return
    node.place(landed.placement)
    shown = replace(
        now, result=landed.placement.version, folder=landed.folder, result_key=landed.key
    )
    state.write(node, shown)


def _too_late(node: Node, now: state.State, run: Run) -> None:
    """It was canceled while its result was on the way here: what nobody wants does not land."""
    show_error(node, JobCanceled(TOO_LATE, TOO_LATE_HINT))
    state.write(node, replace(now, outcome="canceled", status=TOO_LATE))
    run.outdate()
