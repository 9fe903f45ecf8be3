"""What Nuke tells of nodes and scripts. Main thread; each hands on and returns at once.

Without a GUI none of them does anything, so that a farm's load of a script stays as it is.
"""

from __future__ import annotations

from typing import Any, cast

import nuke

from comfyrelay import scenes
from comfyrelay.errors import PluginError
from comfyrelay.form_controls import FILE

from . import gizmos, offering, progress
from .catalog import choose, describe, fill_menu, fill_menus, refresh
from .knobs import NO_WORKFLOW
from .node import GizmoNode
from .plugin import has_interface, plugin
from .quiet import is_by_us
from .scene import UID, at, ours
from .showing import list_versions, show_output, show_version


def created() -> None:
    """A node came: new, pasted, or by an undo. What comes with a script waits for its end."""
    if not has_interface():
        return
    found = plugin()
    if not found.arrived:
        found.later(_settle)
    found.arrived.append(nuke.thisNode().fullName())


def _settle() -> None:
    found = plugin()
    names, found.arrived = found.arrived, []
    for name in names:
        group = at(name)
        if group is not None:
            scenes.arrived(found.desk, GizmoNode(group))
            fill_menu(GizmoNode(group))
    if names and not found.workflows:
        refresh(names)


def destroyed() -> None:
    """A node goes; its job goes on, and nothing more arrives."""
    if has_interface():
        node = nuke.thisNode()
        uid, threads = str(node[UID].value()), plugin().desk.threads
        if threads.running(uid) is None or not _is_copy(node, uid):
            threads.outdate(uid)
            progress.close(uid)


def _is_copy(node: nuke.Node, uid: str) -> bool:
    """Whether a run is of another node: a copy that just came has still the uid of the first."""
    first = plugin().desk.dcc.node(uid)
    return first is not None and first.path != node.fullName()


def knob_changed() -> None:
    """A choice of the artist in one of our menus. Any other knob is none of ours."""
    name = str(nuke.thisKnob().name())
    known = name in MENUS or name in SENT or name.endswith(FILE)
    if not known or is_by_us() or not has_interface():
        return
    path = nuke.thisNode().fullName()
    if name in MENUS:
        chosen = str(nuke.thisKnob().value())  # now: menus may be filled anew before the next turn
        plugin().later(lambda: MENUS[name](path, chosen))
    else:
        plugin().later(lambda: _sends(path))


def mask_changed() -> None:
    """Another channel of the mask, on the node inside that takes it."""
    if nuke.thisKnob().name() == "from0" and has_interface():
        path = nuke.thisNode().fullName().rpartition(".")[0]
        plugin().later(lambda: _sends(path))


def _workflow(path: str, name: str) -> None:
    group = at(path)
    if group is None:
        return
    if name != NO_WORKFLOW:
        choose(GizmoNode(group), name)
    else:
        fill_menu(GizmoNode(group))  # a node that has a workflow has one


def _version(path: str, name: str) -> None:
    group = at(path)
    if group is not None:
        show_version(plugin().desk, GizmoNode(group), name)


def _output(path: str, _name: str) -> None:
    group = at(path)
    if group is not None:
        show_output(plugin().desk, GizmoNode(group))


def _sends(path: str) -> None:
    group = at(path)
    if group is not None:
        describe(GizmoNode(group))


MENUS = {gizmos.WORKFLOW: _workflow, "version": _version, gizmos.OUTPUT: _output}
SENT = frozenset({"inputChange", "depth", "send_alpha", "colourspace", "fit"})
"""Knobs that change what goes to the relay."""


# scripts


def script_loaded() -> None:
    """All nodes are there: they follow what they sent, and what no node knows of is offered."""
    if has_interface():
        found = plugin()
        found.arrived.clear()
        found.later(_opened)


def _opened() -> None:
    desk = plugin().desk
    scenes.opened(desk, offering.offer)
    fill_menus()
    nodes = [GizmoNode(group) for group in ours()]
    for node in nodes:
        list_versions(desk, node)
    if nodes:
        refresh()


def script_saved() -> None:
    """What it shows is what its artist wants."""
    if has_interface():
        try:
            scenes.saved(plugin().desk)
        except PluginError:  # a settings file that cannot be read keeps nobody from saving
            return


def script_closed() -> None:
    """Nothing more arrives; the jobs go on."""
    if has_interface():
        scenes.closing(plugin().desk)
        progress.close_all()


def register() -> None:
    """Have Nuke call these."""
    callbacks = cast("Any", nuke)
    callbacks.addOnScriptLoad(script_loaded)
    callbacks.addOnScriptSave(script_saved)
    callbacks.addOnScriptClose(script_closed)
