"""Nuke's own progress bar while frames are exported. Main thread only; nothing without a GUI."""

from __future__ import annotations

from typing import Any

import nuke

from comfyrelay.dcc import Status

_BARS: dict[str, Any] = {}  # by the node's uid; a bar goes away with its object


def show(uid: str, path: str, status: Status) -> None:
    """Open, move or close the bar of a node."""
    if not status.exporting or not nuke.GUI:
        close(uid)
        return
    if uid not in _BARS:
        _BARS[uid] = nuke.ProgressTask(f"Comfy Relay: {path}")
    _BARS[uid].setMessage(status.text)
    if status.progress is not None:
        _BARS[uid].setProgress(int(100 * status.progress))


def close(uid: str) -> None:
    """The node goes, or is through with its exports."""
    _BARS.pop(uid, None)


def close_all() -> None:
    """The script closes."""
    _BARS.clear()


def stop_asked(uid: str) -> bool:
    """Whether its Cancel was pressed."""
    bar = _BARS.get(uid)
    return bar is not None and bool(bar.isCancelled())
