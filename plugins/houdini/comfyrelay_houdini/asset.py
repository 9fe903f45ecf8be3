"""What the parms, the menus and the sections of our assets call, by name.

Importing this begins nothing, and needs neither a relay nor a user interface: a farm reads the same
definitions. What acts on nodes is loaded when it is first asked to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from . import items, menus, report

Kwargs = Mapping[str, Any]
"""What Houdini hands to a callback, a menu script or a section: the node, and more."""


# buttons


def generate(kwargs: Kwargs) -> None:
    """Export what is connected, and send it."""
    _acts().generate(kwargs["node"])


def cancel(kwargs: Kwargs) -> None:
    """This node's jobs, and no others."""
    _acts().cancel(kwargs["node"])


def get_result(kwargs: Kwargs) -> None:
    """What the last Generate made, or makes."""
    _acts().get_result(kwargs["node"])


def fill(kwargs: Kwargs) -> None:
    """What is missing of the version that is shown."""
    _acts().fill(kwargs["node"])


def refresh(kwargs: Kwargs) -> None:
    """The relay's workflows, and the menus of models of this node's."""
    _acts().refresh(kwargs["node"])


def use_as_prompt(kwargs: Kwargs) -> None:
    """The text of this node into the first text of the selected Comfy Relay nodes."""
    _acts().use_as_prompt(kwargs["node"])


def copy_report(kwargs: Kwargs) -> None:
    """Onto the clipboard: what happened, without any key."""
    report.copy(kwargs["node"])


# what an artist changed


def choose(kwargs: Kwargs) -> None:
    """Another workflow; its parms come when the relay answered."""
    _acts().choose(kwargs["node"], kwargs["script_value"])


def choose_version(kwargs: Kwargs) -> None:
    """Another result."""
    _acts().choose_version(kwargs["node"], kwargs["script_value"])


def describe(kwargs: Kwargs) -> None:
    """How, or from where, a picture goes."""
    _acts().describe(kwargs["node"])


def auto_changed(kwargs: Kwargs) -> None:
    """Generate a moment after a change, or no more."""
    _acts().auto_changed(kwargs["node"])


def colour(kwargs: Kwargs) -> None:
    """Colour the node while its result is missing or stale, or no more."""
    _acts().colour(kwargs["node"])


# menus


def workflow_menu(kwargs: Kwargs) -> Sequence[str]:
    """From memory; the relay is asked by Refresh."""
    return menus.workflow_menu(kwargs["node"])


def version_menu(kwargs: Kwargs) -> Sequence[str]:
    """From memory; files are looked at elsewhere."""
    return menus.version_menu(kwargs["node"])


# events of a node


def created(kwargs: Kwargs) -> None:
    """A new node, or a copy."""
    _acts().created(kwargs["node"])


def loaded(kwargs: Kwargs) -> None:
    """A node of a scene that was opened, or pasted."""
    _acts().loaded(kwargs["node"])


def updated(kwargs: Kwargs) -> None:
    """Its definition changed under it."""
    _acts().updated(kwargs["node"])


def deleted(kwargs: Kwargs) -> None:
    """It goes."""
    _acts().deleted(kwargs["node"])


def input_changed(kwargs: Kwargs) -> None:
    """A wire came or went."""
    _acts().describe(kwargs["node"])


# work items; on whatever thread PDG has


def add_items(node: Any, holder: Any, upstream: Sequence[Any]) -> None:
    """One for each above, or one alone."""
    items.add(holder, upstream)


def cook_item(node: Any, item: Any) -> None:
    """The item's job, from its files to its files."""
    import_module(f"{__package__}.cooking").cook(node, item)


def _acts() -> Any:
    return import_module(f"{__package__}.acts")
