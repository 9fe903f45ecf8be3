"""The knobs as Nuke's panel shows them, with those of a workflow's form, from their description."""

from __future__ import annotations

from collections.abc import Sequence

from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.form_knobs import form_knobs
from comfyrelay_nuke.nk import UserKnob

from .example import ABOUT, FORM, form
from .panel import COLUMN, GAP, Pen, head
from .svg import DIM, Drawing

NOTE = (
    "A drawing made from the gizmo's description, not a screenshot of Nuke. Groups are drawn open."
)
SHOWN = {
    "workflow": FORM,
    "about": ABOUT,
    "sends": "Image: 8-bit PNG, sRGB, padded to a multiple of 8\n"
    "Mask: 8-bit PNG, mask, white changes, from rgba.alpha",
    "status": "> 37 %",
    "version": "v003",
    "show": gizmos.SHOW[2],
    "result_file": ".../comfyrelay/ComfyRelay/inpaint/v003/...",
    "mask_channel": "rgba.alpha",
    "before": "hold",
    "after": "hold",
    "missing": "error",
    "range": gizmos.RANGES[2],
    "frames": "1001-1100",
    "p_prompt": "an empty sky in orange light",
    "p_seed": "694",
}
"""What the knobs say in the picture, where it is not what a new node says."""
MENUS = frozenset({"mask_channel", "before", "after", "missing"})
"""Links that show another node's menu."""


def picture() -> str:
    """The SVG."""
    own = [knob for knob in gizmos.comfy_relay().user_knobs if nk.INVISIBLE not in knob.flags]
    first = next(place for place, knob in enumerate(own) if knob.name == gizmos.PARAMS)
    columns = own[1:first], [own[first], *form_knobs(form()), own[-1]]
    trial = Drawing(1, 1, "")
    height = int(max(_column(trial, 0, knobs) for knobs in columns)) + 34
    drawing = Drawing(2 * COLUMN + 3 * GAP, height, "The knobs of the Comfy Relay gizmo")
    head(drawing, "ComfyRelay", (str(own[0].label), "Node"))
    for number, knobs in enumerate(columns):
        _column(drawing, GAP + number * (COLUMN + GAP), knobs)
    drawing.text(GAP, height - 14, NOTE, DIM, 11.5)
    return drawing.written()


def _column(drawing: Drawing, left: float, knobs: Sequence[UserKnob]) -> float:
    """Draw them below each other; where the column ends."""
    pen = Pen(drawing, left)
    for knob, after in zip(knobs, [*knobs[1:], None], strict=True):
        pen.shared = after is not None and _same_line(after)
        if knob.kind == nk.TAB and knob.group == nk.END:
            pen.close_group()
        elif knob.kind == nk.TAB:
            pen.open_group(str(knob.label))
        elif knob.kind == nk.TEXT and not knob.name:
            pen.divider()
        else:
            _knob(pen, knob)
    pen.end_row()
    return pen.y


def _knob(pen: Pen, knob: UserKnob) -> None:
    if not _same_line(knob):
        pen.end_row()
    label = knob.name if knob.label is None and not pen.x else knob.label or ""
    pen.label("" if knob.kind in (nk.BOOL, nk.BUTTON) else label)
    words = _said(knob)
    if knob.kind in (nk.DOUBLE, nk.INT):
        alone = nk.SAME_LINE not in knob.flags
        pen.number(words, knob.bounds if alone else None)
    elif knob.kind == nk.MENU or (knob.kind == nk.LINK and knob.name in MENUS):
        pen.menu(words, knob.menu)
    elif knob.kind == nk.BOOL:
        pen.toggle(str(knob.label))
    elif knob.kind == nk.BUTTON:
        pen.button(str(knob.label))
    elif knob.kind == nk.TEXT:
        pen.text(SHOWN.get(knob.name, knob.text))
    elif knob.kind == nk.MULTILINE:
        pen.lines(words)
    else:
        pen.field(words)
    pen.x += 10


def _same_line(knob: UserKnob) -> bool:
    """A button stands beside the knob before it unless it says otherwise."""
    return nk.SAME_LINE in knob.flags or (knob.kind == nk.BUTTON and nk.NEW_LINE not in knob.flags)


def _said(knob: UserKnob) -> str:
    if knob.name in SHOWN:
        return SHOWN[knob.name]
    if knob.value is None and knob.menu:
        return knob.menu[0]
    return knob.value or ""
