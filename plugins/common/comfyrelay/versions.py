"""The version menu: what a node has made so far, read from its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from . import state
from .dcc import Node, Placement
from .desk import Desk
from .errors import PluginError
from .orders import form_of
from .placing import placement
from .records import Found, versions


def found(desk: Desk, node: Node, then: Callable[[Sequence[Found]], None]) -> None:
    """List the versions beside the one that the node shows, newest first; `then` gets them."""
    kept = desk.kept(node)
    if kept is None:
        return
    if not kept.folder:
        then(())
        return
    holder = Path(kept.folder).parent
    desk.threads.aside(
        lambda: versions(desk.settings().template(), holder), then, desk.teller(kept.uid)
    )


def show(desk: Desk, node: Node, chosen: Found) -> None:
    """Show another version. What goes on for the node goes on."""
    kept = desk.kept(node)
    if kept is None:
        return
    form, version, plan = form_of(kept), chosen.version, chosen.plan
    if version is None or plan is None:
        raise PluginError(f"Nothing says how the files of {chosen.folder.name} are named.")

    def place(made: Placement) -> None:
        now = desk.dcc.node(kept.uid)
        if now is None:
            return
        now.place(made)
        before, folder = state.read(now), str(chosen.folder)
        key = before.result_key if before.folder == folder else ""  # the same, another output
        state.write(now, replace(before, result=made.version, folder=folder, result_key=key))

    desk.threads.aside(
        lambda: placement(version, form, plan.frames, plan.alpha), place, desk.teller(kept.uid)
    )
