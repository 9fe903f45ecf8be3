"""Callbacks: of parms, menus, sections and events; and what may not be done in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.hou_app import HouApp


def heard(hou: Any) -> list[tuple[str, str]]:
    return list(vars(hou.session).get("heard", []))


def test_a_button_runs_its_script_with_kwargs(app: HouApp, node: Any) -> None:
    app.click(node, "generate")
    assert node.hdaModule().asked == [(node.path(), "generate", "0")]
    assert node.hm() is node.hdaModule()
    assert node.evalParm("status") == "queued"
    assert app.main_loop.turns[-1].name == "click generate"


def test_what_a_script_raises_is_shown_to_the_artist(app: HouApp, hou: Any, node: Any) -> None:
    node.hdaModule().generate = None
    app.click(node, "generate")
    assert "NoneType" in app.errors.pop()
    with pytest.raises(hou.OperationFailed, match="NoneType"):
        node.parm("generate").pressButton()


def test_arguments_of_press_button_are_in_kwargs(app: HouApp, node: Any) -> None:
    seen: list[Any] = []
    node.hdaModule().generate = lambda kwargs: seen.append(kwargs["frame"])
    node.parm("generate").pressButton({"frame": 7})
    assert seen == [7]
    with pytest.raises(TypeError):
        node.parm("generate").pressButton({"frame": [1]})


def test_a_menu_is_what_its_script_returns_now(app: HouApp, node: Any) -> None:
    assert node.parm("workflow").menuItems() == ("upscale", "relight")
    assert node.parm("workflow").menuLabels() == ("Upscale", "Relight")
    node.hdaModule().known.extend(["mesh", "Mesh"])
    assert node.parm("workflow").menuItems()[-1] == "mesh"
    assert app.main_loop.turns[-1].name == "menu workflow"
    node.parm("workflow").set("of my own")  # a menu that replaces text takes any


def test_a_menu_that_is_not_pairs_of_text_is_told(app: HouApp, node: Any) -> None:
    node.hdaModule().known.append("alone")
    assert node.parm("workflow").menuItems() == ()
    assert "tokens and labels" in app.errors.pop()


def test_a_menu_script_changes_nothing(app: HouApp, hou: Any, node: Any) -> None:
    def workflows(kwargs: Any) -> list[str]:
        kwargs["node"].parm("status").set("asked")
        return []

    node.hdaModule().workflows = workflows
    node.parm("workflow").menuItems()
    assert "by a menu script" in str(app.breaches.pop())
    app.errors.clear()


def test_sections_run_at_their_time(app: HouApp, hou: Any, cops: Any, node: Any) -> None:
    plate = cops.createNode("constant")
    node.setInput(1, plate)
    node.setName("mine")
    node.destroy()
    assert heard(hou) == [
        ("OnCreated", "/img/copnet1/blend1"),
        ("OnInputChanged", "/img/copnet1/blend1"),
        ("OnNameChanged", "/img/copnet1/mine"),
        ("OnDeleted", "/img/copnet1/mine"),
    ]


def test_all_code_is_timed(app: HouApp, hou: Any, node: Any) -> None:
    node.addEventCallback((hou.nodeEventType.ParmTupleChanged,), lambda **told: None)
    node.parm("seed").set(1)
    assert [turn.name for turn in app.main_loop.turns] == ["OnCreated", "ParmTupleChanged"]
    assert app.main_loop.longest_ms > 0


def test_a_copy_is_loaded_not_created(app: HouApp, hou: Any, node: Any) -> None:
    node.setUserData("uid", "a1")
    node.parm("seed").set(3)
    copied = app.copy(node)
    assert heard(hou)[-1] == ("OnLoaded", copied.path())
    assert (copied.userData("uid"), copied.evalParm("seed")) == ("a1", 3)
    assert copied.sessionId() != node.sessionId()
    assert not hou.hipFile.isLoadingHipFile()


def test_node_events_tell_what_happened(app: HouApp, hou: Any, cops: Any, node: Any) -> None:
    told: list[Any] = []

    def listen(node: Any, event_type: Any, **details: Any) -> None:
        told.append((event_type.name(), sorted(details)))

    events = hou.nodeEventType
    node.addEventCallback(
        (events.ParmTupleChanged, events.InputRewired, events.InputDataChanged), listen
    )
    node.addEventCallback((events.BeingDeleted, events.ParmTupleChanged), listen)
    plate = cops.createNode("constant")
    node.setInput(0, plate)
    plate.parm("f4x").set(1)
    node.parm("seed").set(3)
    node.parm("seed").set(3)  # no change
    assert told == [
        ("InputRewired", ["input_index"]),
        ("InputDataChanged", []),
        ("ParmTupleChanged", ["parm_tuple"]),
    ]
    node.removeEventCallback((events.ParmTupleChanged,), listen)
    node.parm("seed").set(4)
    node.destroy()
    assert told[3:] == [("BeingDeleted", [])]


def test_parms_that_are_rebuilt_are_told_at_once(hou: Any, node: Any) -> None:
    told: list[Any] = []
    node.addEventCallback(
        (hou.nodeEventType.ParmTupleChanged,), lambda **said: told.append(said["parm_tuple"])
    )
    node.setParmTemplateGroup(node.parmTemplateGroup())
    assert told == [None]


def test_an_undo_is_told_as_animation(app: HouApp, hou: Any, node: Any) -> None:
    told: list[str] = []
    events = hou.nodeEventType
    node.addEventCallback(
        (events.ParmTupleChanged, events.ParmTupleAnimated),
        lambda **said: told.append(said["event_type"].name()),
    )
    node.parm("seed").set(3)
    app.undo()
    assert told == ["ParmTupleChanged", "ParmTupleAnimated"]


def test_an_expression_changes_nothing(app: HouApp, hou: Any, node: Any) -> None:
    code = "hou.pwd().setUserData('a', 'b')"
    node.parm("seed").setExpression(code, hou.exprLanguage.Python)
    with app.breaking(RuntimeError):
        node.evalParm("seed")


def test_an_unknown_listener_cannot_be_removed(hou: Any, node: Any) -> None:
    with pytest.raises(hou.OperationFailed):
        node.removeEventCallback((hou.nodeEventType.NameChanged,), print)
    with pytest.raises(hou.OperationFailed):
        node.addEventCallback((), print)


def test_data_changes_reach_all_downstream(hou: Any, cops: Any, node: Any) -> None:
    plate, between = cops.createNode("constant"), cops.createNode("null")
    between.setInput(0, plate)
    node.setInput(0, between)
    told: list[str] = []
    node.addEventCallback(
        (hou.nodeEventType.InputDataChanged,), lambda **said: told.append(said["node"].name())
    )
    plate.parm("f4x").set(0.5)
    assert told == ["blend1"]


def test_parms_are_not_rebuilt_by_who_asks(app: HouApp, hou: Any, node: Any) -> None:
    def rebuild(kwargs: Any) -> None:
        node = kwargs["node"]
        node.setParmTemplateGroup(node.parmTemplateGroup())

    node.hdaModule().generate = rebuild
    app.click(node, "generate")
    assert "inside its own callback of generate crashes" in str(app.breaches.pop())
    app.errors.clear()
    hou.ui.postEventCallback(lambda: rebuild({"node": node}))
    app.pump()


def test_a_node_is_not_deleted_by_its_own_button(app: HouApp, node: Any) -> None:
    node.hdaModule().generate = lambda kwargs: kwargs["node"].destroy()
    app.click(node, "generate")
    assert "inside its own callback" in str(app.breaches.pop())
    app.errors.clear()


def test_what_an_artist_enters_runs_the_callback_too(app: HouApp, node: Any) -> None:
    app.enter(node, "strength", 0.75)
    assert node.evalParm("strength") == 0.75
    assert [turn.name for turn in app.main_loop.turns[1:]] == [
        "enter strength",
        "callback of strength",
    ]
