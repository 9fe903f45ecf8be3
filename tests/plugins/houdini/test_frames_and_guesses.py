"""Ranges of frames, and a Houdini that differs wherever nobody knows what the real one does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.conftest import OTLS
from tests.plugins.houdini.desktop import Desktop, code_values


def test_a_range_is_a_sequence_that_follows_the_time(
    desktop: Desktop, app: HouApp, tmp_path: Path
) -> None:
    """In a folder whose name has what stands for a frame elsewhere."""
    (tmp_path / "take#2").mkdir()
    app.save(tmp_path / "take#2" / "shot.hip")
    desktop.plate.parmTuple("f4")[0].setExpression("($F - 1) / 2")
    node = desktop.node("invert")
    node.parm("range").set("custom")
    node.parm("frames").set("1-3")

    desktop.generate(node)

    assert node.parm("file1").unexpandedString().endswith("$F4.png")
    reds = []
    for frame in (1, 2, 3):
        desktop.hou.setFrame(frame)
        reds.append(code_values(node.evalParm("file1"))[0])
    assert reds == [255, 67, 0]  # 0, 0.5 and 1, encoded and inverted


def test_the_playbar_is_the_inputs_range(desktop: Desktop) -> None:
    desktop.hou.playbar.setPlaybackRange(5, 7)
    node = desktop.node("invert")
    node.parm("range").set("input")

    desktop.generate(node)

    assert desktop.kept(node).frames == "5-7"


def test_what_is_missing_is_filled(desktop: Desktop) -> None:
    node = desktop.node("invert")
    node.parm("range").set("custom")
    node.parm("frames").set("1-2")
    desktop.generate(node)
    desktop.hou.setFrame(2)
    second = Path(node.evalParm("file1"))
    second.unlink()

    desktop.app.click(node, "fill")

    desktop.until(second.exists, node)
    desktop.until_over(node)
    assert node.evalParm("version") == "v001"


@pytest.fixture
def other(at_home: Path) -> HouApp:
    """Each question answered the other way."""
    return HouApp(
        hda_path=(OTLS,), post_from_threads=True, session_ids="fresh", load_begins="load",
        deleted_on_clear=False, change_without_undo="saved", parm_dirties="referenced",
        layer_rows="top",
    )  # fmt: skip


def test_nothing_hangs_on_what_nobody_knows(other: HouApp, tmp_path: Path) -> None:
    with other.installed() as hou:
        desktop = Desktop(other, hou)
        node = desktop.node("blur")
        desktop.generate(node)
        shown = desktop.colour(node).tolist()
        other.save(tmp_path / "shot.hip")
        other.open(tmp_path / "shot.hip")

        again = other.node("/img/copnet1/workflow1")
        assert desktop.colour(again).tolist() == shown
        before = again.evalParm("file1")
        desktop.app.click(again, "generate")
        desktop.until(lambda: again.evalParm("file1") != before, again)
        desktop.until_over(again)
        other.quit()


def test_a_status_leaves_the_scene_saved_where_houdini_lets_it(
    other: HouApp, tmp_path: Path
) -> None:
    with other.installed() as hou:
        node = Desktop(other, hou).node("blur")
        other.save(tmp_path / "shot.hip")
        steps = len(other.changes.undo_stack)
        from comfyrelay.dcc import Status
        from comfyrelay_houdini.node import HoudiniNode

        HoudiniNode(node).show(Status("37 % of `$HIP`"))

        assert node.evalParm("status") == "37 % of 'HIP'"
        assert not hou.hipFile.hasUnsavedChanges()
        assert len(other.changes.undo_stack) == steps
        other.quit()
