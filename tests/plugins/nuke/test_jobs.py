"""What happens to a job, as its node in Nuke tells it: it fails, is canceled, waits for a relay."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes.nuke_app import NukeApp
from tests.faults.proxy import Loop, Proxy, address_of
from tests.plugins.artist import HARBOUR, USER, Holds
from tests.plugins.nuke.comp import Comp
from tests.plugins.qt.screen import application
from tests.rig import Rig, picture, png


@pytest.fixture
def at_home(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The artist is the one that `held.client` names: who asks sees the same jobs."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)
    return at_home


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def away(held: Rig, loop: Loop, at_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The way to the relay, which can be cut. Ask for it before `comp`."""
    proxy = loop.proxy(address_of(held.url))
    monkeypatch.setenv("COMFY_RELAY_URL", f"http://127.0.0.1:{proxy.port}")
    yield proxy
    proxy.close()


@pytest.fixture
def with_key(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in the environment. Ask for it before `comp`."""
    monkeypatch.setenv("COMFY_RELAY_KEY", "crk_never_shown")
    return "crk_never_shown"


def filled(held: Rig, count: int) -> list[str]:
    """Jobs of somebody else, before those of a test."""
    jobs = [held.submit("invert", {"image": png(picture(seed=n))}) for n in range(count)]
    return [job["id"] for job in jobs]


def until_runs(comp: Comp, held: Rig, job: str) -> None:
    comp.app.pump_until(lambda: held.job(job)["status"] == "running")


def dreaming(comp: Comp, steps: int) -> Any:
    """A node whose job hears an interrupt in each of its steps."""
    node = comp.node("text-to-image")
    for name, value in HARBOUR.items():
        node[f"p_{name}"].setValue(value)
    node["p_steps"].setValue(steps)
    return node


# it fails


def test_a_nodes_error_is_a_sentence_and_what_was_shown_stays(comp: Comp, app: NukeApp) -> None:
    comp.nuke.addFormat("16 12 tiny")
    comp.plate["format"].setValue("tiny")
    node = comp.node("blur")
    node["p_radius"].setValue(2)
    comp.generate(node)
    shown = comp.rendered(node)

    node["p_radius"].setValue(31)  # more than the picture has
    said = comp.refused(node)

    assert said.startswith("X  Node 2 (ImageBlur) failed: ")
    assert said.count("ImageBlur") == 1
    log = str(node["log"].value())
    assert "Look at the values and inputs" in log
    assert log.count("ImageBlur) failed") == 1
    assert np.array_equal(comp.rendered(node), shown)
    assert node["version"].value() == "v001"

    node["p_radius"].setValue(3)
    comp.generate(node)
    assert node["version"].value() == "v002"


def test_a_host_without_memory_names_the_node_too(comp: Comp, holds: Holds) -> None:
    holds.hold("oom:times=0")
    node = comp.node("invert")

    said = comp.refused(node)

    assert "LoadImage" in said or "ImageInvert" in said
    assert "memory" in said
    assert "smaller" in str(node["log"].value())


def test_an_export_that_fails_leaves_what_the_node_knows(comp: Comp, app: NukeApp) -> None:
    node = comp.node("invert")
    comp.generate(node)
    before = comp.kept(node)

    with app.rendering():
        said = comp.refused(node)

    assert said == "X  Nuke is rendering, so nothing can be exported."
    assert "Press Generate again" in node["log"].value()
    assert comp.kept(node) == before
    comp.generate(node)
    assert node["version"].value() == "v002"


# it is canceled


def test_a_cancel_ends_this_nodes_job_and_no_other(comp: Comp, holds: Holds, held: Rig) -> None:
    holds.hold("hold-node:times=0")
    runs, goes_on, waits = dreaming(comp, 20), comp.node("invert"), comp.node("invert")
    jobs = [comp.start(runs)]
    until_runs(comp, held, jobs[0])
    jobs += [comp.start(node) for node in (goes_on, waits)]
    comp.until_says(waits, "queued 1 of 1")

    comp.app.click(waits, "cancel")
    comp.until_says(waits, "Canceled.")
    comp.app.click(runs, "cancel")
    comp.until_says(runs, "> canceling")
    holds.until_told(lambda: held.job(jobs[0])["status"])
    holds.release()
    comp.until_says(runs, "Canceled.")
    comp.until_says(goes_on, "OK  v001")

    ends = [held.wait(job)["status"] for job in jobs]
    assert ends == ["canceled", "succeeded", "canceled"]
    assert not runs["has_result"].value()


def test_cancel_with_nothing_going_on_does_nothing(comp: Comp, app: NukeApp) -> None:
    fresh = comp.node()
    done = comp.node("invert")
    comp.generate(done)
    app.pump_until(lambda: not _running(done, comp))
    said = [str(node["status"].value()) for node in (fresh, done)]
    kept = [comp.kept(node) for node in (fresh, done)]

    for node in (fresh, done):
        app.click(node, "cancel")
    app.pump()

    assert [str(node["status"].value()) for node in (fresh, done)] == said
    assert [comp.kept(node) for node in (fresh, done)] == kept


def _running(node: Any, comp: Comp) -> Any:
    from comfyrelay_nuke.plugin import plugin

    return plugin().desk.threads.running(comp.kept(node).uid)


# the relay is away


def test_a_relay_that_is_down_is_told_and_generate_works_later(
    away: Proxy, comp: Comp, held: Rig
) -> None:
    node = comp.node("invert")
    away.cut()

    comp.app.click(node, "generate")
    said = comp.until_says(node, "does not answer")
    assert said.startswith("! ")
    comp.app.click(node, "generate")  # again, and nothing is lost or doubled
    comp.until_says(node, "does not answer")
    log = str(node["log"].value())
    assert "Look whether it runs" in log
    away.heal()

    comp.until_says(node, "OK  v001")
    assert len(_jobs(held, comp.kept(node).uid)) == 1
    assert node["log"].value().count("Look whether it runs") <= 2  # once for each Generate


def test_a_relay_that_goes_away_while_a_job_runs_is_waited_for(
    away: Proxy, comp: Comp, holds: Holds, held: Rig
) -> None:
    holds.hold()
    node = comp.node("invert")
    job = comp.start(node)
    until_runs(comp, held, job)

    away.cut()
    comp.until_says(node, "! The relay does not answer. The job goes on without us.")
    holds.release()
    held.wait(job)
    away.heal()

    comp.until_says(node, "OK  v001")
    assert _jobs(held, comp.kept(node).uid) == [job]
    assert held.runs(job) == 1
    assert Path(node["result_file"].value()).exists()


def test_a_cancel_that_cannot_be_told_is_told_later_and_generate_works_meanwhile(
    away: Proxy, comp: Comp, holds: Holds, held: Rig
) -> None:
    holds.hold("hold-node:times=0")
    node = dreaming(comp, 20)
    first = comp.start(node)
    until_runs(comp, held, first)
    away.cut()

    comp.app.click(node, "cancel")
    comp.until_says(node, "! canceling: the relay does not answer, and is told as soon as it does")
    comp.app.click(node, "generate")
    comp.until_says(node, "It is tried again.")
    away.heal()
    holds.until_told(lambda: held.job(first)["status"])
    holds.release()

    comp.until_says(node, "OK  v001")
    assert held.wait(first)["status"] == "canceled"
    assert comp.kept(node).job_ids.keys() == {None}
    assert len(_jobs(held, comp.kept(node).uid)) == 2


def _jobs(held: Rig, uid: str) -> list[str]:
    found = held.client.get("/api/v2/jobs", params={"metadata[uid]": uid}).json()
    return [each["id"] for each in found["jobs"]]


# the node goes


def test_a_deleted_node_is_left_in_peace_and_an_undo_brings_it_back_with_its_job(
    comp: Comp, app: NukeApp, holds: Holds, held: Rig
) -> None:
    holds.hold()
    node, other = comp.node("invert"), comp.node("invert")
    job = comp.start(node)
    until_runs(comp, held, job)

    comp.nuke.delete(node)
    holds.release()
    held.wait(job)
    comp.generate(other)  # Nuke goes on
    app.undo()  # of the deletion: Generate leaves nothing to undo

    back = comp.nuke.toNode("ComfyRelay1") or comp.nuke.toNode("ComfyRelay")
    comp.until_says(back, "OK  v001")
    assert held.runs(job) == 1
    app.click(back, "get_result")
    comp.until_says(back, "OK  v001")


# what else the node says


def test_places_in_the_queue_are_told_to_each_node(comp: Comp, holds: Holds, held: Rig) -> None:
    holds.hold()
    others = filled(held, 3)  # one runs, one waits on the host, one in the queue
    nodes = [comp.node("invert") for _ in range(2)]
    for node in nodes:
        comp.app.click(node, "generate")
    for node in nodes:
        comp.until_says(node, "queued")

    comp.app.pump_until(lambda: _places(nodes) == {"> queued 2 of 3", "> queued 3 of 3"})
    holds.release()
    for node in nodes:
        comp.until_says(node, "OK  v001")
    assert all(held.wait(job)["status"] == "succeeded" for job in others)


def _places(nodes: list[Any]) -> set[str]:
    return {str(node["status"].value()) for node in nodes}


def test_percent_comes_four_times_a_second_at_most(comp: Comp) -> None:
    node = dreaming(comp, 100)

    begun, before = time.monotonic(), updates(comp)
    comp.app.click(node, "generate")
    said = comp.said_until(node, "OK  v001")
    lasted_s = time.monotonic() - begun

    assert any(line.endswith(" %") for line in said), said
    at_once, first_round = 1, 1
    assert updates(comp) - before <= 4 * lasted_s + at_once + first_round


def updates(comp: Comp) -> int:
    """How often a status line was set."""
    return sum(knob == "status" for _node, knob, _value in comp.app.changes.log)


def test_a_result_whose_folder_was_deleted_comes_again(comp: Comp, held: Rig) -> None:
    node = comp.node("invert")
    comp.generate(node)
    shown = comp.rendered(node)
    job = comp.kept(node).job_ids[None]
    shutil.rmtree(Path(node["result_file"].value()).parent)

    comp.app.click(node, "get_result")

    comp.app.pump_until(lambda: Path(node["result_file"].value()).exists())
    comp.until_says(node, "OK  v001")
    assert np.array_equal(comp.rendered(node), shown)
    assert held.runs(job) == 1


def test_get_result_leaves_what_goes_on_alone(comp: Comp, holds: Holds, held: Rig) -> None:
    holds.hold()
    node, fresh = comp.node("invert"), comp.node("invert")
    comp.app.click(fresh, "get_result")
    comp.until_says(fresh, "X  This node has no job to get a result of.")

    comp.app.click(node, "generate")
    comp.app.click(node, "get_result")  # before anything of it was sent
    comp.app.pump_until(lambda: comp.kept(node).jobs)
    holds.release()

    comp.until_says(node, "OK  v001")


def test_the_report_has_what_happened_and_no_key(
    with_key: str, comp: Comp, app: NukeApp, tmp_path: Path
) -> None:
    clipboard = application().clipboard()
    node = comp.node("invert")
    node.setInput(0, None)
    comp.refused(node)

    app.click(node, "copy_report")

    report = clipboard.text()
    assert "nothing connected" in report
    assert "workflow: invert" in report
    assert comp.kept(node).uid in report
    app.save(tmp_path / "comp.nk")
    assert with_key not in report
    assert with_key not in (tmp_path / "comp.nk").read_text()


def test_a_result_waits_until_a_render_is_through(comp: Comp) -> None:
    node = comp.node("blur")
    comp.generate(node)
    first = node["result_file"].value()
    node["p_radius"].setValue(6)

    comp.app.click(node, "generate")
    with comp.app.rendering():
        comp.until_says(node, "OK  v002")
        comp.app.pump_until(lambda: comp.kept(node).outcome == "succeeded")
        assert node["result_file"].value() == first

    comp.app.pump_until(lambda: node["result_file"].value() != first)
    assert node["version"].value() == "v002"
    assert comp.kept(node).result == "v002"
