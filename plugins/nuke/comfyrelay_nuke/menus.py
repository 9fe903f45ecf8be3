"""The menus, and the callbacks that Nuke is asked for. GUI only."""

from __future__ import annotations

import atexit
from typing import Any, cast

import nuke

from . import events, panel, plugin


def install() -> None:
    """Once, when Nuke starts. Starts nothing, asks nobody."""
    nodes = cast("Any", nuke.menu("Nodes")).addMenu("Comfy Relay")
    nodes.addCommand("Comfy Relay", "nuke.createNode('ComfyRelay')")
    nodes.addCommand("Comfy Relay Text", "nuke.createNode('ComfyRelayText')")
    cast("Any", nuke.menu("Nuke")).addCommand("Comfy Relay/Queue", panel.show)
    panel.register()
    events.register()
    atexit.register(plugin.close)
