"""The knobs as a panel shows them, with those of a workflow's form, from their description."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comfyrelay.form import Form
from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.form_knobs import form_knobs
from comfyrelay_nuke.nk import UserKnob

from .svg import DIM, TEXT, Drawing

ROW, FIELD, CHARACTER = 25, 18, 6.4
COLUMN, LABEL = 480, 132
"""Widths of a column, and of the labels in it."""
SHARED = 150
"""Width of a field that does not have its row alone."""
TOP, GAP = 88, 20
FIELD_FILL, FIELD_EDGE, BUTTON_FILL, GROUP_FILL = "#1f2023", "#111214", "#4a4e55", "#3a3d43"
NOTE = (
    "A drawing made from the gizmo's description, not a screenshot of Nuke. Groups are drawn open."
)
FORM = "inpaint"
FORMS = Path(__file__).parents[2] / "relay_server" / "starter_workflows"

SHOWN = {
    "workflow": FORM,
    "about": "Makes over what is white in a mask and leaves every other pixel as it is.",
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


@dataclass
class Pen:
    """Where the next knob goes."""

    drawing: Drawing
    left: float
    y: float = TOP
    x: float = 0.0  # behind the last knob of this row; 0: the row is empty
    depth: int = 0
    shared: bool = False  # whether another knob follows in this row

    def new_row(self, height: float = ROW) -> None:
        self.y += height
        self.x = 0.0


def picture() -> str:
    """The SVG."""
    own = [knob for knob in gizmos.comfy_relay().user_knobs if nk.INVISIBLE not in knob.flags]
    first = next(place for place, knob in enumerate(own) if knob.name == gizmos.PARAMS)
    columns = own[1:first], [own[first], *form_knobs(_form()), own[-1]]
    trial = Drawing(1, 1, "")
    height = int(max(_column(trial, 0, knobs) for knobs in columns)) + 34
    drawing = Drawing(2 * COLUMN + 3 * GAP, height, "The knobs of the Comfy Relay gizmo")
    _head(drawing, str(own[0].label))
    for number, knobs in enumerate(columns):
        _column(drawing, GAP + number * (COLUMN + GAP), knobs)
    drawing.text(GAP, height - 14, NOTE, DIM, 11.5)
    return drawing.written()


def _form() -> Form:
    found = json.loads((FORMS / f"{FORM}.form.json").read_text(encoding="utf-8"))
    return Form.from_json({"workflow": FORM, "version": 1, "schema_hash": "", **found})


def _head(drawing: Drawing, tab: str) -> None:
    drawing.box(GAP, 14, drawing.width - 2 * GAP, 26, "#202226", "#111214")
    drawing.text(GAP + 10, 32, "ComfyRelay", TEXT, 13, weight="bold")
    for place, (words, fill) in enumerate(((tab, GROUP_FILL), ("Node", "#26282c"))):
        drawing.box(GAP + place * 108, 50, 104, 22, fill)
        drawing.text(GAP + place * 108 + 52, 65, words, TEXT if not place else DIM, 12, "middle")


def _column(drawing: Drawing, left: float, knobs: Sequence[UserKnob]) -> float:
    """Draw them below each other; where the column ends."""
    pen = Pen(drawing, left)
    for knob, after in zip(knobs, [*knobs[1:], None], strict=True):
        pen.shared = after is not None and _same_line(after)
        if knob.kind == nk.TAB:
            _group(pen, knob)
        else:
            _knob(pen, knob)
    if pen.x:
        pen.new_row()
    return pen.y


def _group(pen: Pen, knob: UserKnob) -> None:
    if pen.x:
        pen.new_row()
    if knob.group == nk.END:
        pen.depth -= 1
        pen.y += 4
        return
    x = pen.left + 8 * pen.depth
    pen.drawing.box(x, pen.y, COLUMN - 8 * pen.depth, 20, GROUP_FILL)
    pen.drawing.shape([(x + 8, pen.y + 7), (x + 18, pen.y + 7), (x + 13, pen.y + 13)], DIM)
    pen.drawing.text(x + 26, pen.y + 14, str(knob.label), TEXT, 12, weight="bold")
    pen.depth += 1
    pen.new_row()


def _knob(pen: Pen, knob: UserKnob) -> None:
    if knob.kind == nk.TEXT and not knob.name:
        _divider(pen)
        return
    if pen.x and not _same_line(knob):
        pen.new_row()
    if not pen.x:
        _label(pen, knob)
    elif knob.kind not in (nk.BOOL, nk.BUTTON) and knob.label:
        pen.drawing.text(pen.x, pen.y + 13, knob.label, DIM, 12)
        pen.x += CHARACTER * len(knob.label) + 14
    DRAWN.get(knob.kind, _field)(pen, knob)
    pen.x += 10


def _same_line(knob: UserKnob) -> bool:
    """A button stands beside the knob before it unless it says otherwise."""
    return nk.SAME_LINE in knob.flags or (knob.kind == nk.BUTTON and nk.NEW_LINE not in knob.flags)


def _label(pen: Pen, knob: UserKnob) -> None:
    pen.x = pen.left + LABEL
    label = knob.name if knob.label is None else knob.label
    if label and knob.kind not in (nk.BOOL, nk.BUTTON):
        pen.drawing.text(pen.x - 8, pen.y + 13, label, DIM, 12, "end")


def _divider(pen: Pen) -> None:
    if pen.x:
        pen.new_row()
    pen.drawing.line([(pen.left, pen.y + 4), (pen.left + COLUMN, pen.y + 4)], stroke="#44484e")
    pen.new_row(14)


def _said(knob: UserKnob) -> str:
    if knob.name in SHOWN:
        return SHOWN[knob.name]
    if knob.value is None and knob.menu:
        return knob.menu[0]
    return knob.value or ""


# the kinds of knobs


def _field(pen: Pen, knob: UserKnob, width: float = 0) -> None:
    words = _said(knob)
    width = width or (SHARED if pen.shared else pen.left + COLUMN - pen.x)
    pen.drawing.box(pen.x, pen.y, width, FIELD, FIELD_FILL, FIELD_EDGE)
    pen.drawing.text(pen.x + 6, pen.y + 13, words, TEXT, 12)
    pen.x += width


def _number(pen: Pen, knob: UserKnob) -> None:
    _field(pen, knob, 64)
    if knob.bounds is None or _is_strength(knob):
        return
    low, high = knob.bounds
    start, end = pen.x + 12, pen.left + COLUMN - 8
    at = start + (float(knob.value or low) - low) / (high - low) * (end - start)
    pen.drawing.line([(start, pen.y + 9), (end, pen.y + 9)], stroke="#5a5e65")
    pen.drawing.box(at - 4, pen.y + 2, 8, 14, "#9aa0a8")
    pen.x = end


def _is_strength(knob: UserKnob) -> bool:
    return nk.SAME_LINE in knob.flags


def _menu(pen: Pen, knob: UserKnob) -> None:
    words = _said(knob)
    longest = max([words, *knob.menu], key=len)
    width = min(CHARACTER * len(longest) + 34, pen.left + COLUMN - pen.x)
    pen.drawing.box(pen.x, pen.y, width, FIELD, BUTTON_FILL, FIELD_EDGE)
    pen.drawing.text(pen.x + 8, pen.y + 13, words, TEXT, 12)
    x, y = pen.x + width - 15, pen.y + 7
    pen.drawing.shape([(x, y), (x + 9, y), (x + 4.5, y + 5)], TEXT)
    pen.x += width


def _bool(pen: Pen, knob: UserKnob) -> None:
    pen.drawing.box(pen.x, pen.y + 2, 14, 14, FIELD_FILL, FIELD_EDGE)
    pen.drawing.text(pen.x + 21, pen.y + 13, str(knob.label), TEXT, 12)
    pen.x += 21 + CHARACTER * len(str(knob.label))


def _button(pen: Pen, knob: UserKnob) -> None:
    label = str(knob.label)
    width = CHARACTER * len(label) + 24
    pen.drawing.box(pen.x, pen.y, width, FIELD + 1, BUTTON_FILL, FIELD_EDGE, 4)
    pen.drawing.text(pen.x + width / 2, pen.y + 13, label, TEXT, 12, "middle")
    pen.x += width


def _text(pen: Pen, knob: UserKnob) -> None:
    for number, words in enumerate(_wrapped(SHOWN.get(knob.name, knob.text))):
        if number:
            pen.new_row(17)
        pen.drawing.text(pen.left + LABEL, pen.y + 13, words, TEXT, 12)
    pen.x = pen.left + LABEL + 1


def _wrapped(text: str) -> Iterator[str]:
    most = int((COLUMN - LABEL) / CHARACTER)
    for line in text.splitlines():
        while len(line) > most:
            cut = line.rindex(" ", 0, most)
            yield line[:cut]
            line = line[cut + 1 :]
        yield line


def _multiline(pen: Pen, knob: UserKnob) -> None:
    width = pen.left + COLUMN - pen.x
    pen.drawing.box(pen.x, pen.y, width, 44, FIELD_FILL, FIELD_EDGE)
    pen.drawing.text(pen.x + 6, pen.y + 14, _said(knob), TEXT, 12)
    pen.y += 26
    pen.x += width


def _link(pen: Pen, knob: UserKnob) -> None:
    if knob.name in MENUS:
        _menu(pen, knob)
    else:
        _field(pen, knob)


DRAWN = {
    nk.DOUBLE: _number, nk.INT: _number, nk.MENU: _menu, nk.BOOL: _bool, nk.BUTTON: _button,
    nk.TEXT: _text, nk.MULTILINE: _multiline, nk.LINK: _link,
}  # fmt: skip
