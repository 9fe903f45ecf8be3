"""The core of the fake runs where the plugins run: no numpy, no package of the project's."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.pythons import VERSIONS, python

ROOT = Path(__file__).parents[3]
SESSION = """
import sys
from pathlib import Path
from tests.fakes.hou_app import HouApp

app = HouApp(gui=False, hda_path=(Path(sys.argv[1], "otls"),))
with app.installed() as hou:
    node = hou.node("/img").createNode("copnet").createNode("studio::blend")
    node.parm("status").set("a [b] {c}")
    node.parm("seed").setExpression("$F + 1")
    app.save(Path(sys.argv[1], "a.hip"))
    app.open(Path(sys.argv[1], "a.hip"))
    node = hou.node("/img/copnet1/blend1")
    print(node.evalParm("status"), node.evalParm("seed"))
    assert not {"numpy", "OpenEXR", "PIL"} & set(sys.modules)
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_session_in_each_python(version: str, otls: Path, tmp_path: Path) -> None:
    stubs = Path(sysconfig.get_path("purelib"), "hou-stubs")
    environment = {**os.environ, "COMFYRELAY_HOU_STUBS": str(stubs), "PYTHONPATH": "."}
    done = subprocess.run(
        [python(version), "-W", "error", "-c", SESSION, str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "a [b] {c} 2\n", done.stderr
