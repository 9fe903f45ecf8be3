"""A session of a simulated DCC with the zip, as an artist unpacks it, in a Python of that DCC."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.plugins.built.conftest import ROOT, Built
from tests.rig import Rig

STUBS = Path(sysconfig.get_path("purelib"))


@dataclass(frozen=True)
class Session:
    """The file that is run in it, and the variable by which the DCC finds the plugin."""

    script: str
    variable: str
    names: str  # of the zip's folder: what the variable names
    stubs: Mapping[str, str]

    def run(self, runner: str, built: Built, folder: Path, rig: Rig, scene: str) -> dict[str, Any]:
        """What was seen, in an empty folder and with an empty home. `left` says what of others
        was imported, and there is nothing."""
        plugin = folder / "the plugin"
        with zipfile.ZipFile(built.archive) as archive:
            archive.extractall(plugin)
        (home := folder / "home").mkdir()
        environment = {
            "HOME": str(home), "PYTHONPATH": str(ROOT), "COMFY_RELAY_URL": rig.url,
            self.variable: str(plugin / self.names), **self.stubs,
        }  # fmt: skip
        done = subprocess.run(
            [runner, "-sB", "-Werror", Path(__file__).with_name(self.script), folder / scene],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        seen: dict[str, Any] = json.loads(done.stdout)
        assert (seen["started"], seen["threads"], seen["left"]) == ([], 1, [])
        assert Path(seen["from"]).is_relative_to(plugin)
        return seen


def is_picture(path: str | Path) -> bool:
    """Of the size that was asked for, and not of one colour."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    return pixels.shape == (64, 64, 3) and pixels.std() > 0
