"""The one plugin of a running Houdini: its desk, made when it is needed."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

import hou

from comfyrelay.desk import Desk
from comfyrelay.offers import Offer

from .scene import HoudiniScene


@dataclass
class Plugin:
    """Main thread only."""

    scene: HoudiniScene
    desk: Desk
    newest: dict[str, int] = field(default_factory=dict)  # version by workflow, of the relay
    arrived: list[int] = field(default_factory=list)  # session ids of nodes that just came
    due: dict[int, float] = field(default_factory=dict)  # when Auto generates, by session id
    changed: dict[int, set[str]] = field(default_factory=dict)  # what is stale by it, likewise
    offers: list[Offer] = field(default_factory=list)  # results that no node knows of
    looked: bool = False  # for those of the open scene

    def later(self, act: Callable[[], None]) -> None:
        """Do this on a turn of the event loop of its own: never within a callback of a node."""
        self.scene.post(act)


_PLUGINS: list[Plugin] = []


def plugin() -> Plugin:
    """The plugin. Reads no file and starts no thread."""
    if not _PLUGINS:
        scene = HoudiniScene()
        made = Plugin(scene, Desk(scene))
        _PLUGINS.append(made)
        atexit.register(made.desk.close)
        if scene.interactive:
            scene.listen()
            hou.hipFile.addEventCallback(_hip().heard)
    return _PLUGINS[0]


def close() -> None:
    """It is loaded anew, or a test ends: nothing of it stays."""
    while _PLUGINS:
        gone = _PLUGINS.pop()
        if gone.scene.interactive:
            gone.scene.deafen()
            hou.hipFile.removeEventCallback(_hip().heard)
        atexit.unregister(gone.desk.close)
        gone.desk.close()


def _hip() -> ModuleType:
    """What hears of scenes; it needs the plugin, which is not made yet when this is imported."""
    return import_module(f"{__package__}.hip")


def has_interface() -> bool:
    """Without one nothing starts by itself: a farm reads, and asks nobody."""
    return bool(hou.isUIAvailable())
