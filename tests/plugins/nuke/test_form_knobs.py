"""A workflow's form as knobs: each type of param, from the menu to what the relay gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp
from tests.plugins.nuke.tcl_text import faults
from tests.plugins.shelf import (
    Shelf,
    everything_form,
    everything_graph,
    loader_of_nothing,
    param,
)

TRICKY = 'a [exec rm] {b} $HOME "c" \\n \\\nand [value x]'
LARGEST_SEED = str(2**64 - 1)


@pytest.fixture
def everything(comp: Comp, shelf: Shelf) -> Any:
    """A node with a knob of each kind."""
    shelf.publish("everything", everything_graph(), everything_form())
    return comp.node("everything")


def upgraded(comp: Comp, shelf: Shelf, node: Any, form: dict[str, Any]) -> None:
    """A new version is published, and the artist presses Refresh."""
    version = shelf.publish("everything", everything_graph(), form)
    comp.app.click(node, "refresh")
    comp.app.pump_until(lambda: node["relay_version"].value() == str(version))


def without(name: str, **changed: Any) -> dict[str, Any]:
    """The form without this param, or with another like it."""
    params = [each for each in everything_form()["params"] if each["id"] != name]
    return everything_form(params=[*params, changed] if changed else params)


def test_each_param_is_a_knob_of_its_type_with_all_that_the_form_says(everything: Any) -> None:
    knobs = {n: k for n, k in everything.knobs().items() if n.startswith("p_")}
    kinds = {n: (k.Class(), k.value(), k.label()) for n, k in knobs.items() if "GROUP" not in n}

    assert (
        kinds.items()
        >= {
            "p_big": ("EvalString_Knob", "5000000000", "Big number"),
            "p_steps": ("Int_Knob", 20, "Steps"),
            "p_strength": ("Double_Knob", 0.5, "Strength"),
            "p_hires": ("Boolean_Knob", True, "High resolution"),
            "p_mode": ("Enumeration_Knob", "fast", "Mode"),
            "p_seed": ("EvalString_Knob", "1", "Seed"),
            "p_seed_POLICY": ("Enumeration_Knob", "fixed", ""),
            "p_prompt": ("String_Knob", "hills", "Prompt"),
            "p_loras_ROW1": ("Enumeration_Knob", "(none)", "LoRAs"),
            "p_loras_ROW1_MODEL": ("Double_Knob", 1.0, "model"),
            "p_checkpoint": ("Enumeration_Knob", "sim-landscape.safetensors", "Checkpoint"),
        }.items()
    )
    assert [n for n in knobs if "GROUP" in n] == ["p_GROUP_Text", "p_GROUP_Model"]
    assert (knobs["p_steps"].min(), knobs["p_steps"].max()) == (1, 50)
    assert (knobs["p_strength"].min(), knobs["p_strength"].max()) == (0, 2)
    assert knobs["p_strength"].tooltip() == "How much. At least 0. At most 2."
    assert knobs["p_mode"].values() == ["fast", "good [slow]", "b{st"]
    assert len(knobs["p_loras_ROW1"].values()) > 1  # what the host has


def test_what_is_set_is_what_goes_also_after_the_script_was_opened_again(
    everything: Any, comp: Comp, shelf: Shelf, tmp_path: Path
) -> None:
    comp.app.click(everything, "p_loras_ADD")
    comp.app.pump_until(lambda: "p_loras_ROW2" in everything.knobs())
    lora = everything["p_loras_ROW2"].values()[1]
    wanted = {
        "p_prompt": TRICKY, "p_name": TRICKY.replace("\n", " "), "p_big": str(-(2**62) - 1),
        "p_steps": 3, "p_strength": 1.25, "p_hires": False, "p_mode": "b{st",
        "p_seed": LARGEST_SEED, "p_loras_ROW2": lora, "p_loras_ROW2_MODEL": -0.5,
    }  # fmt: skip
    for name, value in wanted.items():
        everything[name].setValue(value)
    comp.app.save(tmp_path / "set.nk")
    assert faults((tmp_path / "set.nk").read_text(encoding="utf-8")) == []
    comp.app.open(tmp_path / "set.nk")
    node = comp.app.node("ComfyRelay")

    comp.generate(node)

    sent = shelf.sent(comp.kept(node))
    loras = sent.pop("loras")
    assert loras == [{"name": lora, "strength_model": -0.5, "strength_clip": 1.0}]
    assert sent == {
        "prompt": TRICKY, "name": TRICKY.replace("\n", " "), "big": -(2**62) - 1, "steps": 3,
        "strength": 1.25, "hires": False, "mode": "b{st", "seed": 2**64 - 1,
        "checkpoint": "sim-landscape.safetensors",
    }  # fmt: skip


def test_a_value_that_cannot_be_is_told_with_the_name_of_its_knob(
    everything: Any, comp: Comp
) -> None:
    for knob, value, sentence in (
        (
            "p_seed",
            str(2**64),
            f"Seed: '{2**64}' is no seed: a whole number from 0 to {2**64 - 1}.",
        ),
        ("p_steps", 51, "Steps must be from 1 to 50; it is 51."),
        ("p_strength", -0.5, "Strength must be from 0 to 2; it is -0.5."),
        ("p_big", "many", "Big number must be a whole number; it is 'many'."),
    ):
        before = everything[knob].value()
        everything[knob].setValue(value)
        everything["status"].setValue("")
        assert comp.refused(everything) == f"X  {sentence}"
        everything[knob].setValue(before)


def test_a_seed_is_kept_drawn_or_counted(everything: Any, comp: Comp, shelf: Shelf) -> None:
    policy = everything["p_seed_POLICY"]
    policy.setValue("seed + frame")
    everything["p_seed"].setValue(LARGEST_SEED)
    comp.nuke.frame(12)
    comp.generate(everything)
    assert shelf.sent(comp.kept(everything))["seed"] == 11  # it wraps
    assert everything["p_seed"].value() == LARGEST_SEED

    policy.setValue("new on each Generate")
    comp.generate(everything)
    drawn = everything["p_seed"].value()
    assert drawn != LARGEST_SEED
    assert shelf.sent(comp.kept(everything))["seed"] == int(drawn)


def test_a_seed_is_drawn_as_small_as_the_node_wants_it(comp: Comp, shelf: Shelf) -> None:
    seed = param("seed3", "3", "seed", type="seed", max=3)
    shelf.publish("small-seed", everything_graph(), everything_form(params=[seed]))
    node = comp.node("small-seed")
    node["p_seed3_POLICY"].setValue("new on each Generate")

    for _ in range(2):  # of 64 bits each would be too large
        comp.generate(node)

    assert int(node["p_seed3"].value()) <= 3


def test_another_version_keeps_values_animation_and_what_the_artist_added(
    everything: Any, comp: Comp, shelf: Shelf
) -> None:
    everything["p_prompt"].setValue(TRICKY)
    everything["p_steps"].setAnimated()
    everything["p_steps"].setValueAt(5, 1)
    everything["p_steps"].setValueAt(25, 11)
    everything["p_strength"].setExpression("frame / 10")
    everything["p_mode"].setValue("good [slow]")
    everything["p_GROUP_Text"].setValue(0)
    everything.addKnob(comp.nuke.Tab_Knob("User"))
    everything.addKnob(comp.nuke.Double_Knob("p_mine", "mine"))
    everything["p_mine"].setExpression("p_steps * 2")
    mode = param("mode", "16", type="menu", menu=["new", "good [slow]", "fast"])

    upgraded(comp, shelf, everything, without("mode", **mode))

    assert everything["p_prompt"].value() == TRICKY
    assert everything["p_steps"].valueAt(6) == 15
    assert everything["p_strength"].valueAt(12) == 1.2
    assert everything["p_mode"].value() == "good [slow]"  # at another place of the menu
    assert everything["p_GROUP_Text"].value() == 0
    assert everything["p_mine"].valueAt(11) == 50
    names = [knob.name() for knob in everything.allKnobs()]
    assert names[-3:] == ["params_end", "User", "p_mine"]
    assert everything["status"].value() == "not generated yet"  # nothing is lost


def test_what_a_version_has_no_more_is_told_and_a_chosen_menu_entry_is_kept(
    everything: Any, comp: Comp, shelf: Shelf
) -> None:
    everything["p_mode"].setValue("good [slow]")
    everything["p_strength"].setValue(1.5)
    everything["p_name"].setValue("untold")
    mode = param("mode", "16", label="Mode", type="menu", menu=["fast", "best"])
    text = param("name", "12", label="Name")  # a number now
    params = [*without("mode")["params"], mode]
    params = [p for p in params if p["id"] not in ("strength", "name", "big")]

    upgraded(comp, shelf, everything, everything_form(params=[*params, text]))

    log = everything["log"].value()
    assert everything["p_mode"].value() == "good [slow]"
    assert everything["p_mode"].values() == ["good [slow]", "fast", "best"]
    assert "Mode has good [slow] no more; it is kept until you choose another" in log
    assert "Strength is gone; it was 1.5" in log
    assert "Name is gone; it was untold" in log
    assert everything["status"].value().startswith("! ")
    assert everything["p_name"].value() == "5000000000"
    assert "Mode has no choice 'good [slow]'" in comp.refused(everything)


def test_refresh_brings_the_models_that_the_hosts_have_and_touches_no_value(
    everything: Any, comp: Comp, shelf: Shelf
) -> None:
    everything["p_prompt"].setValue("mine")
    gone = "gone [v1].safetensors"
    everything["p_checkpoint"].setValues([gone])  # as a script of last year has it
    everything["p_checkpoint"].setValue(gone)

    comp.app.click(everything, "refresh")
    comp.app.pump_until(lambda: len(everything["p_checkpoint"].values()) > 1)

    assert everything["p_prompt"].value() == "mine"
    assert everything["p_checkpoint"].value() == gone
    assert "sim-landscape.safetensors" in everything["p_checkpoint"].values()
    assert f"Checkpoint has {gone} no more" in everything["status"].value()


def test_the_loras_of_the_workflow_are_rows_from_the_start(comp: Comp, shelf: Shelf) -> None:
    graph = everything_graph()
    lora = {"lora_name": "sim-ink.safetensors", "strength_model": 0.5, "strength_clip": 0.25}
    graph["30"] = {
        "class_type": "LoraLoader", "inputs": {**lora, "model": ["4", 0], "clip": ["4", 1]},
    }  # fmt: skip
    graph["3"]["inputs"]["model"] = ["30", 0]
    loras = {"id": "loras", "type": "loras", "models": "loras",
             "targets": [{"node": "30", "field": ""}]}  # fmt: skip
    shelf.publish("with-lora", graph, everything_form(params=[loras]))

    node = comp.node("with-lora")

    row = [node[f"p_loras_ROW1{part}"].value() for part in ("", "_MODEL", "_CLIP")]
    assert row == ["sim-ink.safetensors", 0.5, 0.25]


# the menu of workflows


def test_the_workflow_that_was_chosen_last_is_the_one_that_comes(
    everything: Any, comp: Comp
) -> None:
    for name in ("blur", "invert", "grade", "blur"):
        everything["workflow"].setValue(name)

    comp.app.pump_until(lambda: everything["relay_workflow"].value() == "blur")
    comp.app.pump_until(lambda: not comp.app.pump())

    assert everything["relay_workflow"].value() == everything["workflow"].value() == "blur"
    assert "p_radius" in everything.knobs()


def test_undo_of_a_choice_brings_the_workflow_back(everything: Any, comp: Comp) -> None:
    comp.choose(everything, "blur")

    comp.app.undo()

    comp.app.pump_until(lambda: everything["relay_workflow"].value() == "everything")
    assert everything["workflow"].value() == "everything"
    assert "p_steps" in everything.knobs()
    assert comp.app.changes.undo_stack[-1][0] == "ComfyRelay.workflow"  # the first choice of all


def test_a_workflow_that_was_withdrawn_stays_on_the_node_and_says_so(
    everything: Any, comp: Comp, shelf: Shelf
) -> None:
    shelf.withdraw("everything")
    everything["p_steps"].setValue(7)

    comp.app.click(everything, "refresh")
    comp.app.pump_until(lambda: everything["status"].value().startswith("X"))

    assert "everything" in everything["status"].value()
    assert everything["workflow"].value() == "everything"
    assert everything["p_steps"].value() == 7
    assert "everything" in comp.refused(everything)


def test_a_workflow_that_no_host_can_run_says_why_before_generate(comp: Comp, shelf: Shelf) -> None:
    shelf.publish("nowhere", *loader_of_nothing())

    node = comp.node("nowhere")

    assert node["status"].value().startswith("! ")
    assert "nowhere.safetensors" in node["status"].value()
    assert "nowhere.safetensors" in node["about"].value()


def test_a_version_that_the_relay_has_newer_is_told_and_stays_until_refresh(
    everything: Any, comp: Comp, shelf: Shelf, tmp_path: Path
) -> None:
    old = everything["relay_version"].value()
    new = shelf.publish("everything", everything_graph(), without("strength"))
    comp.app.save(tmp_path / "old.nk")
    comp.app.open(tmp_path / "old.nk")
    node = comp.app.node("ComfyRelay")

    comp.app.pump_until(lambda: "the relay has version" in node["about"].value())

    assert f"version {old}; the relay has version {new}." in node["about"].value()
    assert node["relay_version"].value() == old
    assert "p_strength" in node.knobs()


def test_a_relay_that_is_away_is_told_once_and_the_menu_stays(
    comp: Comp, app: NukeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMFY_RELAY_URL", "http://127.0.0.1:1")

    node = comp.node()
    app.pump_until(lambda: node["status"].value().startswith("X"))

    assert "does not answer" in node["status"].value()
    assert node["workflow"].values() == ["(choose)"]
    assert node["log"].value().count("does not answer") == 1
