"""The parms of a node as Houdini's panel shows them, with those of a workflow's form, from their
description."""

from __future__ import annotations

from collections.abc import Sequence

from comfyrelay import controls
from comfyrelay.controls import Control, Group, Rows, Shown
from comfyrelay_houdini import assets
from comfyrelay_houdini.form_parms import form_folder

from .example import ABOUT, FORM, form
from .panel import COLUMN, GAP, Pen, head
from .svg import DIM, Drawing

TOP = 58
NOTE = (
    "A drawing made from the asset's description, not a screenshot of Houdini. Folders are drawn"
    " open."
)
SHOWN = {
    "workflow": FORM,
    "about": ABOUT,
    "sends": "Image: 8-bit PNG, sRGB, padded to a multiple of 8\n"
    "Mask: 8-bit PNG, mask, white changes, from alpha, padded to a multiple of 8",
    "status": "> 37 %",
    "version": "v003",
    "fresh": "stale: what is connected or set changed since",
    "file1": ".../v003/image.png",
    "range": "custom",
    "frames": "1001-1100",
    "p_prompt": "an empty sky in orange light",
    "p_seed": "694",
}
"""What the parms say in the picture, where it is not what a new node says."""


def picture() -> str:
    """The SVG, of the asset for any workflow."""
    columns = assets.workflow().shown, [form_folder(form(), assets.INPUTS)]
    trial = Drawing(1, 1, "")
    height = int(max(_column(trial, 0, shown) for shown in columns)) + 34
    drawing = Drawing(2 * COLUMN + 3 * GAP, height, "The parms of a Comfy Relay node")
    head(drawing, f"{assets.workflow().label}   workflow1")
    for number, shown in enumerate(columns):
        _column(drawing, GAP + number * (COLUMN + GAP), shown)
    drawing.text(GAP, height - 14, NOTE, DIM, 11.5)
    return drawing.written()


def _column(drawing: Drawing, left: float, shown: Sequence[Shown]) -> float:
    """Draw them below each other; where the column ends."""
    pen = Pen(drawing, left, TOP)
    _all(pen, shown)
    pen.end_row()
    return pen.y


def _all(pen: Pen, shown: Sequence[Shown]) -> None:
    seen = [each for each in shown if not isinstance(each, Control) or not each.hidden]
    for each, after in zip(seen, [*seen[1:], None], strict=True):
        pen.shared = isinstance(after, Control) and after.beside
        if isinstance(each, Group):
            pen.open_group(each.label)
            _all(pen, each.controls)
            pen.close_group()
        elif isinstance(each, Rows):
            _rows(pen, each)
        elif each.kind == controls.RULE:
            pen.divider()
        else:
            _control(pen, each)


def _rows(pen: Pen, each: Rows) -> None:
    """Houdini has a number of rows, with buttons for one more and one less, above them."""
    pen.end_row()
    pen.label(each.label)
    pen.field(str(each.count), 64)
    for sign in "+-":
        pen.x += 10
        pen.button(sign)
    pen.new_row()
    for _ in range(each.count):
        _all(pen, each.controls)


def _control(pen: Pen, each: Control) -> None:
    if not each.beside:
        pen.end_row()
    named = each.kind not in (controls.TOGGLE, controls.BUTTON)
    pen.label(each.label if named else "")
    words = SHOWN.get(each.name, each.value)
    if each.kind in (controls.INT, controls.FLOAT):
        low, high = each.bounds
        slider = None if low is None or high is None or each.beside else (low, high)
        pen.number(words, slider)
    elif each.kind == controls.MENU:
        labels = dict(each.menu)
        pen.menu(labels.get(words, words), [*labels.values()])
    elif each.kind == controls.TOGGLE:
        pen.toggle(each.label)
    elif each.kind == controls.BUTTON:
        pen.button(each.label)
    elif each.kind == controls.TEXT:
        pen.text(words)
    elif each.kind == controls.LINES:
        pen.lines(words)
    else:
        pen.field(words)
    pen.x += 10
