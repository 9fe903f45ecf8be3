"""PDG: items are generated and cooked off the main thread, as many at once as there are slots."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp, WrongThread
from tests.fakes.hou_app.main_loop import PATIENCE_S

from .assets import Asset, Inner, value, write

SOURCE = """
for seed in range(6):
    item = item_holder.addWorkItem(index=seed)
    item.setIntAttrib("seed", seed)
    item.setFloatAttrib("strength", seed / 2)
"""
GENERATE = """
for upstream in upstream_items:
    item_holder.addWorkItem(parent=upstream, cookType=pdg.workItemCookType.InProcess)
"""
COOK = "hou.session.cook(self, work_item)"


@pytest.fixture
def wedge(hou: Any) -> Any:
    """Six items, and behind them one node that cooks each by `hou.session.cook`."""
    network = hou.node("/tasks").createNode("topnet")
    source, process = (network.createNode("pythonprocessor") for _ in range(2))
    source.parm("generate").set(SOURCE)
    process.setParms({"generate": GENERATE, "cooktask": COOK})
    process.setInput(0, source)
    return process


def states(top: Any) -> list[str]:
    return [item.state.name for item in top.getPDGNode().workItems]


def test_items_keep_attributes_and_files_of_their_parents(hou: Any, wedge: Any) -> None:
    def cook(node: Any, item: Any) -> None:
        assert threading.current_thread() is not threading.main_thread()
        item.addResultData(f"/out/{item.intAttribValue('seed')}.exr", "file/image", 0)
        item.addMessage("done")

    hou.session.cook = cook
    wedge.cookWorkItems(block=True)
    last = wedge.getPDGNode().workItems[-1]
    assert last.attribValues() == {"seed": [5], "strength": [2.5]}
    assert (last.index, last.isSuccessful, last.logs[-1].text) == (5, True, "done")
    assert [file.path for file in last.resultDataForTag("file")] == ["/out/5.exr"]
    assert last.resultDataForTag("geo") == []
    assert last.intAttribValue("strength") is None


def test_as_many_cook_at_once_as_there_are_slots() -> None:
    app = HouApp(pdg_slots=3)
    with app.installed() as hou:
        network = hou.node("/tasks").createNode("topnet")
        top = network.createNode("pythonprocessor")
        top.setParms({
            "generate": "for n in range(6): item_holder.addWorkItem(inProcess=True)",
            "cooktask": COOK,
        })  # fmt: skip
        together = threading.Barrier(3, timeout=PATIENCE_S)  # nobody passes before three are there
        hou.session.cook = lambda node, item: together.wait()
        top.cookWorkItems(block=True)
        assert states(top) == ["CookedSuccess"] * 6


def test_a_cook_again_runs_only_what_is_not_cooked(hou: Any, wedge: Any) -> None:
    cooked: list[int] = []

    def cook(node: Any, item: Any) -> None:
        cooked.append(item.index)
        if item.index == 2 and cooked.count(2) == 1:
            item.addError("the host died", fail_task=True)

    hou.session.cook = cook
    wedge.cookWorkItems(block=True)
    assert states(wedge)[2] == "CookedFail"
    assert "the host died" in wedge.getPDGNode().workItems[2].logs[0].text
    cooked_first = sorted(cooked)
    wedge.cookWorkItems(block=True)
    assert (cooked_first, cooked[6:]) == ([0, 1, 2, 3, 4, 5], [2])
    wedge.dirtyAllWorkItems(False)
    wedge.cookWorkItems(block=True)
    assert len(cooked) == 13


def test_one_item_waits_for_all_and_has_their_files(hou: Any, wedge: Any) -> None:
    def cook(node: Any, item: Any) -> None:
        if item.index == 4 and not heard:
            item.addError("the host died", fail_task=True)
        item.addResultData(f"/out/{item.intAttribValue('seed')}.png", "file/image", 0)

    heard: list[str] = []
    hou.session.cook, hou.session.hear = cook, lambda item: heard.extend(
        file.path for file in item.inputFilesForTag("file/image")
    )  # fmt: skip
    network = wedge.parent()
    wait, last = network.createNode("waitforall"), network.createNode("pythonprocessor")
    wait.setInput(0, wedge)
    last.setParms({"generate": GENERATE, "cooktask": "hou.session.hear(work_item)"})
    last.setInput(0, wait)
    last.cookWorkItems(block=True)
    assert (states(wait), states(last), heard) == (["CookedFail"], ["CookedFail"], [])
    heard.append("again")
    last.cookWorkItems(block=True)
    assert (states(wait), states(last)) == (["CookedSuccess"], ["CookedSuccess"])
    assert heard[1:] == [f"/out/{seed}.png" for seed in range(6)]


def test_a_cancel_reaches_those_that_cook_and_those_that_wait(app: HouApp, hou: Any) -> None:
    network = hou.node("/tasks").createNode("topnet")
    top = network.createNode("pythonprocessor")
    top.setParms({
        "generate": "for n in range(9): item_holder.addWorkItem(inProcess=True)",
        "cooktask": COOK,
    })  # fmt: skip
    begun, go_on = threading.Event(), threading.Event()

    def cook(node: Any, item: Any) -> None:
        begun.set()
        while not node.context.canceling:
            go_on.wait(0.01)

    hou.session.cook = cook
    top.cookWorkItems()
    app.pump_until(begun.is_set)
    assert top.getPDGGraphContext().cooking
    top.cancelCook()
    app.pump_until(lambda: not top.getPDGGraphContext().cooking)
    assert states(top) == ["CookedCancel"] * 9
    hou.session.cook = lambda node, item: None
    top.cookWorkItems(block=True)
    assert states(top) == ["CookedSuccess"] * 9


def test_one_item_is_canceled(hou: Any, wedge: Any) -> None:
    hou.session.cook = lambda node, item: item.cancel() if item.index == 3 else None
    wedge.cookWorkItems(block=True)
    assert states(wedge) == [*["CookedSuccess"] * 3, "CookedCancel", *["CookedSuccess"] * 2]


def test_code_of_items_reads_hou_only_while_active_and_writes_never(
    app: HouApp, hou: Any, wedge: Any
) -> None:
    found: list[Any] = []

    def cook(node: Any, item: Any) -> None:
        if item.index == 0:
            with item.makeActive():
                found.append(node.topNode().evalParm("pdg_workitemgeneration"))
        elif item.index == 1:
            node.topNode().path()
        elif item.index == 2:
            with item.makeActive():
                node.topNode().setComment("x")
        else:
            found.append(node["pdg_workitemgeneration"].evaluateInt())

    hou.session.cook = cook
    wedge.cookWorkItems(block=True)
    assert found == [0, 0, 0, 0]
    assert [type(error) for error in app.breaches] == [WrongThread, WrongThread]
    app.breaches.clear()


def test_attributes_are_written_only_by_who_makes_or_cooks_the_item(
    app: HouApp, hou: Any, wedge: Any
) -> None:
    hou.session.cook = lambda node, item: item.parent.setIntAttrib("seed", 9)
    wedge.cookWorkItems(block=True)
    assert states(wedge) == ["CookedFail"] * 6
    assert "neither generates nor cooks" in str(app.breaches[0])
    app.breaches.clear()


def test_an_asset_cooks_the_items_of_its_processor(tmp_path: Path) -> None:
    code = "for item in upstream_items: item_holder.addWorkItem(parent=item, inProcess=True)"
    inside = (
        Inner(
            "process", "pythonprocessor",
            value("generate", f'"{code}"') + value("cooktask", f'"{COOK}"'),
            wires={0: ("(0)", 0)}, outputs=("output1",),
        ),
        Inner("output0", "output", wires={0: ("process", 0)}),
    )  # fmt: skip
    write(tmp_path, Asset("studio::run::1.0", "", "Top", inputs=1, network=inside))
    app = HouApp(hda_path=(tmp_path,))
    with app.installed() as hou:
        network = hou.node("/tasks").createNode("topnet")
        source, run = network.createNode("pythonprocessor"), network.createNode("studio::run")
        source.parm("generate").set(SOURCE)
        run.setInput(0, source)
        seeds: list[int] = []
        hou.session.cook = lambda node, item: seeds.append(item.intAttribValue("seed"))
        run.cookWorkItems(block=True)
        assert sorted(seeds) == [0, 1, 2, 3, 4, 5]


def test_a_generation_that_fails_is_told_on_the_node(hou: Any, wedge: Any) -> None:
    wedge.parm("generate").set("1 / 0")
    wedge.cookWorkItems(block=True, generate_only=True)
    assert "ZeroDivisionError" in wedge.getPDGNode().logs[0].text
