"""A form as knobs: what every DCC shows of it, as Nuke's own. Pure: values in, values out, no
`nuke`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from comfyrelay import controls
from comfyrelay.controls import Control, Rows, Shown
from comfyrelay.form import Form
from comfyrelay.form_controls import GROUP, PREFIX, form_controls

from . import nk
from .nk import UserKnob

GROUP_END, ADD = "p_END_", "_ADD"
KINDS = {
    controls.TOGGLE: nk.BOOL, controls.INT: nk.INT, controls.FLOAT: nk.DOUBLE,
    controls.STRING: nk.STRING, controls.LINES: nk.MULTILINE, controls.FILE: nk.FILE,
    controls.MENU: nk.MENU,
}  # fmt: skip
SWITCH = {controls.ON: "true", controls.OFF: "false"}


def form_knobs(form: Form, rows: int = 1) -> list[UserKnob]:
    """All knobs of a form in its order, its groups as groups of knobs. `rows` of LoRAs, or as many
    as the form begins with."""
    return list(_knobs(form_controls(form), rows))


def types(form: Form) -> Mapping[str, str]:
    """The type of each param by its id; an input that is no picture is a file."""
    files = {each.id: "file" for each in form.inputs if not each.is_picture}
    return {**files, **{param.id: param.type for param in form.params}}


def id_of(knob: str) -> str:
    """The param, or the input, that a knob holds a part of; "" if none."""
    found = re.fullmatch(rf"{PREFIX}([a-z][a-z0-9_]*?)(_[A-Z].*)?", knob)
    return found[1] if found else ""


def _knobs(shown: Sequence[Shown], rows: int) -> Iterator[UserKnob]:
    for each in shown:
        if isinstance(each, Control):
            yield _knob(each)
        elif isinstance(each, Rows):
            yield from _rows(each, max(rows, each.count))
        else:
            end = f"{GROUP_END}{each.name[len(GROUP) :]}"
            yield UserKnob(nk.TAB, each.name, each.label, group=nk.OPEN)
            yield from _knobs(each.controls, rows)
            yield UserKnob(nk.TAB, end, "", group=nk.END)


def _knob(control: Control) -> UserKnob:
    return UserKnob(
        KINDS[control.kind], control.name, control.label, control.help, menu=_menu(control),
        bounds=_bounds(control), flags=(nk.SAME_LINE,) if control.beside else (),
        value=_value(control),
    )  # fmt: skip


def _value(control: Control) -> str | None:
    """A menu of Nuke holds what it shows."""
    if control.kind == controls.TOGGLE:
        return SWITCH[control.value]
    return dict(control.menu).get(control.value, control.value) or None


def _menu(control: Control) -> Sequence[str]:
    """A value that it lacks comes behind its first item, which is none at all."""
    first, *others = [label for _, label in control.menu] or [""]
    if control.free and control.value not in dict(control.menu):
        others.insert(0, control.value)
    return (first, *others) if control.menu else ()


def _bounds(control: Control) -> tuple[float, float] | None:
    low, high = control.bounds
    numbers = control.kind in (controls.INT, controls.FLOAT)
    return (low, high) if numbers and low is not None and high is not None else None


def _rows(rows: Rows, count: int) -> Iterator[UserKnob]:
    """Each in a line of its own, which only the first has a label for, and a button for more."""
    plain = [control.value for control in rows.controls]
    for row in range(1, count + 1):
        words = rows.begin[row - 1] if row <= len(rows.begin) else plain
        for control, word in zip(rows.controls, words):
            label = control.label if row == 1 or control.beside else ""
            name = control.name.replace("#", str(row))
            yield _knob(replace(control, name=name, label=label, value=word))
    run = "import comfyrelay_nuke.buttons\ncomfyrelay_nuke.buttons.add_lora(nuke.thisNode())"
    yield UserKnob(
        nk.BUTTON, f"{rows.name}{ADD}", "Add another", "One more row.", text=run,
        flags=(nk.NEW_LINE,),
    )  # fmt: skip
