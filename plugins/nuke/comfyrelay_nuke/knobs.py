"""What every DCC shows, as Nuke's own knobs. Pure: values in, values out, no `nuke`.

What a knob of its kind has anyway, as a switch is off, and a menu at its first item, is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from comfyrelay import controls
from comfyrelay.controls import Control, Rows, Shown
from comfyrelay.form_controls import GROUP

from . import nk
from .nk import UserKnob

NO_WORKFLOW, NO_VERSION = "(choose)", "(none)"
EMPTY = {"workflow_menu": NO_WORKFLOW, "version_menu": NO_VERSION}  # menus that are filled later
GROUP_END, ADD = "p_END_", "_ADD"
KINDS = {
    controls.TOGGLE: nk.BOOL, controls.INT: nk.INT, controls.FLOAT: nk.DOUBLE,
    controls.STRING: nk.STRING, controls.LINES: nk.MULTILINE, controls.FILE: nk.FILE,
    controls.MENU: nk.MENU, controls.BUTTON: nk.BUTTON, controls.TEXT: nk.TEXT,
}  # fmt: skip


def knobs(shown: Sequence[Shown], rows: int = 1) -> Iterator[UserKnob]:
    """All of them in their order. `rows` of what can be added, or as many as there are to begin."""
    for each in shown:
        if isinstance(each, Control):
            yield _knob(each)
        elif isinstance(each, Rows):
            yield from _rows(each, max(rows, each.count))
        else:
            opened = nk.OPEN if each.opened else nk.CLOSED
            yield UserKnob(nk.TAB, each.name, each.label, group=opened)
            yield from knobs(each.controls, rows)
            yield UserKnob(nk.TAB, _end(each.name), "", group=nk.END)


def begins(knob: UserKnob) -> str:
    """The value that a knob begins with, said or not; "" is nothing, 0 and off."""
    return knob.value or (knob.menu[0] if knob.menu else "")


def button(name: str) -> str:
    """What a button runs."""
    return f"import comfyrelay_nuke.buttons\ncomfyrelay_nuke.buttons.{name}(nuke.thisNode())"


def _end(group: str) -> str:
    return f"{GROUP_END}{group[len(GROUP) :]}" if group.startswith(GROUP) else f"{group}_end"


def _knob(control: Control) -> UserKnob:
    if control.kind == controls.RULE:
        return UserKnob(nk.TEXT, "")
    return UserKnob(
        KINDS[control.kind], control.name, control.label, control.help, _text(control),
        menu=_menu(control), bounds=_bounds(control), flags=tuple(_flags(control)),
        value=_value(control),
    )  # fmt: skip


def _text(control: Control) -> str:
    if control.kind == controls.BUTTON:
        return button(control.does)
    return (control.value or " ") if control.kind == controls.TEXT else ""


def _flags(control: Control) -> Iterator[str]:
    if control.hidden:
        yield nk.INVISIBLE
    if control.kind == controls.TEXT or control.menu_of or control.name == "log":
        yield nk.NOT_SAVED
    if control.beside:
        yield nk.SAME_LINE
    elif control.kind == controls.BUTTON:
        yield nk.NEW_LINE


def _value(control: Control) -> str | None:
    """A menu of Nuke holds what it shows."""
    if control.kind == controls.TOGGLE:
        return "true" if control.value == controls.ON else None
    if control.kind == controls.TEXT or (control.menu and control.value == control.menu[0][0]):
        return None
    return dict(control.menu).get(control.value, control.value) or None


def _menu(control: Control) -> Sequence[str]:
    """A value that it lacks comes behind its first item, which is none at all."""
    if control.menu_of:
        return (EMPTY[control.menu_of],)
    labels = [label for _, label in control.menu]
    if control.free and labels and control.value not in dict(control.menu):
        labels.insert(1, control.value)
    return tuple(labels)


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
    yield UserKnob(
        nk.BUTTON, f"{rows.name}{ADD}", "Add another", "One more row.", button("add_lora"),
        flags=(nk.NEW_LINE,),
    )  # fmt: skip
