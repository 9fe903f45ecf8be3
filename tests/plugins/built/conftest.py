"""The plugin as an artist gets it: built once for all tests, and unpacked."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Built:
    """A zip, and the folder that came out of it."""

    archive: Path
    folder: Path

    @property
    def python(self) -> Path:
        """Where its packages lie."""
        return self.folder / "python"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Nuke's plugin. Do not write into it: all processes of this run share it."""
    own = tmp_path_factory.getbasetemp()
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    shared = (own if alone else own.parent) / "Plugins für Nuke"
    with (shared.parent / "plugins.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _build(shared)
    (archive,) = shared.glob("comfyrelay-nuke-*.zip")
    return Built(archive, shared / "comfyrelay-nuke")


def _build(out: Path) -> None:
    command = [sys.executable, "-m", "plugins.shipping", "--out", out]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for archive in out.glob("comfyrelay-nuke-*.zip"):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(out)
