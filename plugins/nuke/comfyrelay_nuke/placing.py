"""A result on the node: its path on the Read inside, and how that is to be read. Main thread."""

from __future__ import annotations

from typing import Any, cast

import nuke

from comfyrelay.dcc import Picture, Placement

from . import gizmos
from .colour import srgb_name
from .export import inner
from .quiet import no_undo

SHOWN = ("image", "video")


def place(group: nuke.Group, placement: Placement) -> None:
    """Show this version. The script is modified by it, without a step to undo."""
    pictures = [each for each in placement.pictures if each.kind in SHOWN]
    with no_undo():
        if pictures and group.node(gizmos.RESULT) is not None:
            _read(inner(group, gizmos.RESULT), _chosen(group, pictures), placement, group)
            cast("Any", group[gizmos.HAS_RESULT]).setValue(True)
        if placement.texts and "text" in group.knobs():
            cast("Any", group["text"]).setValue("\n".join(placement.texts.values()))
        _show_version(group, placement.version)


def _chosen(group: nuke.Group, pictures: list[Picture]) -> Picture:
    wish = str(group["output"].value()) if "output" in group.knobs() else ""
    return next((each for each in pictures if wish in (each.output, each.label)), pictures[0])


def _read(read: nuke.Node, picture: Picture, placement: Placement, group: nuke.Group) -> None:
    knobs = cast("Any", read)
    knobs["file"].fromUserText(picture.path)
    first, last = _span(picture, placement)
    for name, frame in (("first", first), ("last", last), ("origfirst", first), ("origlast", last)):
        knobs[name].setValue(frame)
    knobs["origset"].setValue(True)
    is_raw = picture.reading.colour == "raw"
    knobs["raw"].setValue(is_raw)
    if not is_raw:
        knobs["colorspace"].setValue(srgb_name(read, _wish(group)))
    knobs["reload"].execute()


def _span(picture: Picture, placement: Placement) -> tuple[int, int]:
    """The frames that were asked for: one that is not there yet is missing, and not before the
    first. A still is one frame, which holds before and after."""
    frames = (*picture.frames, *placement.missing) if picture.frames else (1,)
    return min(frames), max(frames)


def _wish(group: nuke.Group) -> str:
    return str(group["colourspace"].value()) if "colourspace" in group.knobs() else ""


def _show_version(group: nuke.Group, version: str) -> None:
    """The menu shows it; the others that there are come with the next look at the folder."""
    if not version or "version" not in group.knobs():
        return
    menu = cast("Any", group["version"])
    names = [name for name in menu.values() if name != gizmos.NO_VERSION]
    if version not in names:
        menu.setValues([*names, version])
    menu.setValue(version)
