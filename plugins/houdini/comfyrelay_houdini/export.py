"""One frame of an input as a float EXR, written by the node's own ROP. Main thread; it blocks."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import hou

from comfyrelay.dcc import Export
from comfyrelay.developing import as_float
from comfyrelay.errors import ExportFailed, JobCanceled

from . import inner
from .parms import put, quietly


def export_frame(node: hou.OpNode, number: int, export: Export) -> Path:
    """Write what is connected there. Raises PluginError."""
    path, said = as_float(export.path), export.input.label or export.input.id
    rop = node.node(inner.EXPORT)
    if rop is None:
        raise ExportFailed(
            f"{node.path()} has no node {inner.EXPORT!r} inside any more.",
            "Match its current definition; the inside of the asset is not to be changed.",
        )
    with quietly():
        put(node, inner.EXPORT_INPUT, number)
        put(node, inner.EXPORT_FILE, path.as_posix())
        try:
            cast("hou.RopNode", rop).render(frame_range=(export.frame, export.frame))
        except hou.OperationInterrupted as error:
            raise JobCanceled("Canceled.") from error
        except hou.OperationFailed as error:
            raise ExportFailed(
                f"Houdini could not write {said} at frame {export.frame}:"
                f" {' '.join(error.instanceMessage().split())}",
                "Look at that input in the viewer; the error is upstream of this node.",
            ) from error
    if not path.is_file():
        raise ExportFailed(
            f"Houdini wrote no file for {said} at frame {export.frame}.",
            "Look at that input in the viewer.",
        )
    return path
