"""The shipped gizmos are those that the description makes, and what a workflow's own has in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comfyrelay.form import Form, Input, Output, Param
from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.published import published
from tests.fakes.nuke_app import NukeApp

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "plugins" / "nuke" / "gizmos"
TRICKY = 'a [cat] $x {y} "z" \\ back\nline'


def test_the_files_are_what_the_description_makes() -> None:
    command = [sys.executable, "-m", "comfyrelay_nuke.build_gizmo", "--shipped", str(SHIPPED)]
    path = os.pathsep.join(str(ROOT / "plugins" / name) for name in ("common", "nuke"))
    ran = subprocess.run(
        [*command, "--check"], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


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
