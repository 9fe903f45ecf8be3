"""The one plugin of a running Nuke: its desk, made when it is needed, and what menus remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import nuke

from comfyrelay.desk import Desk

from .scene import NukeScene


@dataclass
class Plugin:
    """Main thread only."""

    desk: Desk = field(default_factory=lambda: Desk(NukeScene()))
    workflows: dict[str, int] = field(default_factory=dict)  # what the relay had last: versions
    arrived: list[str] = field(default_factory=list)  # full names of nodes that were just created

    def later(self, act: Callable[[], None]) -> None:
        """Do this when the main loop turns, in order: never within a callback of Nuke."""
        self.desk.threads.soon(act)


_PLUGINS: list[Plugin] = []


def plugin() -> Plugin:
    """The plugin. Reads no file and starts no thread."""
    if not _PLUGINS:
        _PLUGINS.append(Plugin())
    return _PLUGINS[0]


def close() -> None:
    """Nuke closes, or a test does: nothing of it stays."""
    while _PLUGINS:
        _PLUGINS.pop().desk.close()


def has_interface() -> bool:
    """Without one nothing starts by itself: a farm reads, and asks nobody."""
    return bool(nuke.GUI)
