"""What Houdini tells of scenes. Main thread; each hands on and returns at once."""

from __future__ import annotations

from collections.abc import Sequence

import hou

from comfyrelay import scenes, state
from comfyrelay.dcc import WARNING, Status
from comfyrelay.errors import PluginError
from comfyrelay.offers import Offer

from . import catalog, showing, watching
from .plugin import plugin


def heard(kind: hou.EnumValue) -> None:
    """One event of the hip file."""
    act = HEARD.get(kind.name())
    if act is not None:
        act()


def _before_clear() -> None:
    """Nothing more arrives; the jobs go on."""
    found = plugin()
    found.arrived.clear()
    found.due.clear()
    found.changed.clear()
    found.offers.clear()
    scenes.closing(found.desk)


def _after_load() -> None:
    """All nodes are there, and follow what they sent."""
    found = plugin()
    found.arrived.clear()
    found.later(_opened)


def _opened() -> None:
    desk = plugin().desk
    scenes.opened(desk, offer)
    nodes = plugin().scene.nodes()
    for node in nodes:
        watching.watch(node.op)
        showing.list_versions(node)
    if nodes:
        catalog.refresh()


def _after_save() -> None:
    """What it shows is what its artist wants."""
    try:
        scenes.saved(plugin().desk)
    except PluginError:  # a settings file that cannot be read keeps nobody from saving
        return


def offer(offers: Sequence[Offer]) -> None:
    """Results that no node knows of: a node that made one says so, and Get result attaches it."""
    found = plugin()
    found.offers = list(offers)
    for node in found.scene.nodes():
        kept = state.readable(node)
        count = sum(kept is not None and each.uid == kept.uid for each in offers)
        if count:
            words = "a result" if count == 1 else f"{count} results"
            node.show(Status(f"found {words}: press Get result", WARNING))


HEARD = {"BeforeClear": _before_clear, "AfterLoad": _after_load, "AfterSave": _after_save}
