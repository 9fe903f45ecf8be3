"""What happens to scenes and nodes: created, pasted, opened, saved, closed. On the main thread.

Without a user interface nothing here does anything: a scene that is loaded to be rendered resumes
nothing, writes nothing and asks nobody.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence

from . import offers, state
from .dcc import Node
from .desk import Desk
from .errors import PluginError
from .follow import is_open
from .journal import Entry
from .offers import Offer
from .orders import form_of
from .runs import show_error

Offers = Callable[[Sequence[Offer]], None]


def arrived(desk: Desk, node: Node) -> None:
    """A node was created, pasted, or brought back by an undo.

    A copy gets a uid of its own: it keeps the result, and leaves the job to the first.
    """
    if not desk.dcc.interactive:
        return
    uid = node.state().get("uid")
    twin = any(
        each.path != node.path and each.state().get("uid") == uid for each in desk.dcc.nodes()
    )
    _settle(desk, node, is_copy=bool(uid) and twin)


def opened(desk: Desk, then: Offers = lambda offers: None) -> None:
    """A scene was opened, and all of its nodes are there. They follow what they sent before; `then`
    gets what is to be offered, later, and only if there is something."""
    if not desk.dcc.interactive:
        return
    desk.session = uuid.uuid4().hex
    seen: set[str] = set()
    for node in desk.dcc.nodes():
        uid = node.state().get("uid", "")
        _settle(desk, node, is_copy=uid in seen)
        seen.add(uid)
    find(desk, then)


def find(desk: Desk, then: Offers) -> None:
    """Look for results of this scene that no node knows of; `then` gets them if there are any."""
    session = desk.session

    def read() -> tuple[Entry, ...]:
        desk.journal.prune()
        return desk.journal.entries()

    def offer(entries: tuple[Entry, ...]) -> None:
        nodes = [state.readable(node) for node in desk.dcc.nodes()]
        found = offers.found(
            entries, desk.dcc.scene, desk.session, [each for each in nodes if each]
        )
        if found and desk.session == session:
            then(found)

    desk.threads.aside(read, offer)


def saved(desk: Desk) -> None:
    """The scene was saved: what it shows is what its artist wants, and nothing else is offered."""
    if not desk.dcc.interactive:
        return
    session, nodes = desk.session, [state.readable(node) for node in desk.dcc.nodes()]
    known = {key for each in nodes if each for key in (each.key, each.result_key) if key}
    at_s = time.time()  # what is sent before this is written down came after it all the same
    desk.threads.aside(lambda: desk.journal.saved(session, known, at_s), lambda _: None)


def closing(desk: Desk) -> None:
    """The scene closes: nothing more arrives. Its jobs go on."""
    desk.threads.outdate_all()
    desk.session = uuid.uuid4().hex


def attach(desk: Desk, offer: Offer, node: Node, resend: bool = False) -> None:
    """Let a node follow what was found; what it followed before goes on without it.

    `resend`: what the relay has no job of is sent again, as it was exported then. Ask the artist.
    """
    if desk.claimed(node) is None:
        return
    kept = state.read(node)
    taken = offer.state(kept)
    state.write(node, taken)
    if kept.form != taken.form:
        node.reform(form_of(taken))
    desk.threads.outdate(taken.uid)
    desk.fetch(node, offer.entries if resend else (), offer.folder)


def dismiss(desk: Desk, offer: Offer, then: Offers = lambda offers: None) -> None:
    """Never offer this again. `then` gets what else there is, if there is something."""
    desk.threads.aside(lambda: desk.journal.dismissed(offer.batch), lambda _: find(desk, then))


def _settle(desk: Desk, node: Node, is_copy: bool) -> None:
    try:
        _settled(desk, node, is_copy)
    except PluginError as error:  # newer than we are, or locked: it says so, and is left as it is
        show_error(node, error)


def _settled(desk: Desk, node: Node, is_copy: bool) -> None:
    kept = state.read(node)
    if kept.uid and is_copy:
        state.copied(node)
    elif desk.threads.running(kept.uid) is not None:
        return  # its artist was faster, and pressed Generate
    elif is_open(kept) or kept.outcome == "succeeded":
        desk.fetch(node)
