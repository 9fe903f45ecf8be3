"""Assets: what a library holds, and what instances make of a new definition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp, NotModelled

from .assets import Asset, Inner, value, write
from .blend import BLEND, PARMS


def test_a_definition_tells_its_sections(hou: Any, node: Any, otls: Path) -> None:
    definition = node.type().definition()
    assert definition.nodeTypeName() == "studio::blend::1.0"
    assert definition.libraryFilePath() == (otls / "studio_blend_1.0.hda").as_posix()
    assert definition.hasSection("PythonModule")
    assert definition.sections()["MessageNodes"].contents() == "failed"
    assert (definition.minNumInputs(), definition.maxNumInputs()) == (0, 2)
    assert definition.version() == "1.0"
    assert hou.nodeType("Cop/studio::blend::1.0") is node.type()
    assert node.type().instances() == (node,)
    assert (node.inputNames(), node.outputNames()) == (("background", "matte"), ("result",))
    assert (node.inputLabels(), node.inputDataTypes()) == (
        ("Background", "Matte"),
        ("RGBA", "Mono"),
    )


def test_the_network_is_that_of_the_contents(node: Any) -> None:
    assert [(n.name(), n.type().name()) for n in node.children()] == [
        ("inputs", "input"), ("result", "file"), ("pick", "switch"), ("failed", "error"),
        ("notes", "null"), ("send", "rop_image"), ("outputs", "output"),
    ]  # fmt: skip
    node.parm("result_path").set("/shots/a.exr")
    assert node.node("result").evalParm("filename") == "/shots/a.exr"
    assert node.node("inputs").outputNames() == ("background", "matte")
    assert [c.inputNode().name() for c in node.node("pick").inputConnections()] == [
        "inputs",
        "result",
    ]


def test_the_newest_version_is_made(tmp_path: Path) -> None:
    for version in ("1.0", "10.0", "9.0"):
        write(tmp_path, replace(BLEND, name=f"studio::blend::{version}"))
    with HouApp(hda_path=(tmp_path,)).installed() as hou:
        network = hou.node("/img").createNode("copnet")
        assert network.createNode("studio::blend").type().name() == "studio::blend::10.0"
        assert network.createNode("studio::blend::9.0").type().name() == "studio::blend::9.0"


def test_instances_take_a_new_definition(app: HouApp, hou: Any, node: Any, otls: Path) -> None:
    group = node.parmTemplateGroup()
    group.appendToFolder("Form", hou.IntParmTemplate("steps", "Steps", 1, default_value=(20,)))
    node.setParmTemplateGroup(group)
    node.setParms({"seed": 42, "steps": 30, "status": "v001"})
    changed = PARMS.replace('"strength"', '"force"').replace('name "status"', 'name "state"')
    changed = changed.replace('chs(\\"status\\")', 'chs(\\"state\\")')
    library = write(otls, replace(BLEND, parms=changed))
    hou.hda.reloadFile(str(library))
    assert (node.evalParm("seed"), node.evalParm("steps")) == (42, 30)
    assert node.parm("steps").containingFolders() == ("Form",)
    assert node.parm("strength") is None
    assert (node.evalParm("force"), node.evalParm("state")) == (0.5, "idle")
    assert ("OnUpdated", node.path()) in vars(hou.session)["heard"]


@pytest.mark.parametrize(
    ("asset", "told"),
    [
        (replace(BLEND, inputs=3), "other connectors"),
        (replace(BLEND, parms=PARMS.replace("toggle", "togle")), "no parm type"),
    ],
)
def test_a_library_that_is_wrong_is_refused(tmp_path: Path, asset: Asset, told: str) -> None:
    write(tmp_path, asset)
    with pytest.raises(Exception, match=told), HouApp(hda_path=(tmp_path,)).installed():
        pass


def test_a_wrong_parm_in_the_contents_is_told(tmp_path: Path) -> None:
    inner = Inner("result", "file", value("file", "a.exr"))
    write(tmp_path, Asset("studio::one::1.0", "", network=(inner,)))
    app = HouApp(hda_path=(tmp_path,))
    with app.installed() as hou:
        hou.node("/img").createNode("copnet").createNode("studio::one")
        assert "no parm 'file' of file" in app.load_errors.pop()


def test_a_section_that_is_not_marked_as_python_is_hscript(otls: Path, app: HouApp) -> None:
    (options,) = otls.rglob("ExtraFileOptions")
    options.write_text("{}")
    with app.installed() as hou, pytest.raises(NotModelled, match="OnCreated is HScript"):
        hou.node("/img").createNode("copnet").createNode("studio::blend")


def test_geometry_is_known_by_its_file(tmp_path: Path) -> None:
    message = value("errormsg1", '"not generated"') + value("severity1", '"warn"')
    empty = 'strcmp(chs("../path"), "") == 0'
    inside = (
        Inner("read", "file", value("file", '"`chs(\\"../path\\")`"')),
        Inner("nothing", "null"),
        Inner(
            "kind", "switch", value("input", "[ input 0 ]"), {"input": empty},
            wires={0: ("read", 0), 1: ("nothing", 0)},
        ),
        Inner(
            "told", "error", value("enable1", "[ enable1 0 ]") + message, {"enable1": empty},
            wires={0: ("kind", 0)},
        ),
        Inner("output0", "output", wires={0: ("told", 0)}),
    )  # fmt: skip
    parms = 'parm {\nname "path"\ntype geometry\ndefault { "" }\n}'
    sections = {"MessageNodes": "told"}
    write(tmp_path, Asset("studio::mesh::1.0", parms, "Sop", sections=sections, network=inside))
    app = HouApp(hda_path=(tmp_path,))
    with app.installed() as hou:
        node = hou.node("/obj").createNode("geo").createNode("studio::mesh")
        node.cook()
        assert (app.cooking.mesh(node), node.warnings()) == (None, ("not generated",))
        (tmp_path / "a.obj").write_text("v 0 0 0")
        node.parm("path").set((tmp_path / "a.obj").as_posix())
        node.cook()
        assert (app.cooking.mesh(node), node.warnings()) == (tmp_path / "a.obj", ())
        node.parm("path").set("/nowhere.obj")
        with pytest.raises(hou.OperationFailed, match="/nowhere"):
            node.cook()
