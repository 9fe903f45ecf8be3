"""Nodes: where they lie, what hangs on them, and that a dead one is dead."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.hou_app import HouApp, NotModelled


def test_a_node_is_found_by_path_by_name_and_by_session_id(hou: Any, cops: Any) -> None:
    node = cops.createNode("constant")
    assert node.path() == "/img/copnet1/constant1"
    assert hou.node(node.path()) is node
    assert cops.node("constant1") is node
    assert node.node("..") is cops
    assert hou.nodeBySessionId(node.sessionId()) is node
    assert hou.node("/img/nothing") is None
    assert node.type().category().name() == "Cop"
    assert node.type().name() == "constant"


def test_an_unknown_type_cannot_be_made(hou: Any, cops: Any) -> None:
    with pytest.raises(hou.OperationFailed, match="Invalid node type name 'nothing'"):
        cops.createNode("nothing")
    with pytest.raises(hou.OperationFailed):
        cops.createNode("geo")  # of another table


def test_an_asset_is_made_without_its_version(cops: Any) -> None:
    node = cops.createNode("studio::blend", "mine")
    assert node.type().name() == "studio::blend::1.0"
    assert node.type().nameComponents() == ("", "studio", "blend", "1.0")
    assert node.name() == "mine"
    assert cops.createNode("studio::blend").name() == "blend1"


def test_a_deleted_node_is_no_more(hou: Any, node: Any) -> None:
    number, parm, inner = node.sessionId(), node.parm("seed"), node.node("result")
    node.destroy()
    assert hou.nodeBySessionId(number) is None
    for call in (node.name, parm.eval, lambda: parm.set(3), inner.path, node.destroy):
        with pytest.raises(hou.ObjectWasDeleted):
            call()


def test_wires_go_by_number_and_by_name(hou: Any, cops: Any, node: Any) -> None:
    plate, matte = cops.createNode("constant"), cops.createNode("file")
    node.setInput(0, plate)
    node.setNamedInput("matte", matte, "C")
    assert node.inputs() == (plate, matte)
    assert [(c.inputName(), c.inputNode(), c.outputName()) for c in node.inputConnections()] == [
        ("background", plate, "constant"),
        ("matte", matte, "C"),
    ]
    assert plate.outputs() == (node,)
    node.setInput(0, None)
    assert node.input(0) is None
    with pytest.raises(hou.InvalidInput):
        node.setInput(2, plate)
    with pytest.raises(hou.InvalidInput, match="'sky'"):
        node.setNamedInput("sky", plate, 0)
    node.setInput(0, plate)
    with pytest.raises(hou.OperationFailed, match="loop"):
        plate.setInput(0, node)


def test_a_deleted_node_leaves_no_wire(cops: Any, node: Any) -> None:
    plate = cops.createNode("constant")
    node.setInput(0, plate)
    plate.destroy()
    assert node.inputs() == ()


def test_nodes_keep_user_data_comments_colours_and_flags(hou: Any, node: Any) -> None:
    node.setUserData("uid", "a1")
    assert node.userData("uid") == "a1"
    assert node.userData("other") is None
    assert node.userDataDict() == {"uid": "a1"}
    node.destroyUserData("uid")
    with pytest.raises(hou.OperationFailed):
        node.destroyUserData("uid")
    with pytest.raises(TypeError):
        node.setUserData("uid", 3)
    node.setComment("v003")
    node.setGenericFlag(hou.nodeFlag.DisplayComment, True)
    assert (node.comment(), node.isGenericFlagSet(hou.nodeFlag.DisplayComment)) == ("v003", True)
    node.setColor(hou.Color((1, 0, 0)))
    assert node.color() == hou.Color(1, 0, 0)


def test_inside_a_locked_asset_nothing_changes(hou: Any, node: Any) -> None:
    inner = node.node("result")
    assert node.isLockedHDA()
    assert inner.isInsideLockedHDA()
    changes = (
        lambda: inner.parm("filename").set("a.exr"),
        lambda: inner.setUserData("a", "b"),
        lambda: inner.setInput(0, None),
        lambda: inner.setColor(hou.Color(1, 0, 0)),
        lambda: node.createNode("null"),
    )
    for change in changes:
        with pytest.raises(hou.PermissionError):
            change()
    with pytest.raises(hou.OperationFailed):
        inner.destroy()
    node.parm("seed").set(8)
    node.node("notes").setComment("open")  # EditableNodes
    inner.parm("reload").pressButton()
    node.allowEditingOfContents()
    inner.parm("filename").set("a.exr")
    assert not node.isLockedHDA()


def test_what_the_fake_does_not_have_is_told(app: HouApp, hou: Any, node: Any) -> None:
    with pytest.raises(AttributeError):
        hou.nodes_by_name  # noqa: B018
    with pytest.raises(AttributeError):
        node.addSpareParm("x")
    with pytest.raises(TypeError):
        node.setComment("a", "b")
    with pytest.raises(NotModelled):
        node.infoTree()
    assert [type(error) for error in app.breaches] == [TypeError, NotModelled]
    app.breaches.clear()
