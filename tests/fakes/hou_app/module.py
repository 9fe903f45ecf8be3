"""The `hou` module of one application, put together from its models."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from . import (
    assets,
    changes,
    functions,
    hip,
    interface,
    items,
    keyframes,
    kinds,
    layers,
    menu_templates,
    nodes,
    number_templates,
    op_nodes,
    panes,
    parm_groups,
    parm_tuples,
    parms,
    plain_templates,
    templates,
    types,
)
from .enums import ENUMS, EnumValue
from .errors import ERRORS
from .functions import Functions
from .session import models

_MODELS = (
    assets,
    changes,
    interface,
    items,
    keyframes,
    kinds,
    layers,
    menu_templates,
    nodes,
    number_templates,
    op_nodes,
    panes,
    parm_groups,
    parm_tuples,
    parms,
    plain_templates,
    templates,
)
_WITH_INTERFACE = {"ui"}
"""What `hou` lacks without one."""


def module(app: Any) -> ModuleType:
    """`hou`, of one application."""
    plain = Functions(app)
    names = [name for name in vars(Functions) if not name.startswith("_")]
    members: dict[str, Any] = {name: getattr(plain, name) for name in names}
    members.update(ERRORS)
    members.update(ENUMS)
    members.update(_classes())
    members.update(
        EnumValue=EnumValue,
        OpNodeType=types.NodeType,
        OpNodeTypeCategory=types.Category,
        expandString=functions.expandString,
        hda=functions.Hda,
        hipFile=hip.HipFile,
        playbar=functions.Playbar,
        text=functions.Text,
        ui=interface.Ui,
        undos=changes.Undos,
    )
    if not app.gui:
        members = {n: member for n, member in members.items() if n not in _WITH_INTERFACE}
    made = models.module(members, beyond_stubs={"session": ModuleType("hou.session", "A fake.")})
    if not app.gui:
        _without_interface(made)
    return made


def _without_interface(made: ModuleType) -> None:
    missing = made.__getattr__

    def lacking(name: str) -> Any:
        if name in _WITH_INTERFACE:
            raise AttributeError(f"module 'hou' has no attribute {name!r}")
        return missing(name)

    made.__getattr__ = lacking  # type: ignore[method-assign]


def _classes() -> dict[str, Any]:
    found = {}
    for source in _MODELS:
        for name, made in vars(source).items():
            if isinstance(made, type) and made.__module__ == "hou" and name in models.stubs:
                found[name] = made
    return found
