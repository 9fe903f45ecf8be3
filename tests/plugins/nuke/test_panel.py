"""The queue panel in a Nuke in software: where it is opened, what it shows, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp
from tests.plugins.qt.screen import application, close, until_row


def opened(app: NukeApp, menu: str, item: str) -> Any:
    """The panel that a menu opens."""
    application()
    app.main_loop.run(app.module.menu(menu).findItem(item).invoke, item)
    panel = app.opened[-1]
    panel.show()
    return panel


def test_a_job_leads_back_to_its_node_and_folder(
    comp: Comp, app: NukeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("comfyrelay_qt.panel.in_file_browser", shown.append)
    node = comp.node("invert")
    comp.generate(node)
    comp.plate.setSelected(True)
    node.setSelected(False)
    app.save(comp.folder / "comp.nk")
    panel = opened(app, "Pane", "Comfy Relay Queue")
    row = until_row(app, panel, "done")
    assert row.origin == "ComfyRelay"  # sent before the script had a name

    panel.list.choose(row.id)
    app.main_loop.run(panel.open.click, "Open result")

    app.pump_until(lambda: shown)
    assert str(shown[0]) == node["relay_folder"].value()
    assert [each.name() for each in comp.nuke.selectedNodes()] == ["ComfyRelay"]
    assert app.looked_at == ["ComfyRelay"]
    assert not comp.nuke.root().modified()
    close(panel)


def test_the_menu_opens_it_beside_the_properties(app: NukeApp, nuke: Any) -> None:
    assert app.panels
    assert app.opened == []
    panel = opened(app, "Nuke", "Comfy Relay/Queue")
    assert panel.windowTitle() == "Comfy Relay Queue"
    close(panel)
