"""Callbacks: when they run, in which order, and what they see as `this`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NotModelled, NukeApp


@pytest.fixture
def heard(nuke: Any) -> list[str]:
    """What ran, in order, of callbacks for every event of creation and change."""
    found: list[str] = []

    def hear(event: str) -> None:
        knob = nuke.thisKnob().name() if event == "knobChanged" else ""
        found.append(f"{event} {nuke.thisNode().fullName()} {knob}".strip())

    for event in ("OnUserCreate", "OnCreate", "OnDestroy", "KnobChanged"):
        getattr(nuke, f"add{event}")(hear, args=(event[0].lower() + event[1:],))
    return found


def test_creation_by_hand_and_by_script(nuke: Any, heard: list[str]) -> None:
    nuke.nodes.Dot()
    assert heard == ["onCreate Dot1"]
    heard.clear()
    nuke.createNode("Dot")
    assert heard == ["onCreate Dot2", "onUserCreate Dot2", "knobChanged Dot2 showPanel"]


def test_the_nodes_own_code_runs_first_then_its_class_then_all(nuke: Any) -> None:
    ran: list[str] = []
    nuke.ran = ran
    nuke.addKnobChanged(lambda: ran.append("all"))
    nuke.addKnobChanged(lambda: ran.append("class"), nodeClass="Dot")
    nuke.addKnobChanged(lambda: ran.append("other class"), nodeClass="Read")
    dot, other = nuke.nodes.Dot(), nuke.nodes.Dot()
    dot["knobChanged"].setValue("nuke.ran.append('own')")
    nuke.addKnobChanged(lambda: ran.append("this node"), node=dot)
    nuke.addKnobChanged(lambda: ran.append("that node"), node=other)
    ran.clear()
    dot["label"].setValue("x")
    assert ran == ["own", "class", "all", "this node"]


def test_an_exception_ends_the_list_and_is_only_printed(app: NukeApp, nuke: Any) -> None:
    ran: list[str] = []
    nuke.addOnCreate(lambda: 1 / 0)
    nuke.addOnCreate(lambda: ran.append("second"))
    nuke.nodes.Dot()
    assert ran == []
    assert "ZeroDivisionError" in app.errors.pop()


def test_the_same_callback_is_added_once_and_can_be_removed(nuke: Any) -> None:
    ran: list[int] = []
    nuke.addOnCreate(ran.append, args=(1,))
    nuke.addOnCreate(ran.append, args=(1,))
    nuke.nodes.Dot()
    assert ran == [1]
    nuke.removeOnCreate(ran.append, args=(1,))
    nuke.nodes.Dot()
    assert ran == [1]


def test_a_value_set_by_a_script_is_a_change_an_equal_one_is_none(
    nuke: Any, heard: list[str]
) -> None:
    node = nuke.createNode("Blend")
    heard.clear()
    node["p_steps"].setValue(3)
    node["p_steps"].setValue(3)
    assert heard == ["knobChanged Blend p_steps"]
    assert node["heard"].value() == "p_steps"


def test_inputs_and_panels_come_as_knobs_too(nuke: Any, heard: list[str]) -> None:
    node, dot = nuke.createNode("Blend"), nuke.nodes.Dot()
    heard.clear()
    node.setInput(1, dot)
    node.hideControlPanel()
    node.showControlPanel()
    assert heard == [f"knobChanged Blend {n}" for n in ("inputChange", "hidePanel", "showPanel")]


def test_a_callback_is_not_called_inside_itself(nuke: Any, heard: list[str]) -> None:
    node = nuke.nodes.Dot()
    node["knobChanged"].setValue("nuke.thisNode()['label'].setValue('again')")
    heard.clear()
    node["icon"].setValue("x")
    assert heard == ["knobChanged Dot1 icon"]
    assert node["label"].value() == "again"


@pytest.mark.parametrize(
    "rebuild", ["addKnob(nuke.Int_Knob('n'))", "removeKnob(nuke.thisNode()['uid'])"]
)
def test_rebuilding_inside_the_own_callback_crashes(app: NukeApp, nuke: Any, rebuild: str) -> None:
    node = nuke.createNode("Blend")
    node["knobChanged"].fromScript(f'"nuke.thisNode().{rebuild}"')
    assert "crashes Nuke" in app.errors.pop()
    assert "crashes Nuke" in str(app.breaches.pop())


def test_another_node_may_be_rebuilt_in_a_callback(nuke: Any) -> None:
    first, second = nuke.createNode("Blend"), nuke.createNode("Blend")
    nuke.addKnobChanged(lambda: second.addKnob(nuke.Int_Knob("n")), node=first)
    first["mode"].setValue("plate")
    assert second.knob("n") is not None


def test_a_button_cannot_remove_itself_but_other_knobs(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    node["generate"].setCommand("n = nuke.thisNode(); n.removeKnob(n['p_steps'])")
    app.click(node, "generate")
    assert node.knob("p_steps") is None
    node["generate"].setCommand("nuke.thisNode().removeKnob(nuke.thisKnob())")
    app.click(node, "generate")
    assert "while it was running" in str(app.breaches.pop())
    app.errors.clear()


def test_a_node_cannot_be_deleted_in_its_own_callback(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    node["generate"].setCommand("nuke.delete(nuke.thisNode())")
    app.click(node, "generate")
    assert nuke.toNode("Blend") is node
    assert "crashes Nuke" in str(app.breaches.pop())
    app.errors.clear()


def test_onCreate_of_a_group_sees_its_nodes_or_none_of_them() -> None:
    folder = Path(__file__).parent / "plugins"
    for when, count in (("after", "6"), ("before", "0")):
        app = NukeApp(plugin_path=(folder,), group_on_create=when)
        with app.installed() as nuke:
            assert nuke.createNode("Blend")["born"].value() == count


def test_onCreate_runs_on_load_paste_and_undo(
    app: NukeApp, nuke: Any, heard: list[str], tmp_path: Path
) -> None:
    node = nuke.createNode("Blend")
    nuke.nodeCopy("%clipboard%")
    heard.clear()
    nuke.nodePaste("%clipboard%")
    assert heard[-1] == "onCreate Blend1"
    heard.clear()
    nuke.delete(node)
    assert heard[-1] == "onDestroy Blend"
    app.undo()
    assert "onCreate Blend" in heard
    app.save(tmp_path / "a.nk")
    heard.clear()
    app.open(tmp_path / "a.nk")
    assert [line for line in heard if line.startswith("onCreate Blend")][-1:] == ["onCreate Blend"]
    assert not [line for line in heard if line.startswith("onUserCreate")]
    assert "onDestroy Blend" in heard  # of the script before


def test_the_node_is_whole_while_onDestroy_runs(nuke: Any) -> None:
    node, seen = nuke.createNode("Blend"), []
    nuke.addOnDestroy(
        lambda: seen.append((nuke.thisNode()["uid"].value(), nuke.toNode("Blend") is node)),
        nodeClass="Group",
    )
    node["uid"].setValue("u1")
    nuke.delete(node)
    assert seen == [("u1", True)]


def test_the_root_is_not_complete_while_a_script_loads(
    app: NukeApp, nuke: Any, tmp_path: Path
) -> None:
    nuke.nodes.Dot()
    app.save(tmp_path / "a.nk")
    nuke.addOnCreate(lambda: nuke.root().name())
    names: list[str] = []
    nuke.addOnScriptLoad(lambda: names.append(nuke.root().name()))
    app.open(tmp_path / "a.nk")
    assert "A PythonObject is not attached to a node" in app.errors.pop()
    assert names == [(tmp_path / "a.nk").as_posix()]


def test_without_a_gui_values_of_a_script_are_changes() -> None:
    app = NukeApp(gui=False, plugin_path=(Path(__file__).parent / "plugins",))
    with app.installed() as nuke:
        nuke.createNode("Blend")
    assert ("knobChanged", "Blend", "p_strength") in app.callbacks.ran
    app = NukeApp(plugin_path=(Path(__file__).parent / "plugins",))
    with app.installed() as nuke:
        nuke.nodePaste(str(Path(__file__).parent / "plugins" / "Blend.gizmo"))
    assert ("knobChanged", "Blend", "p_strength") not in app.callbacks.ran


def test_script_events(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    ran: list[str] = []
    nuke.addOnScriptSave(ran.append, args=("save",))
    nuke.addOnScriptClose(ran.append, args=("close",))
    nuke.addOnScriptLoad(ran.append, args=("load",))
    nuke.scriptSaveAs(str(tmp_path / "a.nk"))
    nuke.scriptOpen(str(tmp_path / "a.nk"))
    assert ran == ["save", "close", "load"]


def test_this_means_nothing_outside_a_callback(app: NukeApp, nuke: Any) -> None:
    with pytest.raises(NotModelled):
        nuke.thisNode()


def test_a_callback_runs_in_the_group_that_the_node_lies_in(nuke: Any) -> None:
    node, groups = nuke.createNode("Blend"), []
    nuke.addKnobChanged(lambda: groups.append(nuke.thisGroup()), nodeClass="Keymix")
    node.node("Through")["mix"].setValue(0.5)
    assert groups == [node]
    with node:
        assert nuke.thisGroup() is node
        assert nuke.toNode("Result") is node.node("Result")
    assert nuke.toNode("Result") is None
    assert nuke.toNode("Blend.Result") is node.node("Result")
