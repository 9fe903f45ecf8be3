"""Whether a node in Houdini shows what it would make now: not generated, stale, and its colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.artist import Holds
from tests.plugins.houdini.desktop import Desktop

STALE = "stale: what is connected or set changed since"
MADE = "made of what is connected and set"


def told(node: Any) -> str:
    """Its label, which its info repeats."""
    said = node.evalParm("fresh_shown")
    assert node.userData("nodeinfo_comfyrelay_result") == said
    return str(said)


def radius(node: Any) -> None:
    node.parm("p_radius").set(7)


def wire(node: Any) -> None:
    node.setInput(0, None)


def plate(node: Any) -> None:
    node.input(0).parmTuple("f4").set((1, 0, 0, 1))


def mask(node: Any) -> None:
    node.parm("mask_channel").set("red")


@pytest.mark.parametrize("change", [radius, wire, plate, mask])
def test_a_change_makes_a_result_stale_and_generate_makes_it_good(
    desktop: Desktop, change: Any
) -> None:
    node, wired = desktop.node("blur"), desktop.plate
    desktop.app.pump()
    assert told(node) == "not generated"
    desktop.generate(node)
    assert told(node) == MADE

    change(node)

    desktop.until(lambda: told(node) == STALE, node)
    node.setInput(0, wired)
    desktop.generate(node, "v002")
    assert told(node) == MADE


def test_what_changed_while_its_job_ran_is_stale_when_it_comes(
    desktop: Desktop, holds: Holds
) -> None:
    node = desktop.node("blur")
    holds.hold()
    desktop.start(node)

    radius(node)
    holds.release()

    desktop.until(lambda: node.evalParm("version") == "v001", node)
    desktop.until_over(node)
    assert told(node) == STALE


def test_a_result_above_makes_the_one_below_stale_and_its_words_do_not(
    desktop: Desktop, holds: Holds
) -> None:
    above = desktop.node("invert")
    below = desktop.node("blur", above)
    desktop.generate(below)
    holds.hold()

    desktop.start(above)
    desktop.until_shows(above, "> ")
    desktop.app.pump()
    assert told(below) == MADE
    holds.release()

    desktop.until(lambda: told(below) == STALE, below)
    desktop.until_over(above)


def test_another_workflow_makes_it_stale_and_a_scene_keeps_that(
    desktop: Desktop, app: HouApp, tmp_path: Path
) -> None:
    node = desktop.node("blur")
    desktop.generate(node)

    desktop.choose(node, "invert")

    assert told(node) == STALE
    path = node.path()
    app.save(tmp_path / "shot.hip")
    app.open(tmp_path / "shot.hip")
    assert told(app.node(path)) == STALE


def test_a_colour_is_lent_and_given_back(desktop: Desktop, app: HouApp, tmp_path: Path) -> None:
    node, path = desktop.node("blur"), "/img/copnet1/workflow1"
    own = desktop.hou.Color((0.1, 0.9, 0.3))
    node.setColor(own)
    steps = len(app.changes.undo_stack)

    app.enter(node, "colours", 1)
    empty = node.color()
    desktop.generate(node)

    assert empty != own
    assert node.color() == own
    radius(node)
    desktop.until(lambda: told(node) == STALE, node)
    assert node.color() not in (own, empty)
    assert len(app.changes.undo_stack) == steps + 2  # the toggle and the radius
    app.save(tmp_path / "shot.hip")
    app.open(tmp_path / "shot.hip")
    again = app.node(path)
    app.enter(again, "colours", 0)
    assert again.color() == own


def test_a_colour_that_an_artist_chose_meanwhile_is_the_nodes_own(
    desktop: Desktop, app: HouApp
) -> None:
    node = desktop.node("blur")
    app.enter(node, "colours", 1)
    chosen = desktop.hou.Color((0.9, 0.1, 0.1))
    node.setColor(chosen)

    desktop.generate(node)

    assert node.color() == chosen
