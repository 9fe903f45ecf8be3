"""What Houdini tells of scenes. Main thread; each hands on and returns at once."""

from __future__ import annotations

import hou

from comfyrelay import scenes
from comfyrelay.errors import PluginError

from . import catalog, offering, showing, watching
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
    found.looked = False
    scenes.closing(found.desk)


def _after_load() -> None:
    """All nodes are there, and follow what they sent."""
    found = plugin()
    found.arrived.clear()
    found.later(_opened)


def _opened() -> None:
    desk = plugin().desk
    plugin().looked = True
    scenes.opened(desk, offering.offer)
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


HEARD = {"BeforeClear": _before_clear, "AfterLoad": _after_load, "AfterSave": _after_save}
