"""The zip, unpacked into an empty folder and named in NUKE_PATH, works in each Nuke's Python."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.plugins.built.conftest import ROOT, Built
from tests.pythons import python
from tests.rig import Rig

SESSION = Path(__file__).with_name("nuke_session.py")
NUKES = ("3.9", "3.10", "3.11", "3.13")
"""The Pythons of Nuke 14 to 17, and one newer."""
STUBS = Path(sysconfig.get_path("purelib"), "nuke-stubs")


@pytest.mark.parametrize("version", NUKES)
def test_an_artist_generates_with_what_was_unpacked(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    runner = _with_tcl(python(version))
    with zipfile.ZipFile(built.archive) as archive:
        archive.extractall(tmp_path / "for Nuke")
    (home := tmp_path / "home").mkdir()
    environment = {
        "HOME": str(home), "PYTHONPATH": str(ROOT), "COMFYRELAY_NUKE_STUBS": str(STUBS),
        "NUKE_PATH": str(tmp_path / "for Nuke" / "comfyrelay-nuke"), "COMFY_RELAY_URL": rig.url,
    }  # fmt: skip

    done = subprocess.run(
        [runner, "-sB", "-Werror", SESSION, tmp_path / "shot.nk"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    seen = json.loads(done.stdout)
    assert (seen["started"], seen["threads"], seen["left"]) == ([], 1, [])
    assert Path(seen["from"]).is_relative_to(tmp_path)
    assert seen["menu"] == ["Comfy Relay", "Comfy Relay Text"]
    assert (seen["prompt"], seen["version"]) == ("a [harbour] at {dawn}", "v001")
    with Image.open(seen["file"]) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == (64, 64, 3)
    assert pixels.std() > 0


def _with_tcl(runner: str) -> str:
    """The same, or skip: the simulated Nuke executes scripts in its Tcl."""
    asked = subprocess.run([runner, "-c", "import tkinter"], capture_output=True, check=False)
    if asked.returncode:
        pytest.skip(f"{runner} has no tkinter")
    return runner
