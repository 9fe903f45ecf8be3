"""A form on a node for any workflow: spare parms, what they keep, and what is sent of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.desktop import Desktop, code_values
from tests.plugins.shelf import Shelf, everything_form, everything_graph


def test_each_parm_is_sent_as_it_stands(desktop: Desktop, shelf: Shelf) -> None:
    shelf.publish("houdini-all", everything_graph(), everything_form())
    node = desktop.node("houdini-all")
    node.parm("p_prompt").set('a `cat` at $F, "big" {hills}')
    node.parm("p_big").set("9007199254740993")
    node.parm("p_strength").setExpression("$F / 4")
    node.parm("p_hires").set(0)
    node.parm("p_mode").set("b{st")
    node.parm("p_seed").set("18446744073709551615")
    node.parm("p_seed_POLICY").set("fixed")

    desktop.generate(node)

    sent = shelf.sent(desktop.kept(node))
    assert sent["prompt"] == 'a `cat` at $F, "big" {hills}'
    assert sent["big"] == 9007199254740993
    assert sent["strength"] == 0.25
    assert (sent["hires"], sent["mode"], sent["steps"]) == (False, "b{st", 20)
    assert int(sent["seed"]) == 18446744073709551615


def test_values_that_both_forms_have_are_kept_and_what_is_lost_is_told(
    desktop: Desktop, shelf: Shelf
) -> None:
    shelf.publish("houdini-all", everything_graph(), everything_form())
    node = desktop.node("houdini-all")
    node.parm("p_prompt").set("a harbour")
    node.parm("p_steps").setExpression("$F * 2")
    node.parm("p_strength").set(0.75)
    form = everything_form()
    form["params"] = [each for each in form["params"] if each["id"] != "strength"]
    shelf.publish("houdini-all", everything_graph(), form)

    desktop.app.click(node, "refresh")
    desktop.until(lambda: desktop.kept(node).version == "2", node)

    assert node.evalParm("p_prompt") == "a harbour"
    assert node.parm("p_steps").expression() == "$F * 2"
    assert node.parm("p_strength") is None
    assert node.evalParm("status") == "! Strength is gone; it was 0.75"


def test_another_connector_feeds_an_input(desktop: Desktop, app: HouApp) -> None:
    node = desktop.node("invert")
    (feed,) = [parm for parm in node.parms() if parm.name().endswith("_FROM")]
    node.setInput(2, desktop.constant((1, 0, 0, 1)))
    feed.set("3")

    desktop.generate(node)

    assert code_values(node.evalParm("file1")) == [0, 255, 255]


def test_what_goes_is_said_as_soon_as_it_is_set_otherwise(desktop: Desktop, app: HouApp) -> None:
    node = desktop.node("inpaint")
    assert "Mask: nothing connected" in node.evalParm("sends")

    app.enter(node, "p_mask_FROM", "1")
    app.enter(node, "mask_channel", "red")

    desktop.until(lambda: "white changes, from red" in node.evalParm("sends"), node)


def test_an_unknown_workflow_is_told_and_the_menu_goes_back(desktop: Desktop, app: HouApp) -> None:
    node = desktop.node("invert")

    app.enter(node, "workflow", "nowhere")

    desktop.until(lambda: node.evalParm("workflow") == "invert", node)
    assert node.evalParm("status").startswith("X  ")


def test_a_scene_without_the_relay_opens_and_keeps_its_parms(
    desktop: Desktop, app: HouApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = desktop.node("blur")
    node.parm("p_radius").set(5)
    path = node.path()
    app.save(tmp_path / "shot.hip")
    app.close()
    monkeypatch.setenv("COMFY_RELAY_URL", "http://127.0.0.1:9")

    later = HouApp(hda_path=app.hda_path)
    with later.installed():
        later.open(tmp_path / "shot.hip")
        later.pump()
        again = later.node(path)
        assert again.evalParm("p_radius") == 5
        assert again.evalParm("workflow") == "blur"
        later.quit()
