"""Scripts: executed by a real Tcl, written as Nuke writes them, and read again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NukeApp, tcl

AWKWARD = 'a "b" [c] {d} $e \\ ; # \n  é\ttab'


def test_every_value_survives_save_and_load(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    node = nuke.createNode("Blend")
    node["prompt"].setValue(AWKWARD)
    node["uid"].setValue(AWKWARD)
    node["mode"].setValue("through mask")
    node["p_strength"].setAnimated()
    node["p_strength"].setValueAt(0.125, 1001)
    node["p_steps"].setExpression("frame * 2")
    node.node("Result")["file"].setValue("/out/[value parent.uid]/a b.####.exr")
    node.addKnob(nuke.AColor_Knob("tint"))
    node["tint"].setValue([0, 0.5, 1, 1])
    knob = nuke.Enumeration_Knob("size", "Size of it", ["a", "b c", "d/e"])
    node.addKnob(knob)
    knob.setValue("b c")
    knob.setTooltip('Say "how" [big]')
    knob.clearFlag(nuke.STARTLINE)
    state = {name: k._state() for name, k in node.knobs().items()}
    inner = node.node("Result")["file"].getText()

    app.save(tmp_path / "a.nk")
    app.open(tmp_path / "a.nk")

    again = app.node("Blend")
    assert {name: k._state() for name, k in again.knobs().items()} == state
    assert again.node("Result")["file"].getText() == inner
    assert again["size"].tooltip() == 'Say "how" [big]'
    assert again["size"].label() == "Size of it"
    assert not again["size"].getFlag(nuke.STARTLINE)
    assert app.writer.script() == (tmp_path / "a.nk").read_text()


def test_what_says_so_is_not_written(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    node = nuke.createNode("Blend")
    node["menu"].setValues(["upscale", "inpaint"])
    node["menu"].setValue("inpaint")
    node["status"].setValue("37 %")
    app.save(tmp_path / "a.nk")
    text = (tmp_path / "a.nk").read_text()
    assert "37 %" not in text
    assert "menu inpaint" not in text
    app.open(tmp_path / "a.nk")
    assert app.node("Blend")["status"].value() == "idle"


def test_connections_survive_in_groups_of_groups(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    outer = nuke.nodes.Group(name="Outer")
    with outer:
        first, second = nuke.nodes.Input(name="a"), nuke.nodes.Input(name="b")
        blend = nuke.createNode("Blend")
        blend.setInput(0, second)
        blend.setInput(1, first)
        nuke.nodes.Output(inputs=[blend])
    plate = nuke.nodes.Constant(name="plate")
    outer.setInput(1, plate)
    assert (first["number"].value(), second["number"].value()) == (0, 1)
    assert blend.fullName() == "Outer.Blend"

    app.save(tmp_path / "a.nk")
    app.open(tmp_path / "a.nk")

    again = nuke.toNode("Outer.Blend")
    assert [again.input(0).name(), again.input(1).name()] == ["b", "a"]
    outer = nuke.toNode("Outer")
    assert (outer.input(0), outer.input(1).name()) == (None, "plate")
    assert outer.output().input(0) is again
    assert [n.fullName() for n in nuke.allNodes("Group", recurseGroups=True)] == [
        "Outer", "Outer.Blend",
    ]  # fmt: skip
    with pytest.raises(TypeError):
        nuke.allNodes(grup=None)


def test_a_pasted_node_gets_a_free_name_and_the_selected_input(nuke: Any) -> None:
    plate = nuke.nodes.Constant()
    node = nuke.createNode("Blend")
    assert node.input(0) is None  # nothing was selected
    nuke.nodeCopy("%clipboard%")
    plate.selectOnly()
    copy = nuke.nodePaste("%clipboard%")
    assert (copy.name(), copy.isSelected(), node.isSelected()) == ("Blend1", True, False)
    node["name"].setValue("Blend7")
    node.setName("Blend1")
    assert node.name() == "Blend2"


def test_the_root_is_saved_too(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    root = nuke.root()
    root["first_frame"].setValue(1001)
    root["last_frame"].setValue(1100)
    root["format"].setValue("HD_1080")
    root["colorManagement"].setValue("OCIO")
    root["views"].fromScript("{left ''} {right ''}")
    nuke.frame(1010)
    app.save(tmp_path / "a.nk")
    app.open(tmp_path / "a.nk")
    root = nuke.root()
    assert (root.firstFrame(), root.lastFrame(), nuke.frame()) == (1001, 1100, 1010)
    assert (root.width(), root["colorManagement"].value()) == (1920, "OCIO")
    assert nuke.views() == ["left", "right"]
    assert nuke.scriptName() == (tmp_path / "a.nk").as_posix()


def test_an_unsaved_script_has_no_name(nuke: Any) -> None:
    with pytest.raises(RuntimeError):
        nuke.scriptName()
    assert nuke.root()["name"].value() == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Dot {\n name A\n", "missing close-brace"),
        ("Dot {\n name\n}\n", "without a value"),
        ("Group {\n}\nend_group\nend_group\n", "end_group without"),
        ("Dot {\n addUserKnob {99 x}\n}\n", "no kind of knob"),
        ("Blurr {\n}\n", "Unknown command"),
        ("Switch {\n which {{frame > 5}}\n}\n", "needs quotes"),
        ("frobnicate 1 2\n", "no node or command"),
    ],
)
def test_a_broken_script_is_refused(nuke: Any, tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.nk").write_text(text)
    with pytest.raises(RuntimeError, match=problem):
        nuke.nodePaste(str(tmp_path / "a.nk"))


def test_what_a_script_sets_wrongly_is_told(app: NukeApp, nuke: Any) -> None:
    nuke.scriptReadText("Dot {\n lable x\n}\nKeymix {\n bbox sideways\n}\n")
    assert app.load_errors == ["Dot: no such knob 'lable'", "bbox has no item 'sideways'"]
    app.load_errors.clear()


STUDIO = r"""
# made by hand
version 11.3 v4
BackdropNode {
 inputs 0
 name Backdrop1
 label "<b>Studio</b> \[value name]"
 bdwidth 300
}
Group {
 inputs 0
 name Studio
 help "Two
lines"
 addUserKnob {20 main l "Studio \"Tools\""}
 addUserKnob {7 amount l Amount t "How much.
Or how little." R -1 1}
 amount {{curve x1001 0 x1010 0.5 1 L 2}}
 addUserKnob {18 tint l Tint}
 tint {0.5 {frame/100} 1}
 addUserKnob {14 size +STARTLINE}
 size {640 480}
 addUserKnob {68 pick l Pick M {a/b a/c d}}
 pick a/c
 addUserKnob {11 layer l Layer +HIDDEN}
 layer rgba.red
 addUserKnob {6 on l "" -STARTLINE}
 addUserKnob {43 note l Note}
 note "\[value amount] \{x\}"
 addUserKnob {20 more l More n 2}
 addUserKnob {30 centre}
 centre {0.5 0.25}
 addUserKnob {20 "" l endGroup n -1}
 addUserKnob {22 go l Go T "
n = nuke.thisNode()
n\['on'].setValue(True)
" +STARTLINE}
}
 Constant {
  inputs 0
  color {{parent.tint.r} 0 {"parent.on ? 1 : 0" i} 1}
  name Constant1
 }
set N1 [stack 0]
 Group {
  inputs 1
  name Inner
 }
  Input {
   inputs 0
   name Input1
  }
  Unpremult {
   channels {rgba.red -rgba.green none}
   name Unpremult1
  }
  Output {
   name Output1
  }
 end_group
push $N1
push 0
push $N1
 Merge2 {
  inputs 2+1
  operation multiply
  name Merge1
 }
 Output {
  name Output1
 }
end_group
Viewer {
 frame_range 1-10
 name Viewer1
}
"""


def test_a_script_of_others_is_the_same_after_two_rounds(
    app: NukeApp, nuke: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.nk").write_text(STUDIO)
    app.open(tmp_path / "a.nk")
    node = nuke.toNode("Studio")
    assert node["tint"].getValueAt(50) == [0.5, 0.5, 1.0]
    assert [node["amount"].getValueAt(f) for f in (1001, 1010, 1011, 1012)] == [0, 0.5, 1, 2]
    assert node["note"].value() == "0 {x}"
    assert node["help"].value() == "Two\nlines"
    assert (node["pick"].value(), node["size"].value()) == ("a/c", [640, 480])
    app.click(node, "go")
    assert node.node("Constant1")["color"].value() == [0.5, 0, 1, 1]
    merge = node.node("Merge1")
    assert [merge.input(i) and merge.input(i).name() for i in range(3)] == [
        "Constant1", None, "Constant1",
    ]  # fmt: skip
    assert node.node("Inner").input(0).name() == "Constant1"
    assert nuke.toNode("Viewer1").input(0) is node
    state = {name: knob._state() for name, knob in node.knobs().items()}
    app.save(tmp_path / "b.nk")
    app.open(tmp_path / "b.nk")
    again = nuke.toNode("Studio")
    assert {name: knob._state() for name, knob in again.knobs().items()} == state
    assert app.writer.script() == (tmp_path / "b.nk").read_text()


def test_scripts_are_read_into_the_one_that_is_open(nuke: Any, tmp_path: Path) -> None:
    (tmp_path / "dots.nk").write_text("Root {\n frame 7\n}\nDot {\n name A\n}\nDot {\n}\n")
    nuke.nodes.Dot(name="A")
    nuke.scriptReadFile(str(tmp_path / "dots.nk"))
    assert [node.name() for node in nuke.allNodes()] == ["A", "A1", "Dot1"]
    assert nuke.frame() == 1
    nuke.knobDefault("Dot.label", "new")
    assert nuke.createNode("Dot")["label"].value() == "new"


def test_quoting_is_undone_by_tcl() -> None:
    for text in (AWKWARD, "", "plain", "a b", "#x", "{", "\\"):
        assert tcl.words(tcl.quoted(text)) == [text]
    assert tcl.quoted("plain") == "plain"


def test_a_gizmo_is_found_by_its_file(app: NukeApp, nuke: Any, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Unknown command"):
        nuke.createNode("Other")
    (tmp_path / "Other.gizmo").write_text("Group {\n name Other\n}\nend_group\n")
    nuke.pluginAddPath(str(tmp_path))
    assert nuke.createNode("Other").name() == "Other"


def test_startup_files_run_as_in_nuke(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "init.py").write_text("import nuke\nnuke.pluginAddPath('inner')\n")
    (inner / "init.py").write_text("import nuke\nnuke.tprint('init')\n")
    (tmp_path / "menu.py").write_text(
        "import nuke\nnuke.menu('Nodes').addCommand('Relay/Blend', 'nuke.tprint(\"made\")')\n"
    )
    app = NukeApp(plugin_path=(tmp_path,))
    with app.installed() as nuke:
        assert str(inner) in sys.path
        nuke.menu("Nodes").findItem("Relay/Blend").invoke()
        assert app.printed == ["init", "made"]
    assert str(inner) not in sys.path
    batch = NukeApp(gui=False, plugin_path=(tmp_path,))
    with batch.installed():
        assert batch.printed == ["init"]


def test_a_startup_file_that_fails_keeps_nuke_from_starting(tmp_path: Path) -> None:
    (tmp_path / "init.py").write_text("import nothing_like_this\n")
    app = NukeApp(plugin_path=(tmp_path,))
    with app.installed():
        assert app.did_not_start.startswith("Nuke did not start")
        app.did_not_start = ""
