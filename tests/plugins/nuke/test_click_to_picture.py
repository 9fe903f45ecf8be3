"""From the button to the picture, in a Nuke in software, with a real relay behind it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp, png

ROOT = Path(__file__).parents[3]
FARM = """
import sys
from pathlib import Path
import numpy as np
from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp

script, out = map(Path, sys.argv[1:])
app = NukeApp(gui=False)  # nothing on its plugin path
with app.installed() as nuke:
    app.open(script)
    np.save(out, Comp(app, nuke, out.parent / "farm").rendered(nuke.toNode("ComfyRelay")))
assert not [name for name in sys.modules if name.startswith("comfyrelay")]
"""


def test_generate_shows_the_result(comp: Comp) -> None:
    node = comp.node("invert")

    comp.generate(node)

    sent = np.round(255 * _srgb(comp.rendered(comp.plate)))
    result = png(node["result_file"].value())
    assert np.abs(result.astype(int) - (255 - sent)).max() <= 1
    assert Path(node["result_file"].value()).parent.name == "v001"
    shown = np.round(255 * _srgb(comp.rendered(node)))
    assert np.array_equal(shown, result)


def test_values_wires_and_the_result_are_there_when_the_script_is_opened_again(
    comp: Comp, app: NukeApp, tmp_path: Path
) -> None:
    node = comp.node("blur")
    node["p_radius"].setValue(3)
    comp.generate(node)
    shown = comp.rendered(node)

    app.save(tmp_path / "comp.nk")
    app.open(tmp_path / "comp.nk")

    again = comp.nuke.toNode("ComfyRelay")
    assert again["p_radius"].value() == 3
    assert again["version"].value() == "v001"
    assert again.input(0) is not None
    assert np.array_equal(comp.rendered(again), shown)


def test_a_farm_renders_the_saved_script_without_the_plugin(
    comp: Comp, app: NukeApp, tmp_path: Path
) -> None:
    node = comp.node("invert")
    comp.generate(node)
    shown = comp.rendered(node)
    app.save(tmp_path / "comp.nk")

    ran = subprocess.run(
        [sys.executable, "-c", FARM, str(tmp_path / "comp.nk"), str(tmp_path / "farm.npy")],
        cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert np.array_equal(np.load(tmp_path / "farm.npy"), shown)


def test_a_missing_input_is_told_on_the_node(comp: Comp) -> None:
    node = comp.node("invert")
    node.setInput(0, None)

    assert "nothing connected" in comp.refused(node)


def _srgb(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def test_an_older_version_is_shown_from_the_menu(comp: Comp) -> None:
    node = comp.node("blur")
    node["p_radius"].setValue(1)
    comp.generate(node)
    first = node["result_file"].value()
    node["p_radius"].setValue(6)
    comp.generate(node)

    node["version"].setValue("v001")

    comp.app.pump_until(lambda: node["result_file"].value() == first)


def test_a_choice_is_kept_although_the_menus_are_filled_meanwhile(comp: Comp) -> None:
    from comfyrelay_nuke.catalog import fill_menus

    node = comp.node("invert")
    node["workflow"].setValue("blur")
    fill_menus()  # as if the relay's list came just now

    comp.app.pump_until(lambda: comp.kept(node).workflow == "blur")
    comp.app.pump_until(lambda: node["workflow"].value() == "blur")
