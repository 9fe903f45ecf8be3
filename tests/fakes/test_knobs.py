"""Knobs: what they take, what they give, and what they are in a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NotModelled, NukeApp


@pytest.fixture
def node(nuke: Any) -> Any:
    return nuke.createNode("Blend")


def test_knobs_come_from_the_gizmo(node: Any) -> None:
    kinds = {name: knob.Class() for name, knob in node.knobs().items() if knob._user}
    assert kinds["mode"] == "Enumeration_Knob"
    assert kinds["generate"] == "PyScript_Knob"
    assert kinds["p_strength"] == "Double_Knob"
    assert kinds["result_file"] == "Link_Knob"
    assert node["prompt"].tooltip() == "What to paint"
    assert node["mode"].value() == "result"
    assert not node["uid"].visible()
    assert node["menu"].getFlag(0x200)


def test_a_knob_that_is_not_there(node: Any) -> None:
    assert node.knob("promt") is None
    with pytest.raises(NameError, match="promt"):
        node["promt"]


def test_texts_take_texts_only(nuke: Any, node: Any) -> None:
    node["prompt"].setValue("a [red] {cat} $5")
    assert node["prompt"].value() == "a [red] {cat} $5"
    with pytest.raises(TypeError):
        node["prompt"].setValue(5)


def test_some_texts_are_evaluated_as_tcl(nuke: Any, node: Any) -> None:
    read = node.node("Result")
    read["file"].setValue("/out/[value parent.uid].####.exr")
    node["uid"].setValue("u7")
    nuke.frame(12)
    assert read["file"].getText() == "/out/[value parent.uid].####.exr"
    assert read["file"].value() == "/out/[value parent.uid].%04d.exr"
    assert read["file"].evaluate() == "/out/u7.0012.exr"
    assert nuke.filename(read) == "/out/u7.%04d.exr"
    assert nuke.filename(read, nuke.REPLACE) == "/out/u7.0012.exr"


def test_an_enumeration_refuses_what_is_no_item(node: Any) -> None:
    mode = node["mode"]
    mode.setValue("through mask")
    assert (mode.value(), mode.getValue()) == ("through mask", 2.0)
    mode.setValue(0)
    assert mode.value() == "plate"
    for wrong in ("mask", 3, -1):
        with pytest.raises(TypeError, match="no item"):
            mode.setValue(wrong)
    assert mode.values() == ["plate", "result", "through mask"]


def test_new_items_keep_the_choice_if_they_can(node: Any) -> None:
    mode = node["mode"]
    mode.setValue("result")
    mode.setValues(["nothing", "result"])
    assert mode.value() == "result"
    mode.setValues(["this", "that"])
    assert mode.value() == "this"


def test_booleans_and_numbers(nuke: Any, node: Any) -> None:
    read = node.node("Result")
    read["raw"].setValue(0)
    assert read["raw"].value() is False
    with pytest.raises(TypeError):
        read["raw"].setValue(None)
    node["p_steps"].setValue(20)
    assert node["p_steps"].value() == 20
    with pytest.raises(TypeError):
        node["p_strength"].setValue("0.5")
    crop = nuke.nodes.Crop()
    with pytest.raises(ValueError, match="sequence of 4 floats, 2 found"):
        crop["box"].setValue([1, 2])
    crop["box"].setValue([1, 2, 3, 4])
    assert crop["box"].value() == (1, 2, 3, 4)
    crop["box"].setValue(9, 2)
    assert crop["box"].r() == 9


def test_numbers_can_be_animated(nuke: Any, node: Any) -> None:
    knob = node["p_strength"]
    assert not knob.isAnimated()
    knob.setValueAt(3, 10)
    assert knob.value() == 3  # nothing to set a key on
    knob.setAnimated()
    knob.setValueAt(0, 1)
    knob.setValueAt(1, 11)
    assert knob.isAnimated()
    assert not knob.hasExpression()
    assert knob.getValueAt(6) == 0.5
    nuke.frame(11)
    assert knob.value() == 1
    assert knob.toScript() == "{{curve x1 0 x11 1}}"
    knob.clearAnimated()
    assert knob.toScript() == "1"
    knob.fromScript("{{curve x1 5 x3 9}}")
    assert knob.getKeyList() == [1.0, 3.0]


def test_expressions_follow_other_knobs(nuke: Any, node: Any) -> None:
    show = node.node("Show")
    assert show["which"].value() == 1
    node["mode"].setValue("plate")
    assert show["which"].value() == 0
    knob = node["p_strength"]
    knob.setExpression("frame > 5 ? p_steps * 2 : 0.25")
    node["p_steps"].setValue(4)
    assert knob.hasExpression()
    assert knob.getValueAt(1) == 0.25
    assert knob.getValueAt(6) == 8
    assert knob.toScript() == '{{"frame > 5 ? p_steps * 2 : 0.25"}}'
    knob.setExpression("root.first_frame + [value p_steps]")
    assert knob.value() == 5
    knob.fromScript('{{"\\[exists parent.nobody] ? 1 : 2" x1 7}}')
    assert knob.value() == 2
    knob.setExpression("nobody.x")
    with pytest.raises(RuntimeError, match="nobody"):
        knob.value()


def test_a_link_shows_another_knob(node: Any) -> None:
    link = node["result_file"]
    assert link.getLink() == "Result.file"
    assert link.getLinkedKnob() is node.node("Result")["file"]
    assert node.knob("result_file", follow_link=True) is node.node("Result")["file"]


def test_flags_and_labels(nuke: Any, node: Any) -> None:
    knob = node["p_strength"]
    knob.setVisible(False)
    assert knob.getFlag(nuke.INVISIBLE)
    knob.setEnabled(False)
    assert not knob.enabled()
    knob.clearFlag(nuke.INVISIBLE)
    assert knob.visible()
    knob.setLabel("How much")
    assert knob.label() == "How much"
    assert nuke.String_Knob("plain").label() == "plain"


def test_knobs_are_added_and_removed(nuke: Any, node: Any) -> None:
    count = node.numKnobs()
    knob = nuke.Double_Knob("p_cfg", "CFG")
    knob.setRange(1, 20)
    node.addKnob(knob)
    assert knob.node() is node
    assert node.numKnobs() == count + 1
    with pytest.raises(ValueError, match="already"):
        node.addKnob(nuke.Int_Knob("p_cfg"))
    node.removeKnob(knob)
    assert node.knob("p_cfg") is None
    with pytest.raises(ValueError, match="no user knob"):
        node.removeKnob(node["label"])


def test_the_first_user_knob_brings_the_user_tab(nuke: Any) -> None:
    dot = nuke.nodes.Dot()
    dot.addKnob(nuke.String_Knob("note"))
    assert isinstance(dot["User"], nuke.Tab_Knob)


def test_dividers_need_no_name(nuke: Any, node: Any) -> None:
    count = node.numKnobs()
    node.addKnob(nuke.Text_Knob(""))
    node.addKnob(nuke.Text_Knob(""))
    assert node.numKnobs() == count + 2


def test_knobs_can_be_read_from_text(node: Any) -> None:
    node.readKnobs('addUserKnob {28 p_prompt l "Say it"}\np_prompt "a \\[b]\\nc"')
    assert node["p_prompt"].value() == "a [b]\nc"
    assert node["p_prompt"].label() == "Say it"
    assert 'p_prompt "a \\[b]\\nc"' in node.writeKnobs()


def test_a_user_text_from_a_path_and_range(node: Any) -> None:
    read = node.node("Result")
    read["file"].fromUserText("/out/v001/a.####.exr 1001-1010")
    assert read["file"].getText() == "/out/v001/a.####.exr"
    assert [read[name].value() for name in ("first", "last", "origfirst", "origlast")] == [
        1001, 1010, 1001, 1010,
    ]  # fmt: skip


def test_a_write_has_the_knobs_of_its_file_type(nuke: Any) -> None:
    write = nuke.nodes.Write()
    assert write.knob("datatype") is None
    write["file_type"].setValue("exr")
    assert write["datatype"].values() == ["16 bit half", "32 bit float"]
    write["file_type"].setValue("png")
    assert write["datatype"].values() == ["8 bit", "16 bit"]
    assert write.knob("compression") is None
    other = nuke.nodes.Write(file="/tmp/a.exr")
    assert other["file_type"].value() == "exr"


def test_colour_spaces_depend_on_the_management(nuke: Any) -> None:
    write = nuke.nodes.Write(file_type="png")
    assert write["colorspace"].value() == "default (sRGB)"
    assert "rec709" in write["colorspace"].values()
    nuke.root()["OCIO_config"].setValue("aces_1.2")
    nuke.root()["colorManagement"].setValue("OCIO")
    assert "Utility - sRGB - Texture" in write["colorspace"].values()
    with pytest.raises(TypeError):
        write["colorspace"].setValue("sRGB")


def test_formats(nuke: Any) -> None:
    constant = nuke.nodes.Constant()
    assert constant.width() == nuke.root().width() == 2048
    nuke.addFormat("640 480 plate")
    constant["format"].setValue("plate")
    assert (constant.width(), constant.height()) == (640, 480)
    assert constant["format"].value().name() == "plate"
    with pytest.raises(ValueError, match="no format"):
        constant["format"].setValue("plates")


def test_a_kind_that_python_cannot_set_is_not_modelled(app: NukeApp, node: Any) -> None:
    with app.breaking(NotModelled):
        node["result_file"].setValue("x")
    with app.breaking(NotModelled):
        node["p_strength"].vect()


def test_a_button_runs_with_its_node(app: NukeApp, node: Any) -> None:
    app.click(node, "generate")
    assert node["uid"].value() == "pressed"
    node["uid"].setValue("")
    node["generate"].execute()
    assert node["uid"].value() == "pressed"


def test_a_password_is_never_written(nuke: Any, node: Any, app: NukeApp, tmp_path: Path) -> None:
    node.addKnob(nuke.Password_Knob("key"))
    node["key"].setValue("secret")
    app.save(tmp_path / "a.nk")
    assert "secret" not in (tmp_path / "a.nk").read_text()
