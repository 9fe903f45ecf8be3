"""What a form is made of is said once for every DCC: Nuke's knobs are the common controls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from comfyrelay import controls, face
from comfyrelay.controls import Control, Group, Rows, Shown
from comfyrelay.form import Form, Input, Param
from comfyrelay.form_controls import form_controls
from comfyrelay_houdini.build_hda import starters
from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.form_knobs import ADD, form_knobs
from relay_server.workflow_files import STARTERS

TRICKY = Form(
    "tricky", 1, "h",
    inputs=(Input("rig", kind="data", help="A file."),),
    params=(
        Param("big", "int", default=2**40),
        Param("few", "menu", menu=("a", "b"), default="gone"),
        Param("seed", "seed", default=7, group="Größe"),
        Param("more", "seed", group="Gr__e"),
        Param("loras", "loras", default=[{"name": "film", "strength_clip": 0.5}], menu=("x",)),
    ),
)  # fmt: skip
FORMS = [*starters(Path(STARTERS)), TRICKY]
KINDS = {
    controls.TOGGLE: nk.BOOL, controls.INT: nk.INT, controls.FLOAT: nk.DOUBLE,
    controls.STRING: nk.STRING, controls.LINES: nk.MULTILINE, controls.FILE: nk.FILE,
    controls.MENU: nk.MENU,
}  # fmt: skip
Said = tuple[str, int, str, str]


def as_knobs(shown: Sequence[Shown]) -> Iterator[Said]:
    """Name, kind, label and tooltip of each, as a node of Nuke begins with it."""
    for each in shown:
        if isinstance(each, Control):
            yield each.name, KINDS[each.kind], each.label, each.help
        elif isinstance(each, Rows):
            for row in range(1, each.count + 1):
                for name, kind, label, told in as_knobs(each.controls):
                    first = row > 1 and kind == nk.MENU
                    yield name.replace("#", str(row)), kind, "" if first else label, told
        else:
            yield each.name, nk.TAB, each.label, ""
            yield from as_knobs(each.controls)


def knobs(form: Form) -> list[Said]:
    """The same of Nuke's own, without what only Nuke needs: ends of groups, and a button."""
    return [
        (knob.name, knob.kind, knob.label or "", knob.tooltip)
        for knob in form_knobs(form)
        if knob.group != nk.END and not knob.name.endswith(ADD)
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.workflow)
def test_a_form_has_the_same_controls_everywhere(form: Form) -> None:
    assert list(as_knobs(form_controls(form))) == knobs(form)


def test_a_node_shows_the_same_words_and_buttons_everywhere() -> None:
    nuke = {
        knob.name: (knob.label or "", knob.tooltip)
        for g in gizmos.GIZMOS
        for knob in g().user_knobs
    }
    shown = [
        *face.hidden(), *face.choosing(), *face.telling(), *face.running(), *face.versions(),
        *face.sending(), face.frames(), *face.texts(), face.log(),
    ]  # fmt: skip
    for control in controls.every(shown):
        if control.kind != controls.RULE:
            assert nuke[control.name] == (control.label, control.help)


def test_what_controls_call_is_named_once() -> None:
    pressed = Control(controls.BUTTON, "go", does="go")
    asked = Control(controls.MENU, "which", menu_of="menu", does="go")
    assert controls.asks([Group("g", "G", [pressed, Rows("r", "R", [asked])])]) == ("go", "menu")
