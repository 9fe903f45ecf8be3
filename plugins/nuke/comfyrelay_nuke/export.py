"""One frame of an input as a file, written by the node's own Write. Main thread; it blocks.

The Write is disabled except here, so that nobody's render runs it. Whatever is changed for an
export is put back, also when it fails; but the Write keeps its format, which each export sets anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import nuke

from comfyrelay.dcc import Export
from comfyrelay.errors import ExportFailed, JobCanceled

from . import gizmos
from .colour import srgb_name

DATATYPES = {"32f": "32 bit float", "16f": "16 bit half", "16": "16 bit", "8": "8 bit"}
ALPHA = "A"


def export_frame(group: nuke.Group, pick: int, export: Export, colourspace: str) -> None:
    """Write what is wired to the `pick`-th source of the group. Raises PluginError."""
    write = inner(group, gizmos.EXPORT)
    masks = export.input.kind == "mask"
    divides = not masks and _is_premultiplied(group)
    with ExitStack() as puts_back:
        into = puts_back.enter_context
        into(_knobs(nuke.root(), {"proxy": False}))
        into(_knobs(inner(group, gizmos.PICK), {"which": pick}))
        into(_knobs(inner(group, gizmos.STRAIGHT), {"disable": not divides}))
        into(_knobs(inner(group, gizmos.MATTE_TO_RGB), {"disable": not masks}))
        into(_knobs(write, {"disable": False, "file": export.path.as_posix()}))
        _set_format(write, export, colourspace)
        _execute(write, export)
    if not export.path.is_file():
        raise ExportFailed(
            f"Nuke wrote no file for {export.input.label or export.input.id} at frame"
            f" {export.frame}.",
            "View that input in Nuke, and look at its error console.",
        )


def inner(group: nuke.Group, name: str) -> nuke.Node:
    """A node of the gizmo. Raises ExportFailed if somebody took it out."""
    node = group.node(name)
    if node is None:
        raise ExportFailed(
            f"{group.fullName()} has no node {name!r} inside any more.",
            "Create the node anew; the inside of a gizmo is not to be changed.",
        )
    return node


def _is_premultiplied(group: nuke.Group) -> bool:
    """What the artist says of the plate; the result is multiplied by the same knob."""
    return "premultiplied" in group.knobs() and bool(group["premultiplied"].value())


def _set_format(write: nuke.Node, export: Export, colourspace: str) -> None:
    """The file's kind first: other knobs of a Write are there only then."""
    how = export.how
    _set(write, "file_type", how.format)
    _set(write, "channels", "rgba" if ALPHA in how.channels else "rgb")
    _set(write, "datatype", DATATYPES[how.depth])
    if how.format == "exr":
        _set(write, "compression", "Zip (1 scanline)")
    _set(write, "raw", how.colour == "raw")
    if how.colour != "raw":
        _set(write, "colorspace", srgb_name(write, colourspace))


def _execute(write: nuke.Node, export: Export) -> None:
    try:
        nuke.execute(write, export.frame, export.frame, 1, [_view()])
    except (RuntimeError, nuke.CancelledError) as error:
        if isinstance(error, nuke.CancelledError) or "cancel" in str(error).lower():
            raise JobCanceled("Canceled.") from error
        raise ExportFailed(
            f"Nuke could not write {export.input.label or export.input.id} at frame"
            f" {export.frame}: {error}",
            "View that input in Nuke; the error is upstream of this node.",
        ) from error


def _view() -> str:
    """The one that the artist looks at; of a script with other views than that, its first."""
    views = list(nuke.views())
    viewer = nuke.activeViewer() if nuke.GUI else None
    seen = str(viewer.view()) if viewer is not None else nuke.thisView()
    return seen if seen in views else views[0]


@contextmanager
def _knobs(node: nuke.Node, values: Mapping[str, Any]) -> Iterator[None]:
    """Other values for a while."""
    before = {name: node[name].value() for name in values}
    try:
        for name, value in values.items():
            _set(node, name, value)
        yield
    finally:
        for name, value in before.items():
            _set(node, name, value)


def _set(node: nuke.Node, name: str, value: Any) -> None:
    knob = node[name]
    if knob.value() != value:
        cast("Any", knob).setValue(value)
