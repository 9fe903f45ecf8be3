"""A result on the node: its path on the Read inside, and how that is to be read. Main thread."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import nuke

from comfyrelay.dcc import Picture, Placement
from comfyrelay.form import Form
from comfyrelay.placing import label

from . import gizmos
from .colour import srgb_name
from .export import inner
from .knobs import NO_VERSION
from .quiet import no_undo

SHOWN = ("image", "video")


def place(group: nuke.Group, placement: Placement, form: Form | None) -> None:
    """Show this version of this form. The script is modified by it, without a step to undo."""
    pictures = {each.label: each for each in placement.pictures if each.kind in SHOWN}
    with no_undo():
        if "text" in group.knobs():
            called = str if form is None else partial(label, form)
            texts = {called(name): text for name, text in placement.texts.items()}
            if texts:
                cast("Any", group["text"]).setValue(texts[_chosen(group, list(texts))])
        elif pictures and group.node(gizmos.RESULT) is not None:
            picture = pictures[_chosen(group, list(pictures))]
            _read(inner(group, gizmos.RESULT), picture, placement, group)
            cast("Any", group[gizmos.HAS_RESULT]).setValue(True)
        _show_version(group, placement.version)


def _chosen(group: nuke.Group, names: list[str]) -> str:
    """Which of the outputs is shown; the menu for it is there only if there are several."""
    if gizmos.OUTPUT not in group.knobs():
        return names[0]
    menu = cast("Any", group[gizmos.OUTPUT])
    wish = str(menu.value())
    chosen = wish if wish in names else names[0]
    if list(menu.values()) != names:
        menu.setValues(names)
    menu.setValue(chosen)
    menu.setVisible(len(names) > 1)
    return chosen


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
    names = [name for name in menu.values() if name != NO_VERSION]
    if version not in names:
        menu.setValues([*names, version])
    menu.setValue(version)
