"""Scene files: what they keep, in which order things are told, what a changed asset makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp

from .assets import write
from .blend import BLEND, PARMS


def test_a_scene_keeps_what_nodes_keep(app: HouApp, hou: Any, node: Any, tmp_path: Path) -> None:
    plate = node.parent().createNode("constant")
    node.setInput(1, plate)
    group = node.parmTemplateGroup()
    group.appendToFolder("Form", hou.StringParmTemplate("prompt", "Prompt", 1))
    node.setParmTemplateGroup(group)
    node.setParms({"seed": 3, "prompt": "a `b` $F", "loras": 1})
    node.parm("lora1").set("x")
    node.parm("strength").setExpression('ch("seed") / 4')
    node.setUserData("uid", "a1")
    node.setComment("v001")
    app.save(tmp_path / "a.hip")
    app.open(tmp_path / "a.hip")
    with pytest.raises(hou.ObjectWasDeleted):
        node.path()
    again = hou.node("/img/copnet1/blend1")
    assert [again.evalParm(name) for name in ("seed", "strength", "lora1")] == [3, 0.75, "x"]
    assert again.parm("prompt").unexpandedString() == "a `b` $F"
    assert again.parm("prompt").containingFolders() == ("Form",)
    assert (again.userData("uid"), again.comment()) == ("a1", "v001")
    assert again.input(1).name() == "constant1"
    assert again.node("result") is not None


def test_loading_is_told_in_order(app: HouApp, hou: Any, node: Any, tmp_path: Path) -> None:
    told: list[str] = []

    def event(kind: Any) -> None:
        told.append(
            f"{kind.name()} {hou.hipFile.isLoadingHipFile()} {len(hou.node('/img').children())}"
        )

    vars(hou.session)["heard"] = []
    app.save(tmp_path / "a.hip")
    hou.hipFile.addEventCallback(event)
    app.open(tmp_path / "a.hip")
    assert told == [
        "BeforeClear False 1",
        "AfterClear False 0",
        "BeforeLoad False 0",
        "AfterLoad False 1",
    ]
    assert vars(hou.session)["heard"] == [
        ("OnDeleted", "/img/copnet1/blend1"),
        ("OnLoaded", "/img/copnet1/blend1"),
    ]


def test_a_load_may_be_told_before_the_clear(otls: Path, tmp_path: Path) -> None:
    app = HouApp(hda_path=(otls,), load_begins="load", deleted_on_clear=False)
    with app.installed() as hou:
        hou.node("/img").createNode("copnet").createNode("studio::blend")
        app.save(tmp_path / "a.hip")
        app.hip.events.clear()
        app.open(tmp_path / "a.hip")
        assert app.hip.events == ["BeforeLoad", "BeforeClear", "AfterClear", "AfterLoad"]
        assert "OnDeleted" not in [name for name, _path in vars(hou.session)["heard"]]


@pytest.mark.parametrize(("ids", "same"), [("reused", True), ("fresh", False)])
def test_session_ids_may_be_reused(ids: str, same: bool) -> None:
    app = HouApp(session_ids=ids)
    with app.installed() as hou:
        before = hou.node("/obj").createNode("geo").sessionId()
        app.close()
        assert (hou.node("/obj").createNode("null").sessionId() == before) is same


def test_the_scene_has_a_name(app: HouApp, hou: Any, tmp_path: Path) -> None:
    assert hou.hipFile.basename() == "untitled.hip"
    assert hou.hipFile.isNewFile()
    app.save(tmp_path / "shot.v001.hip")
    assert hou.hipFile.path() == (tmp_path / "shot.v001.hip").as_posix()
    assert hou.expandString("$HIP/$HIPNAME") == f"{tmp_path.as_posix()}/shot.v001"
    assert hou.text.abspath("render/a.exr") == f"{tmp_path.as_posix()}/render/a.exr"
    assert not hou.hipFile.isNewFile()


def test_a_change_makes_the_scene_unsaved(app: HouApp, hou: Any, node: Any, tmp_path: Path) -> None:
    app.save(tmp_path / "a.hip")
    assert not hou.hipFile.hasUnsavedChanges()
    node.parm("seed").set(7)  # as it was
    assert not hou.hipFile.hasUnsavedChanges()
    node.setUserData("a", "b")
    assert hou.hipFile.hasUnsavedChanges()


@pytest.mark.parametrize(("way", "unsaved"), [("unsaved", True), ("saved", False)])
def test_a_change_without_undo_may_leave_it_saved(way: str, unsaved: bool) -> None:
    app = HouApp(change_without_undo=way)
    with app.installed() as hou:
        node = hou.node("/obj").createNode("geo")
        app.changes.unsaved = False
        with hou.undos.disabler():
            node.setUserData("a", "b")
        assert hou.hipFile.hasUnsavedChanges() is unsaved


def test_an_asset_that_changed_under_a_scene_keeps_what_fits(
    app: HouApp, hou: Any, node: Any, otls: Path, tmp_path: Path
) -> None:
    group = node.parmTemplateGroup()
    group.appendToFolder("Form", hou.IntParmTemplate("steps", "Steps", 1))
    group.append(hou.FloatParmTemplate("extra", "Extra", 1))
    node.setParmTemplateGroup(group)
    node.setParms({"seed": 3, "strength": 0.25, "steps": 12, "extra": 2})
    app.save(tmp_path / "a.hip")
    parms = PARMS.replace('name "strength"', 'name "steps"').replace('"tab_form"', '"tab_new"')
    write(otls, replace(BLEND, parms=parms))
    later = HouApp(hda_path=(otls,))
    app.close()
    with later.installed() as hou2:
        later.open(tmp_path / "a.hip")
        again = hou2.node("/img/copnet1/blend1")
        assert again.evalParm("seed") == 3
        assert not again.parm("steps").isSpare()  # the asset's own now
        assert again.evalParm("extra") == 2
        assert later.load_errors == ["/img/copnet1/blend1: unknown parameter strength"]
        later.load_errors.clear()
        with pytest.raises(hou2.LoadWarning, match="strength"):
            hou2.hipFile.load(str(tmp_path / "a.hip"))


def test_a_node_without_its_asset_is_left_out_and_told(
    app: HouApp, hou: Any, node: Any, tmp_path: Path
) -> None:
    node.parent().createNode("null").setInput(0, node)
    app.save(tmp_path / "a.hip")
    bare = HouApp()
    with bare.installed() as hou2:
        bare.open(tmp_path / "a.hip")
        assert [n.name() for n in hou2.node("/img/copnet1").children()] == ["null1"]
        assert bare.load_errors == ["/img/copnet1/blend1: unknown node type studio::blend::1.0"]
        bare.load_errors.clear()


def test_a_crash_tells_nothing_a_quit_does(otls: Path) -> None:
    for ends, expected in ((False, []), (True, ["BeforeClear", "AfterClear"])):
        app, told = HouApp(hda_path=(otls,)), []
        with app.installed() as hou:
            hou.hipFile.addEventCallback(lambda kind, told=told: told.append(kind.name()))
            if ends:
                app.quit()
        assert told == expected
