"""Parms: what they take, how they evaluate, when they are seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp


def test_parms_are_those_of_the_dialog_script(hou: Any, node: Any) -> None:
    assert node.parm("seed").eval() == 7
    assert node.parm("strength").eval() == 0.5
    assert node.parmTuple("frames").eval() == (1, 10)
    assert [p.name() for p in node.parmTuple("frames")] == ["framesx", "framesy"]
    assert node.parm("sead") is None
    assert node.parmTuple("tab_form") is None
    assert node.parm("seed").parmTemplate().type() == hou.parmTemplateType.Int
    assert node.parm("seed").containingFolders() == ("Form",)


def test_a_value_has_the_type_of_its_parm(hou: Any, node: Any) -> None:
    node.setParms({"seed": 2.9, "strength": 1, "status": "on", "frames": (3, 4), "busy": True})
    assert node.parm("seed").eval() == 2
    assert repr(node.parm("strength").eval()) == "1.0"
    assert node.parmTuple("frames").eval() == (3, 4)
    assert node.parm("busy").eval() == 1
    for name, wrong in (("seed", "three"), ("strength", "x"), ("status", 5)):
        with pytest.raises(TypeError):
            node.parm(name).set(wrong)
    with pytest.raises(hou.InvalidSize):
        node.parmTuple("frames").set((1, 2, 3))
    with pytest.raises(hou.OperationFailed, match="'sead'"):
        node.setParms({"seed": 1, "sead": 2})


def test_only_a_strict_end_of_a_range_is_enforced(node: Any) -> None:
    node.setParms({"seed": -4, "strength": 7.5})
    assert node.parm("seed").eval() == 0
    assert node.parm("strength").eval() == 7.5
    node.parm("seed").set(500)
    assert node.parm("seed").eval() == 500


def test_an_ordinal_is_a_number_that_a_token_names(node: Any) -> None:
    mode = node.parm("mode")
    assert (mode.eval(), mode.evalAsString()) == (0, "single")
    mode.set("sequence")
    assert (mode.eval(), mode.evalAsString()) == (1, "sequence")
    assert mode.menuLabels() == ("Single frame", "Frame range")
    with pytest.raises(TypeError, match="'both'"):
        mode.set("both")


def test_a_string_is_expanded_when_it_is_evaluated(app: HouApp, hou: Any, node: Any) -> None:
    path = node.parm("result_path")
    path.set("$HIP/$OS.$F4.exr")
    hou.setFrame(12)
    assert path.eval() == f"{Path.cwd().as_posix()}/blend1.0012.exr"
    assert path.evalAtFrame(3).endswith(".0003.exr")
    assert path.unexpandedString() == "$HIP/$OS.$F4.exr"
    path.set('`chs("status")` costs \\$5, $NOBODY')
    assert path.eval() == "idle costs $5, $NOBODY"


def test_expressions_read_other_parms(app: HouApp, hou: Any, cops: Any, node: Any) -> None:
    other = cops.createNode("studio::blend")
    node.parm("seed").setExpression('ch("../blend2/seed") * 2 + $F')
    other.parm("seed").set(10)
    hou.setFrame(5)
    assert node.parm("seed").eval() == 25
    assert node.parm("seed").evalAtFrame(1) == 21
    assert node.parm("seed").expression() == 'ch("../blend2/seed") * 2 + $F'
    node.parm("strength").setExpression("hou.frame() / 2", hou.exprLanguage.Python)
    assert node.parm("strength").eval() == 2.5
    node.parm("seed").set(4)
    assert node.parm("seed").eval() == 25  # it still decides
    node.parm("seed").deleteAllKeyframes()
    assert node.parm("seed").eval() == 25
    node.parm("seed").set(4)
    assert node.parm("seed").eval() == 4


def test_a_plain_reference_passes_what_is_set_on(cops: Any, node: Any) -> None:
    other = cops.createNode("studio::blend")
    node.parm("seed").setExpression('ch("../blend2/seed")')
    node.parm("seed").set(11)
    assert (other.parm("seed").eval(), node.parm("seed").eval()) == (11, 11)


def test_parms_that_read_each_other_fail(hou: Any, node: Any) -> None:
    node.parm("seed").setExpression('ch("strength")')
    node.parm("strength").setExpression('ch("seed")')
    with pytest.raises(hou.OperationFailed, match="recursion"):
        node.parm("seed").eval()


def test_keys_are_linear_and_set_makes_one(hou: Any, node: Any) -> None:
    strength = node.parm("strength")
    for frame, value in ((1, 0.0), (11, 1.0)):
        key = hou.Keyframe(value)
        key.setFrame(frame)
        strength.setKeyframe(key)
    assert strength.evalAtFrame(6) == 0.5
    assert strength.isTimeDependent()
    hou.setFrame(6)
    strength.set(0.9)
    assert [(k.frame(), k.value()) for k in strength.keyframes()] == [(1, 0), (6, 0.9), (11, 1)]


def test_conditions_hide_and_grey(app: HouApp, node: Any) -> None:
    assert node.parm("framesx").isHidden()
    node.parm("mode").set(1)
    assert not node.parm("framesx").isHidden()
    assert node.parm("busy").isHidden()
    node.parm("busy").set(1)
    assert node.parm("generate").isDisabled()
    with pytest.raises(AssertionError, match="generate is grey"):
        app.click(node, "generate")


def test_a_locked_parm_refuses(hou: Any, node: Any) -> None:
    node.parm("seed").lock(True)
    with pytest.raises(hou.PermissionError):
        node.parm("seed").set(3)
    assert node.parm("seed").isLocked()


def test_a_multiparm_grows_and_shrinks(node: Any) -> None:
    node.parm("loras").set(2)
    node.setParms({"lora1": "a", "lora2": "b", "weight2": 0.25})
    node.parm("loras").insertMultiParmInstance(0)
    assert [node.evalParm(f"lora{n}") for n in (1, 2, 3)] == ["none", "a", "b"]
    node.parm("loras").removeMultiParmInstance(1)
    assert [node.evalParm(f"lora{n}") for n in (1, 2)] == ["none", "b"]
    assert node.evalParm("weight2") == 0.25
    assert node.parm("lora3") is None
    assert node.parm("lora1").isMultiParmInstance()


def test_undo_puts_a_value_back_unless_it_was_off(hou: Any, app: HouApp, node: Any) -> None:
    node.parm("seed").set(1)
    with hou.undos.disabler():
        node.parm("status").set("running")
        node.parm("seed").set(2)
    assert hou.undos.undoLabels()[0] == "Parameter change seed"
    app.undo()
    assert (node.evalParm("seed"), node.evalParm("status")) == (7, "running")
    with hou.undos.group("both"):
        node.setParms({"seed": 3, "strength": 0.1})
    app.undo()
    assert (node.evalParm("seed"), node.evalParm("strength")) == (7, 0.5)
