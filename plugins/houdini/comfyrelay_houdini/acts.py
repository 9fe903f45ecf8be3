"""What buttons, menus and events of our nodes do. Main thread; each begins something and returns.

Without a user interface events do nothing, so that a farm's load of a scene stays as it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import cast

import hou

from comfyrelay import scenes, state
from comfyrelay.dcc import Status
from comfyrelay.errors import PluginError
from comfyrelay.orders import form_of
from comfyrelay.runs import show_error

from . import auto, catalog, fresh, offering, showing, watching
from .node import HoudiniNode
from .parms import text
from .plugin import has_interface, plugin
from .scene import UID, at, is_ours

# buttons


def generate(op: hou.OpNode) -> None:
    """Export what is connected, and send it."""
    plugin().desk.generate(HoudiniNode(op))


def cancel(op: hou.OpNode) -> None:
    """This node's jobs, and no others."""
    plugin().desk.cancel(HoudiniNode(op))


def get_result(op: hou.OpNode) -> None:
    """What the last Generate made, or makes; or what was found of this node."""
    if not offering.take(op):
        plugin().desk.fetch(HoudiniNode(op))


def fill(op: hou.OpNode) -> None:
    """What is missing of the version that is shown."""
    plugin().desk.fill(HoudiniNode(op))


def refresh(op: hou.OpNode) -> None:
    """The relay's workflows, and the menus of models of this node's."""
    node = HoudiniNode(op)
    catalog.refresh(node)
    name = catalog.chosen(node)
    if name:
        catalog.choose(node, name)


def use_as_prompt(op: hou.OpNode) -> None:
    """The text of this node into the first text of the selected Comfy Relay nodes."""
    chosen = [cast("hou.OpNode", each) for each in hou.selectedNodes()]
    others = [HoudiniNode(each) for each in chosen if is_ours(each) and each != op]
    for node in others:
        _prompt(node, text(op, "text"))
    if not others:
        HoudiniNode(op).show(Status("Select the Comfy Relay nodes that shall have it, too."))


def _prompt(node: HoudiniNode, said: str) -> None:
    try:
        form = form_of(state.read(node))
        param = next((each for each in form.params if each.type == "text"), None)
        if param is None:
            node.show(Status(f"{form.title} has no prompt."))
        else:
            plugin().desk.use_as_prompt(node, said, param)
    except PluginError as error:
        show_error(node, error)


# what an artist changed


def choose(op: hou.OpNode, name: str) -> None:
    """Another workflow."""
    if name and has_interface():
        catalog.choose(HoudiniNode(op), name)


def choose_version(op: hou.OpNode, name: str) -> None:
    """Another result."""
    if has_interface():
        showing.show_version(HoudiniNode(op), name)


def auto_changed(op: hou.OpNode) -> None:
    """Nothing that waits begins any more, if it is off."""
    if has_interface():
        auto.switched(op)


def colour(op: hou.OpNode) -> None:
    """Take a colour of ours, or give its own back."""
    node = HoudiniNode(op)
    try:
        fresh.tell(op, state.read(node))
    except PluginError as error:
        show_error(node, error)


# events


def created(op: hou.OpNode) -> None:
    """A new node."""
    if is_ours(op):
        with suppress(PluginError):  # it is inside of what is locked
            HoudiniNode(op).begin()
    _arrived(op)


def loaded(op: hou.OpNode) -> None:
    """A node of a scene, of which there will be more; or one that was pasted."""
    _arrived(op)


def updated(op: hou.OpNode) -> None:
    """Its definition changed: what it shows stays, for it is in its parms; new ones get theirs."""
    _arrived(op)


def deleted(op: hou.OpNode) -> None:
    """A node goes; its job goes on, and nothing more arrives."""
    if has_interface() and is_ours(op):
        uid, threads = text(op, UID), plugin().desk.threads
        if threads.running(uid) is None or not _is_copy(op, uid):
            threads.outdate(uid)


def _is_copy(op: hou.OpNode, uid: str) -> bool:
    """Whether a run is of another node: a copy that just came has still the uid of the first."""
    first = plugin().scene.node(uid)
    return first is not None and first.op != op


def describe(op: hou.OpNode) -> None:
    """A wire came or went, or something was set: another file goes."""
    if has_interface() and is_ours(op):
        session_id = op.sessionId()
        plugin().later(lambda: _describe(session_id))


def _describe(session_id: int) -> None:
    op = at(session_id)
    if op is not None:
        catalog.describe(HoudiniNode(op))


def _arrived(op: hou.OpNode) -> None:
    """What comes with a scene waits for its end."""
    if not has_interface() or not is_ours(op):
        return
    found = plugin()
    if not found.arrived:
        found.later(_settle)
    found.arrived.append(op.sessionId())


def _settle() -> None:
    found = plugin()
    came, found.arrived = found.arrived, []
    for op in filter(None, map(at, came)):
        with suppress(PluginError):  # it is locked, or newer than we are, and has said so
            _settled(HoudiniNode(op))
    if came and not found.looked:  # the first node in a scene that had none when it was opened
        found.looked = True
        scenes.find(found.desk, offering.offer)
    if came and not found.newest:
        catalog.refresh()


def _settled(node: HoudiniNode) -> None:
    scenes.arrived(plugin().desk, node)
    catalog.describe(node)
    fresh.tell(node.op, state.read(node))
    watching.watch(node.op)
    showing.list_versions(node)
