"""What an artist sees of our assets before anything acts: menus, parms of a form, a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comfyrelay.form import Form, Input, Param
from comfyrelay_houdini import assets
from comfyrelay_houdini.definition import files
from comfyrelay_houdini.dialog_script import spare_parms
from comfyrelay_houdini.form_parms import form_folder
from tests.fakes.hou_app import HouApp

FORM = Form(
    "look", 1, "h", inputs=(Input("beauty"),),
    params=(
        Param("steps", "int", default=20, min=1, max=150, group="Sampling"),
        Param("prompt", "text", default='a "cat" for $5', multiline=True),
        Param("loras", "loras", models="loras"),
    ),
)  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> HouApp:
    """With the asset for any workflow, without what acts on nodes."""
    for name, text in files(replace(assets.workflow(), events={})).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return HouApp(hda_path=(tmp_path,))


@pytest.fixture
def node(app: HouApp) -> Iterator[Any]:
    """One of it, in a session."""
    with app.installed() as hou:
        yield hou.node("/img").createNode("copnet").createNode("comfyrelay::workflow")
        app.quit()


def test_menus_answer_from_memory(node: Any) -> None:
    from comfyrelay_houdini.menus import MEMORY

    assert list(node.parm("workflow").menuItems()) == [""]
    MEMORY.workflows = ("blur", "upscale")
    assert list(node.parm("workflow").menuItems()) == ["", "blur", "upscale"]
    node.parm("relay_result").set("v002")
    assert list(node.parm("version").menuItems()) == ["", "v002"]


def test_the_status_is_a_label_that_shows_a_string(node: Any) -> None:
    assert node.evalParm("status_shown") == "not generated yet"
    node.parm("status").set("37 %")
    assert node.evalParm("status_shown") == "37 %"


def test_a_form_becomes_spare_parms(app: HouApp, node: Any) -> None:
    import hou

    own, group = hou.ParmTemplateGroup(), node.parmTemplateGroup()
    own.setToDialogScript(spare_parms([form_folder(FORM, assets.INPUTS)]))
    for entry in own.entries():
        group.append(entry)
    node.setParmTemplateGroup(group)
    assert node.evalParm("p_steps") == 20
    assert node.parm("p_prompt").unexpandedString() == 'a "cat" for $5'
    assert node.evalParm("p_beauty_FROM") == "auto"
    assert (node.evalParm("p_loras"), node.evalParm("p_loras_ROW1")) == (1, "(none)")
    assert node.parm("p_steps").containingFolders() == ("Parameters", "Sampling")


def test_a_report_tells_what_happened(app: HouApp, node: Any) -> None:
    node.parm("relay_workflow").set("blur")
    node.parm("log").set("12:00:00 the relay is away")
    app.click(node, "copy_report")
    assert "comfyrelay::workflow::1.0" in app.clipboard
    assert "workflow: blur" in app.clipboard
    assert "the relay is away" in app.clipboard
