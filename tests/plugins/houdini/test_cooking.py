"""Work items of `comfyrelay::process`: a job for each, answered from what is there already."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from comfyrelay.settings import read_settings
from tests.fakes.hou_app import HouApp
from tests.plugins.artist import Holds
from tests.plugins.houdini.wedge import MODEL, Wedge
from tests.rig import Rig, eventually

WELL = "CookedSuccess"
ADA = {"X-Comfy-Relay-User": "ada"}


@pytest.fixture
def wedge(app: HouApp, hou: Any, tmp_path: Path) -> Wedge:
    """Two seeds by two strengths."""
    return Wedge(app, hou, tmp_path, seeds=2, strengths=(0.25, 0.5))


def listed(held: Rig) -> list[dict[str, Any]]:
    """The newest jobs of the artist, newest first: tests before sent as many as a list has."""
    found = held.client.get("/api/v2/jobs", params={"limit": 200}, headers=ADA).json()
    return list(found["jobs"])


def jobs(held: Rig) -> list[str]:
    return [each["id"] for each in listed(held)]


def sent_since(held: Rig, before: Sequence[str]) -> int:
    """How many jobs."""
    return len({*jobs(held)} - {*before})


def statuses(held: Rig) -> list[str]:
    return [each["status"] for each in listed(held)]


def test_every_item_is_a_job_with_its_attributes(wedge: Wedge) -> None:
    assert wedge.cook() == [WELL] * 4, wedge.errors()

    assert len({each.tobytes() for each in wedge.pictures()}) == 4
    assert len({*wedge.folders()}) == 4
    values = [each["values"] for each in wedge.records()]
    assert [(each["seed"], each["denoise"]) for each in values] == [
        (0, 0.25), (0, 0.5), (1, 0.25), (1, 0.5)
    ]  # fmt: skip
    last = wedge.items[-1]
    assert (last.attribValue("p_denoise"), last.attribValue("p_steps")) == (0.5, 2)


def test_a_workflow_below_takes_no_value_of_the_one_above(
    wedge: Wedge, app: HouApp, hou: Any
) -> None:
    below = wedge.node.parent().createNode("comfyrelay::process")
    below.setInput(0, wedge.node)
    app.enter(below, "workflow", "image-to-image")
    app.pump_until(lambda: below.evalParm("relay_workflow") != "")
    below.setParms({"p_prompt": "in winter, `@strength`", "p_checkpoint": MODEL, "p_steps": 1})
    below.setParms({"p_seed": str(2**63 + 5), "p_seed_POLICY": "fixed"})
    wedge.source.parm("generate").set(
        wedge.source.evalParm("generate").replace('"seed", seed', '"other", seed')
    )

    below.cookWorkItems(block=True)

    items = below.getPDGNode().workItems
    assert [item.state.name for item in items] == [WELL] * 4
    assert [
        [item.attribValue(name) for name in ("p_prompt", "p_steps", "p_seed")] for item in items
    ] == [[f"in winter, {strength}", 1, str(2**63 + 5)] for strength in (0.25, 0.5, 0.25, 0.5)]


def test_a_cook_again_costs_nothing(wedge: Wedge, held: Rig) -> None:
    wedge.cook()
    folders, before = wedge.folders(), jobs(held)

    assert wedge.cook_anew() == [WELL] * 4, wedge.errors()

    assert (wedge.folders(), jobs(held)) == (folders, before)
    assert wedge.said() == ["there already"] * 4


def test_what_changed_runs_and_nothing_else(wedge: Wedge, held: Rig) -> None:
    wedge.cook()
    folders = wedge.folders()
    code = wedge.source.evalParm("generate").replace("0.25", "0.75")
    wedge.source.parm("generate").set(code)
    wedge.source.dirtyAllWorkItems(False)

    assert wedge.cook_anew() == [WELL] * 4, wedge.errors()

    assert wedge.said() == ["made", "there already"] * 2
    assert wedge.folders()[1::2] == folders[1::2]


def test_what_is_set_otherwise_is_asked_for_by_the_next_cook(wedge: Wedge) -> None:
    """PDG knows of no parm outside of its processor; also of one that is set while it cooks."""
    wedge.cook()
    folders = wedge.folders()
    wedge.node.parm("p_steps").set(3)
    wedge.app.pump()
    wedge.node.cookWorkItems()
    wedge.node.parm("p_steps").set(2)
    wedge.app.pump_until(lambda: not wedge.node.getPDGGraphContext().cooking)
    wedge.app.pump_until(lambda: not wedge.items)

    assert wedge.cook() == [WELL] * 4, wedge.errors()
    assert wedge.folders() == folders
    assert wedge.said() == ["there already"] * 4


def test_a_result_that_was_deleted_is_made_again(wedge: Wedge) -> None:
    wedge.cook()
    Path(wedge.items[0].resultDataForTag("file/image")[0].path).unlink()

    wedge.cook_anew()

    assert wedge.said() == ["made", *["there already"] * 3]


def test_an_artist_can_have_all_made_anew(wedge: Wedge) -> None:
    wedge.cook()
    before = wedge.folders()
    wedge.node.parm("reuse").set(0)

    wedge.cook_anew()

    assert not {*before} & {*wedge.folders()}


def test_two_items_that_ask_for_the_same_are_one_job(wedge: Wedge, held: Rig) -> None:
    before = jobs(held)
    wedge.node.parm("p_denoise").setExpression("0.5")

    assert wedge.cook() == [WELL] * 4, wedge.errors()

    assert len({*wedge.folders()}) == 2
    assert sent_since(held, before) == 2


def test_a_seed_that_nobody_set_is_drawn_for_each_item_and_stays(wedge: Wedge) -> None:
    code = wedge.source.evalParm("generate").replace('"seed", seed', '"other", seed')
    wedge.source.parm("generate").set(code)

    wedge.cook()

    seeds = [each["values"]["seed"] for each in wedge.records()]
    assert len({*seeds}) == 4
    wedge.cook_anew()
    assert wedge.said() == ["there already"] * 4


def test_a_failed_item_alone_runs_again(wedge: Wedge, held: Rig) -> None:
    code = wedge.source.evalParm("generate")
    wedge.source.parm("generate").set(code.replace("setIntAttrib(\"seed\", seed)", (
        'setIntAttrib("seed", seed)\n        if seed and strength == 0.5:\n'
        '            item.setStringAttrib("checkpoint", "nowhere.safetensors")'
    )))  # fmt: skip

    assert wedge.cook() == [*[WELL] * 3, "CookedFail"]
    assert "nowhere.safetensors" in wedge.errors()[0]
    before = jobs(held)
    wedge.source.parm("generate").set(code)
    wedge.source.dirtyAllWorkItems(False)

    assert wedge.cook_anew() == [WELL] * 4, wedge.errors()
    assert sent_since(held, before) == 1


def test_an_item_without_its_file_says_so_and_the_others_go_on(wedge: Wedge, held: Rig) -> None:
    code = wedge.source.evalParm("generate")
    plate = repr(wedge.plate.as_posix())
    wedge.source.parm("generate").set(code.replace(plate, f"{plate} if seed else '/no/plate.png'"))

    assert wedge.cook() == ["CookedFail", "CookedFail", WELL, WELL]
    assert "The file for Image is not there: /no/plate.png." in wedge.errors()[0]


def test_the_nodes_own_file_goes_before_what_comes_with_the_item(
    wedge: Wedge, tmp_path: Path
) -> None:
    wedge.node.parm("p_image_FILE").set("/no/such.png")

    assert wedge.cook() == ["CookedFail"] * 4
    assert "/no/such.png" in wedge.errors()[0]


def test_an_item_of_a_frame_has_the_file_of_that_frame(wedge: Wedge, tmp_path: Path) -> None:
    code = wedge.source.evalParm("generate").replace("addWorkItem()", "addWorkItem(frame=7 + seed)")
    wedge.source.parm("generate").set(code)
    wedge.node.parm("p_image_FILE").set(f"{tmp_path.as_posix()}/no.$F4.png")

    assert wedge.cook() == ["CookedFail"] * 4
    assert ["no.0007.png." in error for error in wedge.errors()] == [
        True, True, False, False
    ]  # fmt: skip


def test_an_item_says_what_to_do_where_there_is_no_generate(wedge: Wedge) -> None:
    wedge.node.parm("p_prompt").set("")

    assert wedge.cook() == ["CookedFail"] * 4
    assert "Write one, then cook again." in wedge.errors()[0]


def test_an_expression_that_means_nothing_is_a_sentence(wedge: Wedge) -> None:
    wedge.node.parm("p_denoise").setExpression("@strenght")

    assert wedge.cook() == ["CookedFail"] * 4
    assert "Denoise cannot be evaluated: No active work item has" in wedge.errors()[0]
    assert "Correct its expression." in wedge.errors()[0]


def test_a_home_that_cannot_be_written_is_a_sentence(
    wedge: Wedge, monkeypatch: pytest.MonkeyPatch
) -> None:
    comfyrelay = Path(read_settings().folder)
    shutil.rmtree(comfyrelay / "exports", ignore_errors=True)
    comfyrelay.mkdir(parents=True, exist_ok=True)
    (comfyrelay / "exports").write_text("in the way")

    assert wedge.cook() == ["CookedFail"] * 4

    assert "cannot be used: Not a directory. A file stands" in wedge.errors()[0]
    (comfyrelay / "exports").unlink()
    assert wedge.cook() == [WELL] * 4


def test_results_that_have_no_place_are_a_sentence_before_anything_is_sent(
    wedge: Wedge, held: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = jobs(held)
    monkeypatch.setenv("COMFY_RELAY_RESULTS", f"{wedge.plate.as_posix()}/v###/{{output}}.{{ext}}")

    assert wedge.cook() == ["CookedFail"] * 4

    assert "plate.png cannot be written: Not a directory. A file stands" in wedge.errors()[0]
    assert sent_since(held, before) == 0


def test_a_node_without_a_workflow_says_so(app: HouApp, hou: Any) -> None:
    node = hou.node("/tasks").createNode("topnet").createNode("comfyrelay::process")

    node.cookWorkItems(block=True)

    (item,) = node.getPDGNode().workItems
    assert item.state.name == "CookedFail"
    assert "No workflow is chosen. Pick one from the workflow menu." in item.logs[0].text


def test_a_cancel_cancels_the_jobs_and_a_cook_again_runs_what_is_missing(
    wedge: Wedge, held: Rig, holds: Holds
) -> None:
    before = jobs(held)
    holds.hold()
    wedge.node.cookWorkItems()
    wedge.app.pump_until(lambda: sent_since(held, before) == 4)

    wedge.node.cancelCook()

    wedge.app.pump_until(lambda: not wedge.node.getPDGGraphContext().cooking)
    assert wedge.states() == ["CookedCancel"] * 4
    eventually("only one stands", lambda: statuses(held)[:4].count("canceled") >= 3)
    holds.until_told(lambda: "canceling" if "canceling" in statuses(held)[:4] else "canceled")
    holds.release()
    eventually("all are canceled", lambda: statuses(held)[:4] == ["canceled"] * 4)
    assert wedge.cook() == [WELL] * 4, wedge.errors()
    assert sent_since(held, before) == 8
