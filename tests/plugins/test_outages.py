"""The relay is away: before a submit, in the middle of one, while a job runs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from comfyrelay.dcc import ERROR, WARNING
from comfyrelay.errors import RelayUnreachable
from comfyrelay.memory_node import MemoryNode
from tests.plugins.artist import (
    HARBOUR,
    USER,
    Artist,
    Holds,
    is_inverted,
    result_path,
    state,
    texts,
)
from tests.rig import Rig, free_port


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay that comes back at the same address."""
    folder = tmp_path_factory.mktemp("outages")
    with Rig(folder, port=free_port(), sim=("--control", "--step-s", "0.01")) as running:
        running.client.headers["X-Comfy-Relay-User"] = USER
        yield running


@pytest.fixture
def artist(rig: Rig, tmp_path: Path) -> Iterator[Artist]:
    made = Artist(tmp_path, rig.url)
    yield made
    made.close()


def kill(rig: Rig) -> None:
    process = rig.relay_process()
    process.kill()
    process.wait()


def restart(rig: Rig) -> None:
    rig.restart_relay()
    rig.client.headers["X-Comfy-Relay-User"] = USER


def until_running(rig: Rig, artist: Artist, node: MemoryNode) -> str:
    """The node's job, which a host executes."""
    artist.until(lambda: state(node).jobs)
    job = state(node).job_ids[None]
    artist.until(lambda: rig.job(job)["status"] == "running")
    return job


def jobs(rig: Rig, node_uid: str) -> list[str]:
    found = rig.client.get("/api/v2/jobs", params={"metadata[uid]": node_uid}).json()["jobs"]
    return [each["id"] for each in found]


def test_a_relay_that_is_down_gets_the_job_when_it_is_back(rig: Rig, artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    kill(rig)
    artist.desk.generate(node)
    artist.until(lambda: node.status.mood == WARNING)
    assert node.status.text.endswith("It is tried again.")
    assert node.status.hint
    restart(rig)
    artist.until_over(node)
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert len(jobs(rig, state(node).uid)) == 1


def test_what_was_never_sent_is_canceled_at_once(rig: Rig, artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    kill(rig)
    artist.desk.generate(node)
    artist.until(lambda: node.status.mood == WARNING)
    artist.desk.cancel(node)
    artist.until_over(node)
    assert node.status.text == "Canceled."
    restart(rig)
    assert jobs(rig, state(node).uid) == []


def test_a_relay_that_is_killed_and_restarted_in_the_middle_loses_nothing(
    rig: Rig, artist: Artist
) -> None:
    holds = Holds(rig.host_urls[0])
    holds.hold()
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    job = until_running(rig, artist, node)
    kill(rig)
    artist.until(lambda: node.status.mood == WARNING)
    away = "The relay does not answer. The job goes on without us."
    assert node.status.text == away
    with ThreadPoolExecutor(1) as aside:  # for the node goes on trying meanwhile
        artist.until(aside.submit(restart, rig).done)
    holds.close()
    artist.until_over(node)
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert texts(node)[-1] == "v001"
    assert texts(node).count(away) == 1  # what was known before is not shown between
    assert rig.runs(job) == 1


def test_a_cancel_while_the_relay_is_away_is_told_when_it_is_back(rig: Rig, artist: Artist) -> None:
    holds = Holds(rig.host_urls[0])
    holds.hold("hold-node:times=0")
    node = artist.node("text-to-image")
    node.values.update({**HARBOUR, "steps": 20})
    artist.desk.generate(node)
    job = until_running(rig, artist, node)
    kill(rig)
    artist.desk.cancel(node)
    artist.until_shows(node, "canceling: the relay does not answer")
    restart(rig)
    artist.until_shows(node, "canceling")
    holds.until_told(lambda: rig.job(job)["status"])
    holds.close()
    artist.until_over(node)
    assert node.status.text == "Canceled."
    assert rig.wait(job)["status"] == "canceled"


def test_a_cancel_that_is_still_to_be_told_outlives_the_next_generate(
    rig: Rig, artist: Artist
) -> None:
    holds = Holds(rig.host_urls[0])
    holds.hold("hold-node:times=0")
    node = artist.node("text-to-image")
    node.values.update({**HARBOUR, "steps": 20})
    artist.desk.generate(node)
    job = until_running(rig, artist, node)
    kill(rig)
    artist.desk.cancel(node)
    artist.until_shows(node, "is told as soon as it does")
    artist.desk.generate(node)
    artist.until_shows(node, "It is tried again.")
    restart(rig)
    holds.until_told(lambda: rig.job(job)["status"])
    holds.close()
    artist.until_over(node)
    assert node.status.text == "v001"
    assert rig.wait(job)["status"] == "canceled"
    assert not any("goes on in the queue" in line for line in node.lines)


def test_a_scene_that_is_opened_while_the_relay_is_away_waits_for_it(
    rig: Rig, artist: Artist
) -> None:
    holds = Holds(rig.host_urls[0])
    holds.hold()
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until(lambda: state(node).jobs)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    kill(rig)
    artist.dcc.open(scene)
    opened = artist.dcc.nodes()[0]
    artist.until(lambda: opened.status.mood == WARNING)
    restart(rig)
    holds.close()
    artist.until_over(opened)
    assert result_path(opened).exists()


def test_a_blocking_run_gives_up_in_the_end(rig: Rig, tmp_path: Path) -> None:
    farm = Artist(tmp_path, rig.url, interactive=False)
    node = farm.dcc.add()
    node.wires["image"] = str(farm.plate())
    farm.desk.choose_blocking(node, "invert")
    farm.desk.patience_s = 0.0
    kill(rig)
    with pytest.raises(RelayUnreachable):
        farm.desk.generate_blocking(node)
    assert node.status.mood == ERROR
    restart(rig)
    farm.close()


def test_a_relay_that_no_settings_name_is_said_on_the_node(tmp_path: Path) -> None:
    artist = Artist(tmp_path, "")
    node = artist.dcc.add()
    artist.desk.choose(node, "invert")
    artist.until(lambda: node.status.mood == ERROR)
    assert "relay" in node.status.text
    assert node.status.hint
    artist.close()
