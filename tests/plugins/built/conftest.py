"""The plugins as an artist gets them: built once for all tests, and unpacked."""

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


PYTHON = {"nuke": "python", "houdini": "packages/comfyrelay/scripts/python"}


@dataclass(frozen=True)
class Built:
    """A DCC's zip, and the folder that came out of it."""

    dcc: str
    archive: Path
    folder: Path

    @property
    def python(self) -> Path:
        """Where its packages lie."""
        return self.folder / PYTHON[self.dcc]


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All zips, each unpacked beside. Do not write into it: all processes of this run share it."""
    own = tmp_path_factory.getbasetemp()
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    shared = (own if alone else own.parent) / "Plugins für Nuke und Houdini"
    with (shared.parent / "plugins.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _build(shared)
    return shared


@pytest.fixture(scope="session")
def built(dist: Path) -> Built:
    """Nuke's plugin."""
    return found(dist, "nuke")


@pytest.fixture(scope="session")
def built_for_houdini(dist: Path) -> Built:
    """Houdini's."""
    return found(dist, "houdini")


def found(dist: Path, dcc: str) -> Built:
    """The plugin of that DCC."""
    (archive,) = dist.glob(f"comfyrelay-{dcc}-*.zip")
    return Built(dcc, archive, dist / f"comfyrelay-{dcc}")


def _build(out: Path) -> None:
    command = [sys.executable, "-m", "plugins.shipping", "--out", out]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for archive in out.glob("comfyrelay-*.zip"):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(out)
