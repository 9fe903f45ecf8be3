"""The core of the fake runs where the plugins run: no numpy, no package of the project's."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.pythons import VERSIONS, python

HERE = Path(__file__).parent
SESSION = """
import sys
from pathlib import Path
from tests.fakes.nuke_app import NukeApp

app = NukeApp(gui=False, plugin_path=(Path("tests/fakes/plugins").resolve(),))
with app.installed() as nuke:
    node = nuke.createNode("Blend")
    node["prompt"].setValue("a [b] {c}")
    node.node("Show")["which"].setExpression("parent.mode + 1")
    app.save(Path(sys.argv[1]))
    app.open(Path(sys.argv[1]))
    print(app.node("Blend")["prompt"].value(), nuke.toNode("Blend.Show")["which"].value())
    assert not {"numpy", "OpenEXR", "PIL"} & set(sys.modules)
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_session_in_each_python(version: str, tmp_path: Path) -> None:
    runner = python(version)
    if subprocess.run(
        [runner, "-c", "import tkinter"], capture_output=True, check=False
    ).returncode:
        pytest.skip(f"Python {version} of this machine has no tkinter")
    stubs = Path(sysconfig.get_path("purelib"), "nuke-stubs")
    environment = {**os.environ, "COMFYRELAY_NUKE_STUBS": str(stubs), "PYTHONPATH": "."}
    done = subprocess.run(
        [runner, "-W", "error", "-c", SESSION, str(tmp_path / "a.nk")],
        cwd=HERE.parents[1], env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "a [b] {c} 2.0\n", done.stderr
