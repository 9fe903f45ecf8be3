"""What a form is made of is said once for every DCC: Nuke's knobs are the common controls."""

from __future__ import annotations

from comfyrelay import controls
from comfyrelay.controls import Control, Group, Rows
from comfyrelay.form import Form, Input, Param
from comfyrelay.seeds import POLICIES
from comfyrelay_nuke import nk
from comfyrelay_nuke.form_knobs import form_knobs

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


def test_knobs_are_the_controls_of_a_form() -> None:
    knobs = {knob.name: knob for knob in form_knobs(TRICKY)}

    assert list(knobs) == [
        "p_rig_FILE", "p_big", "p_few", "p_loras_ROW1", "p_loras_ROW1_MODEL", "p_loras_ROW1_CLIP",
        "p_loras_ADD", "p_GROUP_Gr__e", "p_seed", "p_seed_POLICY", "p_END_Gr__e",
        "p_GROUP_Gr__e_2", "p_more", "p_END_Gr__e_2",
    ]  # fmt: skip
    assert (knobs["p_big"].kind, knobs["p_big"].value) == (nk.STRING, str(2**40))
    assert knobs["p_few"].menu == ("gone", "a", "b")  # it begins with the first
    assert knobs["p_loras_ROW1"].menu == ("(none)", "film", "x")
    assert (knobs["p_loras_ROW1"].value, knobs["p_loras_ROW1_CLIP"].value) == ("film", "0.5")
    assert knobs["p_seed_POLICY"].menu == tuple(POLICIES.values())


def test_what_controls_call_is_named_once() -> None:
    pressed = Control(controls.BUTTON, "go", does="go")
    asked = Control(controls.MENU, "which", menu_of="menu", does="go")
    assert controls.asks([Group("g", "G", [pressed, Rows("r", "R", [asked])])]) == ("go", "menu")
