"""What happens to a job, as its node in Houdini tells it: canceled, failed, found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.artist import HARBOUR, USER, Holds
from tests.plugins.houdini.desktop import Desktop, code_values
from tests.rig import Rig, picture, png


@pytest.fixture
def at_home(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The artist is the one that `held.client` names: who asks sees the same jobs."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)
    return at_home


def test_cancel_ends_the_job(desktop: Desktop, held: Rig, holds: Holds) -> None:
    node = desktop.node("invert")
    holds.hold()
    before = [held.submit("invert", {"image": png(picture(seed=n))})["id"] for n in range(2)]
    job = desktop.start(node)

    desktop.app.click(node, "cancel")
    assert "canceling" in node.evalParm("status")

    desktop.until_over(node)
    assert held.job(job)["status"] == "canceled"
    holds.release()
    assert [held.wait(each)["status"] for each in before] == ["succeeded"] * 2
    assert node.evalParm("file1") == ""


def test_a_cancel_ends_this_nodes_running_job_and_no_other(
    desktop: Desktop, held: Rig, holds: Holds
) -> None:
    holds.hold("hold-node:times=0")
    node, other = desktop.node("text-to-image"), desktop.node("invert")
    for name, value in {**HARBOUR, "steps": 20}.items():
        node.parm(f"p_{name}").set(value)
    job = desktop.start(node)
    desktop.until(lambda: held.job(job)["status"] == "running", node)
    theirs = held.submit("invert", {"image": png(picture())})
    mine = desktop.start(other)

    desktop.app.click(node, "cancel")
    assert node.evalParm("status") == "> canceling"
    holds.until_told(lambda: held.job(job)["status"])
    holds.release()

    desktop.until_over(node)
    assert node.evalParm("status") == "Canceled."
    assert node.evalParm("file1") == ""
    desktop.until(lambda: other.evalParm("version") == "v001", other)
    desktop.until_over(other)
    ends = [held.wait(each)["status"] for each in (job, theirs["id"], mine)]
    assert ends == ["canceled", "succeeded", "succeeded"]


def test_what_is_wrong_is_a_sentence_and_what_was_shown_stays(desktop: Desktop) -> None:
    node = desktop.node("blur")
    desktop.generate(node)
    shown = desktop.colour(node)
    node.setInput(0, None)

    desktop.app.click(node, "generate")

    desktop.until_shows(node, "X  ")
    assert "nothing connected" in node.evalParm("status")
    assert node.evalParm("version") == "v001"
    assert np.array_equal(desktop.colour(node), shown)


def test_a_node_that_fails_upstream_says_so(desktop: Desktop) -> None:
    broken = desktop.cops.createNode("file")
    broken.parm("filename").set("/nowhere.exr")
    broken.parm("missingdata").set("error")
    node = desktop.node("invert", broken)

    desktop.app.click(node, "generate")

    desktop.until_shows(node, "Houdini could not write")
    assert "\n" not in node.evalParm("status")
    assert not desktop.kept(node).jobs


def test_a_job_that_fails_is_a_sentence_and_generate_works_again(desktop: Desktop) -> None:
    node = desktop.node("blur")
    desktop.app.resolution = (16, 12)
    desktop.generate(node)
    shown = desktop.colour(node)

    node.parm("p_radius").set(31)  # more than the picture has
    desktop.app.click(node, "generate")
    desktop.until_shows(node, "X  ")
    desktop.until_over(node)

    said, log = node.evalParm("status"), node.evalParm("log")
    assert said.startswith("X  Node 2 (ImageBlur) failed: ")
    assert said.count("ImageBlur") == 1
    assert "Look at the values and inputs" in log
    assert log.count("ImageBlur) failed") == 1
    assert node.userData("nodeinfo_comfyrelay") == said
    assert node.evalParm("version") == "v001"
    assert np.array_equal(desktop.colour(node), shown)

    node.parm("p_radius").set(3)
    desktop.generate(node, "v002")
    assert node.evalParm("status").startswith("OK")


def test_a_host_without_memory_names_the_node(desktop: Desktop, holds: Holds) -> None:
    holds.hold("oom:times=0")
    node = desktop.node("invert")

    desktop.app.click(node, "generate")

    desktop.until_shows(node, "X  ")
    assert "memory" in node.evalParm("status")
    assert "smaller" in node.evalParm("log")


def test_an_undo_takes_back_the_artists_change_and_nothing_of_ours(
    desktop: Desktop, app: HouApp
) -> None:
    node = desktop.node("blur")
    node.parm("p_radius").set(3)
    node.parm("p_radius").set(7)
    desktop.generate(node)
    shows = [node.evalParm(name) for name in ("version", "file1", "status")]

    app.undo()

    assert node.evalParm("p_radius") == 3
    assert [node.evalParm(name) for name in ("version", "file1", "status")] == shows
    desktop.generate(node, "v002")


def test_a_deleted_node_lets_its_job_go_on(desktop: Desktop, held: Rig, holds: Holds) -> None:
    node, other = desktop.node("invert"), desktop.node("blur")
    holds.hold()
    job = desktop.start(node)

    node.destroy()
    holds.release()

    desktop.generate(other)
    assert held.wait(job)["status"] == "succeeded"


def test_a_copy_keeps_the_result_and_leaves_the_job_to_the_first(
    desktop: Desktop, app: HouApp, holds: Holds
) -> None:
    node = desktop.node("invert")
    desktop.generate(node)
    holds.hold()
    desktop.start(node)

    copy = app.copy(node)

    desktop.until(lambda: desktop.kept(copy).uid != desktop.kept(node).uid, copy)
    assert copy.evalParm("file1") == node.evalParm("file1")
    assert not desktop.kept(copy).jobs
    holds.release()
    desktop.until(lambda: node.evalParm("version") == "v002", node)
    desktop.until_over(node)
    assert copy.evalParm("version") == "v001"
    copy.setInput(0, desktop.plate)
    desktop.app.click(copy, "generate")
    desktop.until(lambda: copy.evalParm("file1") != node.evalParm("file1"), copy)
    desktop.until_over(copy)


def test_a_copy_that_is_deleted_at_once_leaves_the_first_its_job(
    desktop: Desktop, app: HouApp, holds: Holds
) -> None:
    node = desktop.node("invert")
    holds.hold()
    desktop.start(node)

    app.copy(node).destroy()
    holds.release()

    desktop.until(lambda: node.evalParm("version") == "v001", node)
    desktop.until_over(node)


def test_two_nodes_get_their_own(desktop: Desktop) -> None:
    red, blue = (desktop.constant(colour) for colour in ((1, 0, 0, 1), (0, 0, 1, 1)))
    first, second = desktop.node("invert", red), desktop.node("invert", blue)

    for node in (first, second):
        desktop.app.click(node, "generate")
    for node in (first, second):
        desktop.until(lambda node=node: node.evalParm("file1"), node)
        desktop.until_over(node)

    assert code_values(first.evalParm("file1")) == [0, 255, 255]
    assert code_values(second.evalParm("file1")) == [255, 255, 0]


@pytest.mark.parametrize("begins", ["clear", "load"])
def test_a_scene_closed_in_the_middle_finds_its_result(
    begins: str, at_home: Path, holds: Holds, app: HouApp, tmp_path: Path
) -> None:
    app.load_begins, app.deleted_on_clear = begins, begins == "clear"
    with app.installed() as hou:
        desktop = Desktop(app, hou)
        node = desktop.node("invert")
        path = node.path()
        holds.hold()
        desktop.start(node)
        app.save(tmp_path / "shot.hip")
        app.close()
        holds.release()

        app.open(tmp_path / "shot.hip")

        again = app.node(path)
        desktop.until(lambda: again.evalParm("version") == "v001", again)
        desktop.until_over(again)
        app.quit()


def test_what_the_saved_scene_does_not_know_of_comes_by_get_result(
    at_home: Path, app: HouApp, tmp_path: Path
) -> None:
    with app.installed() as hou:
        desktop = Desktop(app, hou)
        node = desktop.node("invert")
        path = node.path()
        app.save(tmp_path / "shot.hip")
        desktop.generate(node)
        from comfyrelay_houdini import plugin

        plugin.close()  # as the end of the process does

    later = HouApp(hda_path=app.hda_path)
    with later.installed() as hou:
        later.open(tmp_path / "shot.hip")
        again = later.node(path)
        desktop = Desktop(later, hou)
        desktop.until_shows(again, "found a result")
        assert again.evalParm("file1") == ""

        later.click(again, "get_result")

        desktop.until(lambda: again.evalParm("version") == "v001", again)
        desktop.until_over(again)
        later.quit()


def test_what_was_found_of_a_node_that_was_never_saved_can_be_had_by_another(
    at_home: Path, app: HouApp, tmp_path: Path
) -> None:
    with app.installed() as hou:
        desktop = Desktop(app, hou)
        app.save(tmp_path / "shot.hip")
        node = desktop.node("invert")
        desktop.generate(node)
        result = node.evalParm("file1")
        from comfyrelay_houdini import plugin

        plugin.close()  # as the end of the process does

    later = HouApp(hda_path=app.hda_path)
    with later.installed() as hou:
        later.open(tmp_path / "shot.hip")
        new = later.node("/img/copnet1").createNode("comfyrelay::workflow")
        later.pump_until(lambda: "found a result of nodes" in hou.ui.statusMessage()[0])
        desktop = Desktop(later, hou)
        later.dialogs.answers = [(0,)]

        later.click(new, "get_result")

        desktop.until(lambda: new.evalParm("version") == "v001", new)
        desktop.until_over(new)
        assert "workflow1: invert" in later.dialogs.shown[-1][1]
        assert new.evalParm("file1") == result
        later.quit()
