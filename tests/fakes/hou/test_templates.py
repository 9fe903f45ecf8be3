"""Spare parms: made on an instance, kept by name, gone when they are taken away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.hou_app import HouApp


def with_form(hou: Any, node: Any, *templates: Any) -> None:
    group = node.parmTemplateGroup()
    if group.find("form"):
        group.remove("form")
    form = hou.FolderParmTemplate("form", "Workflow", folder_type=hou.folderType.Simple)
    for template in templates:
        form.addParmTemplate(template)
    group.append(form)
    node.setParmTemplateGroup(group)


def test_a_form_becomes_spare_parms(hou: Any, node: Any) -> None:
    with_form(
        hou,
        node,
        hou.IntParmTemplate("steps", "Steps", 1, default_value=(20,), min=1, min_is_strict=True),
        hou.StringParmTemplate(
            "sampler", "Sampler", 1, default_value=("euler",), menu_items=("euler", "ddim"),
            menu_type=hou.menuType.Normal,
        ),
        hou.MenuParmTemplate("size", "Size", ("s", "m"), ("Small", "Medium"), default_value=1),
        hou.ToggleParmTemplate("tiled", "Tiled", default_value=True),
        hou.FloatParmTemplate(
            "colour", "Colour", 3, default_value=(1, 0.5, 0),
            naming_scheme=hou.parmNamingScheme.RGBA,
        ),
    )  # fmt: skip
    assert [parm.name() for parm in node.spareParms()] == [
        "steps", "sampler", "size", "tiled", "colourr", "colourg", "colourb",
    ]  # fmt: skip
    assert [node.evalParm(n) for n in ("steps", "sampler", "size", "tiled")] == [20, "euler", 1, 1]
    assert node.parmTuple("colour").eval() == (1.0, 0.5, 0.0)
    assert node.parm("sampler").menuItems() == ("euler", "ddim")
    node.parm("steps").set(0)
    assert node.evalParm("steps") == 1
    assert node.parm("steps").containingFolders() == ("Workflow",)
    assert node.parm("steps").isSpare()
    assert not node.parm("seed").isSpare()


def test_a_value_stays_as_long_as_its_parm_fits(hou: Any, node: Any) -> None:
    with_form(hou, node, hou.IntParmTemplate("steps", "Steps", 1), hou.ToggleParmTemplate("a", "A"))
    node.setParms({"steps": 30, "a": 1, "seed": 9})
    steps, gone = node.parm("steps"), node.parm("a")
    with_form(hou, node, hou.IntParmTemplate("steps", "More steps", 1))
    assert (node.evalParm("steps"), node.evalParm("seed")) == (30, 9)
    assert steps.description() == "More steps"
    assert node.parm("a") is None
    with pytest.raises(hou.ObjectWasDeleted):
        gone.eval()
    with_form(hou, node, hou.StringParmTemplate("steps", "Steps", 1))
    assert node.evalParm("steps") == ""


def test_parms_of_the_type_can_be_hidden_but_not_removed(hou: Any, node: Any) -> None:
    group = node.parmTemplateGroup()
    group.remove("seed")
    node.setParmTemplateGroup(group)
    assert node.evalParm("seed") == 7
    assert node.parm("seed").isHidden()
    node.removeSpareParms()
    assert not node.parm("seed").isHidden()


def test_two_parms_cannot_have_one_name(hou: Any, node: Any) -> None:
    group = node.parmTemplateGroup()
    with pytest.raises(hou.OperationFailed, match="'seed'"):
        group.append(hou.IntParmTemplate("seed", "Seed", 1))


def test_a_group_gives_out_copies(hou: Any, node: Any) -> None:
    group = node.parmTemplateGroup()
    found = group.find("seed")
    found.setLabel("Start")
    assert group.find("seed").label() == "Seed"
    group.replace("seed", found)
    node.setParmTemplateGroup(group)
    assert node.parm("seed").description() == "Start"
    assert group.containingFolder("seed").label() == "Form"
    group.insertAfter("seed", hou.SeparatorParmTemplate("line"))
    assert group.findIndices("line") == (*group.findIndices("tab_form"), 1)
    assert group.findFolder("Job").name() == "folder_job"
    assert group.find("nothing") is None


def test_a_template_takes_only_what_it_knows(app: HouApp, hou: Any) -> None:
    with app.breaking(TypeError):
        hou.IntParmTemplate("a", "A", 1, minimum=3)


def test_inside_a_locked_asset_no_parm_is_added(hou: Any, node: Any) -> None:
    inner = node.node("result")
    with pytest.raises(hou.PermissionError):
        inner.setParmTemplateGroup(inner.parmTemplateGroup())
