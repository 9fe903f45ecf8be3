"""The shipped gizmos are those that the description makes, and what a workflow's own has in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from comfyrelay.form import Form, Input, Output, Param
from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.published import published
from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.tcl_text import faults

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "plugins" / "nuke" / "gizmos"
STARTERS = ROOT / "relay_server" / "starter_workflows"
TRICKY = 'a [cat] $x {y} "z" \\ back\nline'


def test_the_files_are_what_the_description_makes() -> None:
    command = [sys.executable, "-m", "comfyrelay_nuke.build_gizmo", "--shipped", str(SHIPPED)]
    path = os.pathsep.join(str(ROOT / "plugins" / name) for name in ("common", "nuke"))
    ran = subprocess.run(
        [*command, "--check"], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_tcl_reads_them_and_the_gizmo_of_every_starter_as_they_are_meant() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.gizmo")}
    for path in STARTERS.glob("*.form.json"):
        about = {"workflow": path.name[: -len(".form.json")], "version": 2, "schema_hash": "h"}
        form = Form.from_json({**about, **json.loads(path.read_text(encoding="utf-8"))})
        group = published(form)
        texts[group.name] = nk.written(group)

    assert {name: found for name, text in texts.items() if (found := faults(text))} == {}
    assert len(texts) > len(gizmos.GIZMOS)


def test_what_nuke_would_stumble_over_is_found() -> None:
    knobs = r"addUserKnob {4 a M {x y}} addUserKnob {41 a T No.file} addUserKnob {99 2b}"
    wrong = f'Group {{ name G {knobs} addUserKnob {{22 c T "if x"}} }}\nend_group'

    assert [each.partition(":")[0] for each in faults(wrong)] == ["G", "G.a", "G.2b", "G.2b", "G.c"]


@pytest.mark.parametrize("name", [describe().name for describe in gizmos.GIZMOS])
def test_nuke_makes_them_without_a_word(name: str) -> None:
    app = NukeApp(plugin_path=(SHIPPED,))
    with app.installed() as nuke:
        made = nuke.createNode(name)
    assert made.Class() == "Group"


def test_a_workflows_own_gizmo_has_its_knobs_from_the_start(tmp_path: Path) -> None:
    params = (
        Param("prompt", "text", default=TRICKY, multiline=True),
        Param("strength", "float", default=0.25, min=0.0, max=1.0, group="Model"),
        Param("loras", "loras", models="loras", group="Model"),
    )
    form = Form("my-look", 3, "h", inputs=(Input("image"),), params=params, outputs=(Output("o"),))
    group = published(form)
    (tmp_path / f"{group.name}.gizmo").write_text(nk.written(group))
    app = NukeApp(plugin_path=(tmp_path,))
    with app.installed() as nuke:
        made = nuke.createNode("my_look_v3")
        assert made["p_prompt"].value() == TRICKY
        assert made["p_strength"].value() == 0.25
        assert made["p_loras_ROW1_MODEL"].value() == 1
