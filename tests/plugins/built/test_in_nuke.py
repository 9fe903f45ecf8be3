"""The zip, unpacked into an empty folder and named in NUKE_PATH, works in each Nuke's Python."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.plugins.built.conftest import Built
from tests.plugins.built.sessions import STUBS, Session, is_picture
from tests.pythons import python
from tests.rig import Rig

NUKES = ("3.9", "3.10", "3.11", "3.13")
"""The Pythons of Nuke 14 to 17, and one newer."""
SESSION = Session(
    "nuke_session.py", "NUKE_PATH", "comfyrelay-nuke",
    {"COMFYRELAY_NUKE_STUBS": str(STUBS / "nuke-stubs")},
)  # fmt: skip


@pytest.mark.parametrize("version", NUKES)
def test_an_artist_generates_with_what_was_unpacked(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    runner = _with_tcl(python(version))

    seen = SESSION.run(runner, built, tmp_path, rig, "shot.nk")

    assert seen["menu"] == ["Comfy Relay", "Comfy Relay Text"]
    assert (seen["prompt"], seen["version"]) == ("a [harbour] at {dawn}", "v001")
    assert is_picture(seen["file"])


def _with_tcl(runner: str) -> str:
    """The same, or skip: the simulated Nuke executes scripts in its Tcl."""
    asked = subprocess.run([runner, "-c", "import tkinter"], capture_output=True, check=False)
    if asked.returncode:
        pytest.skip(f"{runner} has no tkinter")
    return runner
