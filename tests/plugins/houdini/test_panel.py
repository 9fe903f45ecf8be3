"""The queue panel in a Houdini in software: where it is opened, and the way back to a node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop
from tests.plugins.qt.screen import application, close, until_row

PANELS = OTLS.parent / "python_panels"


@pytest.fixture
def panel(app: HouApp, desktop: Desktop) -> Any:
    """As a pane's menu opens it."""
    application()
    app.panes.install_folder(PANELS)
    (label,) = app.panes.menu
    assert label == "Comfy Relay Queue"
    made = app.panes.open(label)
    made.show()
    return made


def test_a_job_leads_back_to_its_node_and_folder(
    panel: Any, desktop: Desktop, app: HouApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("comfyrelay_qt.panel.in_file_browser", shown.append)
    node = desktop.node("invert")
    node.setPosition((30, -12))
    desktop.generate(node)
    desktop.plate.setCurrent(True, clear_all_selected=True)
    undo = len(app.changes.undo_stack)
    row = until_row(app, panel, "done")
    assert row.origin == node.path()

    panel.list.choose(row.id)
    app.main_loop.run(panel.open.click, "Open result")

    app.pump_until(lambda: shown)
    assert str(shown[0]) == desktop.kept(node).folder
    assert node.isCurrent()
    assert desktop.hou.selectedNodes() == (node,)
    (editor,) = app.panes.editors
    assert editor.pwd() == desktop.cops
    low, high = editor.visibleBounds().min(), editor.visibleBounds().max()
    assert low.x() < 30 < high.x()
    assert low.y() < -12 < high.y()
    assert len(app.changes.undo_stack) == undo
    close(panel)


def test_without_a_network_editor_the_node_is_selected(
    panel: Any, desktop: Desktop, app: HouApp
) -> None:
    from comfyrelay_houdini.panel import select

    node = desktop.node("invert")
    desktop.until(lambda: desktop.kept(node).uid, node)
    desktop.plate.setCurrent(True, clear_all_selected=True)
    app.panes.editors.clear()

    select("a node of another scene")
    assert desktop.plate.isCurrent()
    select(desktop.kept(node).uid)
    assert node.isCurrent()
    close(panel)
