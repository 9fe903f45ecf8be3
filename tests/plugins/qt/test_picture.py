"""How the panel looks, without a relay; and that it needs nothing that only one Qt has."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from comfyrelay_qt.panel import QueuePanel
from comfyrelay_qt.shim import QtCore
from comfyrelay_qt.signs import ON_DARK, ON_LIGHT
from tests.plugins.qt.picture import NARROW, WIDE, drawn, main

ROOT = Path(__file__).parents[3]
PATH = os.pathsep.join(
    [str(ROOT), str(ROOT / "plugins" / "common"), str(ROOT / "plugins" / "nuke")]
)
OTHER_QT = """
import importlib, sys
from pathlib import Path
sys.modules["PySide2"] = importlib.import_module("PySide6")
for name in ("QtCore", "QtGui", "QtWidgets"):
    sys.modules[f"PySide2.{name}"] = importlib.import_module(f"PySide6.{name}")
sys.modules["PySide6"] = None
from tests.plugins.qt.picture import main
main(Path(sys.argv[1]))
"""
NO_QT = """
import sys
import comfyrelay_qt, comfyrelay_qt.rows
from tests.fakes.nuke_app import NukeApp
from pathlib import Path
app = NukeApp(plugin_path=(Path("plugins/nuke"),))
with app.installed() as nuke:
    nuke.createNode("ComfyRelay")
    app.quit()
assert not [name for name in sys.modules if name.startswith("PySide")], sys.modules
"""


def seen(panel: QueuePanel) -> set[str]:
    """Every colour in a picture of it."""
    file = QtCore.QBuffer()
    panel.grab().save(file, "PNG")
    with Image.open(io.BytesIO(bytes(file.data().data()))) as image:
        found = image.convert("RGB").getcolors(image.width * image.height) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in found}


def run(source: str, *arguments: str) -> None:
    command = [sys.executable, "-c", source, *arguments]
    environment = {"PYTHONPATH": PATH, "HOME": "/nonexistent", "COMFY_RELAY_URL": "http://[::1]:1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("width", "is_dark"), [(NARROW, True), (WIDE, False)])
def test_every_mood_has_its_colour_and_no_button_is_cut(width: int, is_dark: bool) -> None:
    with drawn(width=width, is_dark=is_dark) as panel:
        colours = seen(panel)
        assert set((ON_DARK if is_dark else ON_LIGHT).values()) <= colours
        assert panel.width() == width
        for button in (panel.cancel, panel.open, panel.explain):
            assert button.width() >= button.sizeHint().width()
            assert panel.rect().contains(button.geometry())


def test_the_picture_of_the_docs_is_small(tmp_path: Path) -> None:
    main(tmp_path / "panel.png")
    assert (tmp_path / "panel.png").stat().st_size < 60_000


def test_pyside2_does_as_well(tmp_path: Path) -> None:
    run(OTHER_QT, str(tmp_path / "panel.png"))
    assert (tmp_path / "panel.png").exists()


def test_until_it_is_opened_no_qt_is_imported() -> None:
    run(NO_QT)
