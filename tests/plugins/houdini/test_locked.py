"""A node of ours inside somebody's asset: locked, it says so and nothing is sent; left open, it
works."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from comfyrelay_houdini.definition import Asset, files, mangled
from comfyrelay_houdini.dialog_script import Connector, Signature
from comfyrelay_houdini.network import COP, Node, Wire
from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop, code_values

OURS = ("generate", "cancel", "get_result", "fill")


def studio(folder: Path, name: str, editable: Sequence[str] = ()) -> None:
    """`studio::NAME`, an asset with `invert` inside."""
    nodes = (
        Node("input", "inputs", outputs=["output1"]),
        Node("comfyrelay::published::invert::1.0", "made", inputs=[Wire("inputs")], outputs=["C"]),
        Node("output", "outputs", inputs=[Wire("made")], shown=True),
    )
    asset = Asset(
        COP, name, "1.0", "Studio", "Inverts.", (), nodes, "studio", [Connector("plate", "Plate")],
        [Connector("out", "Out")], [Signature("default", "Default", ["RGBA"], ["RGBA"])], events={},
    )  # fmt: skip
    made = dict(files(asset))
    home = f"{asset.directory}/{mangled(asset.full_name)}"
    if editable:
        made[f"{home}/EditableNodes"] = " ".join(editable)
        made[f"{home}/Sections.list"] += "EditableNodes\tEditableNodes\n"
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture
def app(tmp_path: Path) -> HouApp:
    """Of a studio that has `locked` and `open`."""
    studio(tmp_path / "otls", "locked")
    studio(tmp_path / "otls", "open", ["made"])
    return HouApp(hda_path=(OTLS, tmp_path / "otls"))


def test_a_locked_node_says_so_and_nothing_is_sent_or_changed(
    desktop: Desktop, app: HouApp, tmp_path: Path
) -> None:
    around = desktop.cops.createNode("studio::locked")
    around.setInput(0, desktop.plate)
    node, other = around.node("made"), desktop.node("blur")
    app.save(tmp_path / "before.hip")
    before = len(app.changes.log)

    for button in OURS:
        app.click(node, button)
        app.pump()

    said, _severity = app.dialogs.status
    assert said.startswith(f"{node.path()}: X  {node.path()} cannot be changed")
    assert [each for each in app.changes.log[before:] if each[0] == node.path()] == []
    assert app.rendering.executions == []
    desktop.generate(other)
    app.open(tmp_path / "before.hip")
    app.pump()


def test_a_node_that_the_asset_leaves_open_works(desktop: Desktop, app: HouApp) -> None:
    around = desktop.cops.createNode("studio::open")
    around.setInput(0, desktop.constant((1, 0, 0, 1)))
    node = around.node("made")

    desktop.generate(node)

    assert code_values(node.evalParm("file1")) == [0, 255, 255]
    assert desktop.colour(around).tolist() == [0, 1, 1]
