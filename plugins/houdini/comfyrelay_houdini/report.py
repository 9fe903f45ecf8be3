"""What happened on a node, as text for whoever helps. It has no key in it. Main thread."""

from __future__ import annotations

from typing import Any

import hou

from comfyrelay import VERSION
from comfyrelay.keeping import KEEPS, STATE, decoded

FORM = f"{KEEPS}form"  # long, and the workflow's name says as much


def copy(node: Any) -> None:
    """Onto the clipboard."""
    hou.ui.copyTextToClipboard(report(node))


def report(node: Any) -> str:
    """Versions, the node, its state and its log."""
    kept = [(name, _text(node, name)) for name in STATE if name != FORM]
    lines = [
        f"Comfy Relay {VERSION}, Houdini {hou.applicationVersionString()}",
        f"{node.path()} ({node.type().name()}): {_text(node, 'status')}",
        *(f"{name[len(KEEPS) :]}: {decoded(text)}" for name, text in kept if text),
        _text(node, "log"),
    ]
    return "\n".join(lines)


def _text(node: Any, name: str) -> str:
    parm = node.parm(name)
    return "" if parm is None else str(parm.unexpandedString())
