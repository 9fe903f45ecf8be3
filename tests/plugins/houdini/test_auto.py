"""Auto: what is connected or set changed, and after a moment the node generates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.desktop import Desktop, code_values


@pytest.fixture
def quick(hou: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment is short."""
    from comfyrelay_houdini import auto

    monkeypatch.setattr(auto, "SETTLED_S", 0.05)


def due() -> dict[int, float]:
    """What Auto is about to do."""
    from comfyrelay_houdini.plugin import plugin

    return plugin().due


def test_a_change_upstream_generates(desktop: Desktop, app: HouApp, quick: None) -> None:
    node = desktop.node("invert")
    app.enter(node, "auto", 1)

    desktop.plate.parmTuple("f4").set((1, 0, 0, 1))

    desktop.until(lambda: node.evalParm("version") == "v001", node)
    desktop.until_over(node)
    assert code_values(node.evalParm("file1")) == [0, 255, 255]


def test_a_parm_of_the_form_generates_and_a_result_does_not(
    desktop: Desktop, app: HouApp, quick: None
) -> None:
    node = desktop.node("blur")
    app.enter(node, "auto", 1)

    node.parm("p_radius").set(7)

    desktop.until(lambda: node.evalParm("version") == "v001", node)
    desktop.until_over(node)
    assert due() == {}


def test_without_auto_nothing_begins(desktop: Desktop, app: HouApp, quick: None) -> None:
    node = desktop.node("blur")
    app.enter(node, "auto", 1)
    app.enter(node, "auto", 0)

    node.parm("p_radius").set(7)

    assert due() == {}
    app.pump()
    assert not desktop.kept(node).key


def test_a_scene_that_is_opened_again_is_watched(
    desktop: Desktop, app: HouApp, quick: None, tmp_path: Path
) -> None:
    node = desktop.node("blur")
    path = node.path()
    app.enter(node, "auto", 1)
    app.save(tmp_path / "shot.hip")
    app.open(tmp_path / "shot.hip")
    app.pump_until(lambda: app.node(path).eventCallbacks())

    app.node(path).parm("p_radius").set(7)

    again = app.node(path)
    desktop.until(lambda: again.evalParm("version") == "v001", again)
    desktop.until_over(again)
