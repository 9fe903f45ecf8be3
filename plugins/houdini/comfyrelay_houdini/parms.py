"""Parms of a node read and set, by name. Main thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import hou

from comfyrelay.errors import PluginError

_QUIET: list[bool] = []


def text(node: hou.OpNode, name: str) -> str:
    """A string as it was typed, no variable or backtick expanded; of one that is animated or
    linked, what it evaluates to. "" if there is no such parm."""
    parm = node.parm(name)
    return "" if parm is None else typed(parm)


def typed(parm: hou.Parm) -> str:
    """The same, of a parm."""
    try:
        return str(parm.unexpandedString())
    except hou.OperationFailed:
        return str(parm.evalAsString())


def text_at(node: hou.OpNode, name: str, frame: int) -> str:
    """The same at a frame."""
    parm = node.parm(name)
    if parm is None:
        return ""
    try:
        return str(parm.unexpandedString())
    except hou.OperationFailed:
        return str(parm.evalAsStringAtFrame(frame))


def put(node: hou.OpNode, name: str, value: Any) -> None:
    """Set a parm that the node has. Raises PluginError if it is inside a locked asset."""
    parm = node.parm(name)
    if parm is None:
        return
    with allowed(node):
        cast("Any", parm).set(value)


@contextmanager
def quietly() -> Iterator[None]:
    """What we say of ourselves: no step to undo, and no change that anything follows from, here or
    downstream."""
    _QUIET.append(True)
    try:
        with hou.undos.disabler():
            yield
    finally:
        _QUIET.pop()


def is_quiet() -> bool:
    """Whether what is heard now comes of such words."""
    return bool(_QUIET)


@contextmanager
def allowed(node: hou.OpNode) -> Iterator[None]:
    """Whatever is changed within may be refused, for somebody locked it."""
    try:
        yield
    except hou.PermissionError as error:
        raise PluginError(
            f"{node.path()} cannot be changed: it, or an asset around it, is locked.",
            "Allow editing of that asset, or list the node among its editable ones.",
            code="locked",
        ) from error
