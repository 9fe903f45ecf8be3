"""What the buttons of our gizmos do. Main thread; each begins something and returns."""

from __future__ import annotations

from typing import Any, cast

import nuke

from comfyrelay import VERSION, state
from comfyrelay.dcc import Status
from comfyrelay.errors import PluginError
from comfyrelay.orders import form_of
from comfyrelay.runs import show_error

from . import catalog, values
from .node import GizmoNode
from .plugin import plugin
from .quiet import no_undo
from .rebuild import rebuild
from .scene import at, is_ours


def generate(group: nuke.Group) -> None:
    """Export what is connected, and send it."""
    plugin().desk.generate(GizmoNode(group))


def cancel(group: nuke.Group) -> None:
    """This node's jobs, and no others."""
    plugin().desk.cancel(GizmoNode(group))


def get_result(group: nuke.Group) -> None:
    """What the last Generate made, or makes."""
    plugin().desk.fetch(GizmoNode(group))


def fill(group: nuke.Group) -> None:
    """What is missing of the version that is shown."""
    plugin().desk.fill(GizmoNode(group))


def refresh(group: nuke.Group) -> None:
    """The relay's workflows, and the menus of models of this node's."""
    node = GizmoNode(group)
    catalog.refresh([group.fullName()])
    name = catalog.chosen(node)
    if name:
        catalog.choose(node, name)


def add_lora(group: nuke.Group) -> None:
    """One more row, when this button is done."""
    path = group.fullName()
    plugin().later(lambda: _more_rows(path))


def _more_rows(path: str) -> None:
    group = at(path)
    if group is None:
        return
    form = form_of(state.read(GizmoNode(group)))
    rows = max((values.rows(group, p) for p in form.params if p.type == "loras"), default=0)
    with no_undo():
        rebuild(group, form, form, rows + 1)


def use_as_prompt(group: nuke.Group) -> None:
    """The text of this node into the first text of the selected Comfy Relay nodes."""
    text = str(group["text"].value())
    with cast("Any", group).parent():  # Nuke may run a group's button inside it
        chosen = [node for node in nuke.selectedNodes() if is_ours(node)]
    others = [node for node in chosen if node.fullName() != group.fullName()]
    for node in others:
        _prompt(GizmoNode(cast("nuke.Group", node)), text)
    if not others:
        GizmoNode(group).show(Status("Select the Comfy Relay nodes that shall have it, too."))


def _prompt(node: GizmoNode, text: str) -> None:
    try:
        form = form_of(state.read(node))
    except PluginError as error:
        show_error(node, error)
        return
    param = next((each for each in form.params if each.type == "text"), None)
    if param is None:
        node.show(Status(f"{form.title} has no prompt."))
    else:
        plugin().desk.use_as_prompt(node, text, param)


def copy_report(group: nuke.Group) -> None:
    """Onto the clipboard: what happened, without any key."""
    node = GizmoNode(group)
    lines = [
        f"Comfy Relay {VERSION}, Nuke {nuke.NUKE_VERSION_STRING}",
        f"{node.path}: {cast('Any', group['status']).value()}",
        *(f"{name}: {text}" for name, text in node.state().items() if name != "form"),
        str(cast("Any", group["log"]).value()),
    ]
    _to_clipboard("\n".join(lines))


def _to_clipboard(text: str) -> None:
    from comfyrelay_qt import clipboard

    clipboard.put(text)
