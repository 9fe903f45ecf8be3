"""Frame ranges from a node in Nuke: a job for each frame, canceled in the middle, filled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes.nuke_app import NukeApp
from tests.plugins.artist import USER, Holds
from tests.plugins.nuke.comp import Comp
from tests.published import frames_form, frames_graph, publish
from tests.rig import Rig, eventually, picture, png

FRAMES = (1001, 1002, 1003, 1004)


@pytest.fixture
def at_home(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The artist is the one that `held.client` names: who asks sees the same jobs."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)
    return at_home


def ranged(comp: Comp, frames: str = "", workflow: str = "invert") -> Any:
    """A node below a plate of the frames 1001 to 1004, each another picture."""
    for frame in FRAMES:
        (comp.folder / f"plate.{frame}.png").write_bytes(png(picture(seed=frame)))
    comp.plate = comp.nuke.nodes.Read(file=f"{comp.folder.as_posix()}/plate.####.png")
    for name in ("first", "last"):
        for knob in (name, f"orig{name}"):
            comp.plate[knob].setValue(FRAMES[0 if name == "first" else -1])
    node = comp.node(workflow)
    node["range"].setValue("custom" if frames else "input's range")
    node["frames"].setValue(frames)
    return node


def path(node: Any, frame: int) -> Path:
    return Path(str(node["result_file"].value()).replace("%04d", f"{frame:04d}"))


def until_frames(comp: Comp, node: Any, count: int) -> None:
    """Let time pass until the node shows so many frames."""
    comp.app.pump_until(lambda: sum(path(node, f).is_file() for f in FRAMES) == count)


def values(held: Rig, comp: Comp, node: Any, name: str) -> dict[int | None, Any]:
    jobs = comp.kept(node).job_ids
    return {frame: held.job(job)["values"][name] for frame, job in jobs.items()}


def test_the_inputs_range_comes_back_frame_by_frame(comp: Comp, held: Rig) -> None:
    node = ranged(comp, workflow="blur")
    node["p_radius"].setAnimated()
    node["p_radius"].setValueAt(1, 1001)
    node["p_radius"].setValueAt(4, 1004)

    comp.app.click(node, "generate")
    assert node["status"].value() == "> exporting 0 of 4"
    comp.until_says(node, "OK  v001, 4 frames")

    assert values(held, comp, node, "radius") == {1001: 1, 1002: 2, 1003: 3, 1004: 4}
    assert not comp.app.progress  # its bar is gone
    shown = [comp.rendered(node, frame) for frame in FRAMES]
    assert [np.abs(each - shown[0]).max() > 0 for each in shown] == [False, True, True, True]


def test_custom_frames_and_a_text_that_names_none(comp: Comp) -> None:
    node = ranged(comp, "1001-1009x4")
    comp.app.click(node, "generate")
    comp.until_says(node, "OK  v001, 3 frames")
    assert [path(node, f).is_file() for f in (1001, 1002, 1005, 1009)] == [True, False, True, True]

    node["frames"].setValue(" ")
    assert comp.refused(node) == "X  No frames are named."
    assert "1001-1100x2" in str(node["log"].value())
    node["frames"].setValue("1001-x")
    comp.app.click(node, "generate")
    comp.until_says(node, "1001-x")


def test_frames_land_as_they_come_and_what_is_missing_is_an_error_to_a_render(
    comp: Comp, holds: Holds, held: Rig
) -> None:
    node = ranged(comp)
    holds.hold("hold-node:when=prompt,at=3,times=0")
    comp.app.click(node, "generate")
    until_frames(comp, node, 2)
    comp.until_says(node, "2 of 4 frames")
    shown = comp.rendered(node, 1002)

    comp.app.pump_until(lambda: 1004 in comp.kept(node).job_ids)
    jobs = comp.kept(node).job_ids
    comp.app.click(node, "cancel")
    comp.until_says(node, "> canceling")
    eventually(
        "what waits behind the third is canceled",
        lambda: any(held.job(jobs[frame])["status"] == "canceled" for frame in (1003, 1004)),
    )
    holds.release()
    said = comp.until_says(node, "frames are there")

    there = [frame for frame in FRAMES if path(node, frame).is_file()]
    assert said == f"Canceled; {len(there)} of 4 frames are there."
    assert "Fill generates the others" in str(node["log"].value())
    assert np.array_equal(comp.rendered(node, 1002), shown)
    with pytest.raises(RuntimeError, match="1004"):
        comp.rendered(node, 1004)
    node["missing"].getLinkedKnob().setValue("black")
    assert comp.rendered(node, 1004).max() == 0


def test_the_progress_bars_cancel_keeps_what_is_there_and_fill_makes_the_rest(
    comp: Comp, app: NukeApp, held: Rig
) -> None:
    node = ranged(comp, workflow="blur")
    node["p_radius"].setValue(2)
    app.click(node, "generate")
    assert app.progress
    eventually("the first is here", lambda: _succeeded(comp))
    app.cancel_progress = True  # before the second is exported
    comp.until_says(node, "Canceled; 1 of 4 frames are there.")

    app.cancel_progress = False
    assert not app.progress
    assert len(app.renderer.executions) == 1
    shown = comp.rendered(node, 1001)
    node["p_radius"].setValue(9)
    node["range"].setValue("this frame")
    app.click(node, "fill")
    comp.until_says(node, "OK  v001")
    until_frames(comp, node, 4)
    assert set(values(held, comp, node, "radius").values()) == {2}
    assert node["version"].value() == "v001"
    assert np.array_equal(comp.rendered(node, 1001), shown)
    assert not np.array_equal(comp.rendered(node, 1004), shown)


def _succeeded(comp: Comp) -> bool:
    """Whether a result is on the disk, of which the main thread knows nothing yet."""
    from comfyrelay_nuke.plugin import plugin

    return any(each.status == "succeeded" for each in plugin().desk.journal.entries())


def test_an_export_ends_if_the_graph_changes_or_nuke_renders(comp: Comp, app: NukeApp) -> None:
    node = ranged(comp)
    app.click(node, "generate")  # the first frame is exported at once
    comp.plate["raw"].setValue(True)
    comp.until_says(node, "X  What is connected changed while its frames were exported.")
    assert "Press Generate again" in str(node["log"].value()) or "Fill" in str(node["log"].value())

    app.click(node, "generate")
    with app.rendering():
        comp.until_says(node, "X  Nuke is rendering, so nothing can be exported.")
    assert not app.progress
    comp.generate(node)


@pytest.mark.parametrize("op_hashes", ["frame", "graph", "ops"])
def test_who_moves_to_another_frame_meanwhile_changes_nothing(
    comp: Comp, app: NukeApp, op_hashes: str
) -> None:
    app.op_hashes = op_hashes
    node = ranged(comp)
    app.click(node, "generate")
    comp.nuke.frame(1003)
    app.pump_until(lambda: len(app.renderer.executions) > 1)
    comp.nuke.frame(1001)
    comp.until_says(node, "OK  v001, 4 frames")


def test_nukes_own_cancel_of_an_export_is_a_cancel(comp: Comp, app: NukeApp) -> None:
    node = ranged(comp)
    app.renderer.cancel_at = 1002

    app.click(node, "generate")

    assert comp.until_says(node, "frames are there.").startswith("Canceled; ")


def test_fill_is_refused_with_a_sentence(comp: Comp, held: Rig) -> None:
    publish(held, "nuke-frames", frames_graph(), frames_form())
    node = ranged(comp, "1001-1002", "nuke-frames")
    comp.app.click(node, "generate")
    comp.until_says(node, "OK  v001, 2 frames")
    assert len(comp.kept(node).job_ids) == 1
    path(node, 1002).unlink()

    comp.app.click(node, "fill")
    comp.until_says(node, "X  nuke-frames makes all frames with one job")
    comp.choose(node, "invert")
    comp.app.click(node, "fill")
    comp.until_says(node, "X  v001 was made by nuke-frames, version 1, and the node has invert")


def test_a_range_whose_node_goes_or_changes_takes_its_bar_with_it(
    comp: Comp, app: NukeApp, holds: Holds
) -> None:
    holds.hold()
    node = ranged(comp)
    app.click(node, "generate")
    assert app.progress
    comp.choose(node, "blur")
    comp.until_says(node, "Another workflow was chosen")
    assert not app.progress

    app.click(node, "generate")
    assert app.progress
    comp.nuke.delete(node)
    assert not app.progress
    holds.release()
    comp.generate(comp.node("invert"))  # Nuke goes on
