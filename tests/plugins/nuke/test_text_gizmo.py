"""Texts that come out: captions and prompts, into a knob and from there into other nodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp
from tests.plugins.shelf import Shelf, param, shown, value_node
from tests.published import MASKED_FORM, masked_graph

FORMAL = 'a [cat] $HOME {x} "q"\nand \\ more'


def text_node(comp: Comp, workflow: str) -> Any:
    """Below the plate, with its knobs."""
    for each in comp.nuke.allNodes():
        each.setSelected(each is comp.plate)
    made = comp.nuke.createNode("ComfyRelayText")
    comp.choose(made, workflow)
    return made


def test_a_caption_lands_in_the_knob_and_becomes_the_prompt_of_the_selected_nodes(
    comp: Comp, app: NukeApp, tmp_path: Path
) -> None:
    node = text_node(comp, "caption")
    assert node["sends"].value() == "Image: 8-bit PNG, sRGB"

    comp.generate(node)

    caption = node["text"].value()
    assert len(caption) > 3
    app.save(tmp_path / "caption.nk")
    app.open(tmp_path / "caption.nk")
    again = app.node("ComfyRelayText")
    assert again["text"].value() == caption
    app.pump_until(lambda: again["workflow"].value() == "caption")


@pytest.mark.parametrize("group_of_button", ["inside", "around"])
def test_use_as_prompt_sets_the_first_text_of_what_is_selected(
    comp: Comp, app: NukeApp, shelf: Shelf, group_of_button: str
) -> None:
    app.group_of_button = group_of_button
    says = {"1": value_node("StringMultiline", FORMAL), "2": shown("1")}
    shelf.publish("says", says, {"params": [], "outputs": [{"id": "text", "node": "2"}]})
    takes, cannot = comp.node("text-to-image"), comp.node("invert")
    node = text_node(comp, "says")
    comp.generate(node)
    assert node["text"].value() == FORMAL
    for each in (takes, cannot, node):
        each.setSelected(True)

    comp.app.click(node, "use_as_prompt")

    assert takes["p_prompt"].value() == FORMAL
    assert "has no prompt" in cannot["status"].value()
    assert node["text"].value() == FORMAL

    for each in (takes, cannot):
        each.setSelected(False)
    comp.app.click(node, "use_as_prompt")
    assert "Select the Comfy Relay nodes" in node["status"].value()


def test_a_mask_is_appended_where_a_text_workflow_takes_one(comp: Comp, shelf: Shelf) -> None:
    graph = {**masked_graph(), "6": value_node("String", "seen"), "7": shown("6")}
    outputs = [{"id": "text", "node": "7"}, {"id": "image", "node": "5", "required": False}]
    shelf.publish("seen-there", graph, {**MASKED_FORM, "params": [], "outputs": outputs})
    node = text_node(comp, "seen-there")
    node.setInput(1, comp.plate)
    comp.app.pump_until(lambda: node["sends"].value().count("8-bit PNG") == 2)

    comp.generate(node)

    assert node["text"].value() == "seen"


def test_a_workflow_in_the_wrong_gizmo_says_which_is_right(comp: Comp) -> None:
    pictures, texts = comp.node("caption"), text_node(comp, "invert")

    assert "makes text: choose it in a Comfy Relay Text node." in pictures["about"].value()
    assert "makes pictures: choose it in a Comfy Relay node." in texts["about"].value()


def test_of_several_texts_the_artist_chooses_one(comp: Comp, shelf: Shelf) -> None:
    graph = {
        "1": value_node("String", "short"), "2": value_node("String", "long and wide"),
        "3": shown("1"), "4": shown("2"),
    }  # fmt: skip
    outputs = [
        {"id": "long", "label": "In full", "node": "4"},
        {"id": "brief", "label": "In short", "node": "3"},
    ]
    params = [param("brief", "1"), param("long", "2")]
    shelf.publish("several", graph, {"params": params, "outputs": outputs})
    node = text_node(comp, "several")
    node["p_brief"].setValue("[brief]")

    comp.generate(node)
    assert node["text"].value() == "long and wide"
    assert node["output"].values() == ["In full", "In short"]

    node["output"].setValue("In short")
    comp.app.pump_until(lambda: node["text"].value() == "[brief]")
