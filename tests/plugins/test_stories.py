"""From the press of a button to the picture, and whatever comes between, on a real relay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comfyrelay.dcc import ERROR
from tests.plugins.artist import USER, Artist, Holds, is_inverted, result_path, state, texts
from tests.rig import Rig


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay whose host can be held."""
    folder = tmp_path_factory.mktemp("held")
    with Rig(folder, sim=("--control", "--step-s", "0.01")) as running:
        running.client.headers["X-Comfy-Relay-User"] = USER
        yield running


@pytest.fixture
def holds(held: Rig) -> Iterator[Holds]:
    made = Holds(held.host_urls[0])
    yield made
    made.close()


@pytest.fixture
def artist(held: Rig, tmp_path: Path) -> Iterator[Artist]:
    made = Artist(tmp_path, held.url)
    yield made
    made.close()


def test_a_picture_comes_back_as_version_1(artist: Artist) -> None:
    plate = artist.plate()
    node = artist.node("invert", image=plate)
    artist.dcc.modified = False
    artist.desk.generate(node)
    artist.until_over(node)
    assert node.status.text == "v001"
    assert is_inverted(result_path(node), plate)
    assert state(node).result == "v001"
    assert artist.dcc.modified
    assert node.exports[0].how.words == "sends 8-bit PNG, sRGB"


def test_the_next_is_version_2_and_nothing_is_overwritten(artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    for _ in range(2):
        artist.desk.generate(node)
        artist.until_over(node)
    assert [each.version for each in node.placements] == ["v001", "v002"]
    assert Path(node.placements[0].pictures[0].path).exists()


def test_a_missing_input_is_an_error_before_anything_is_exported(artist: Artist) -> None:
    node = artist.node("inpaint", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    assert node.status.mood == ERROR
    assert node.status.text == "The input 'Mask' has nothing connected."
    assert node.status.hint
    assert node.exports == []
    assert artist.desk.journal.entries() == ()


def test_a_job_that_fails_says_why(artist: Artist, holds: Holds) -> None:
    holds.hold(["oom:times=0"])
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    assert node.status.mood == ERROR
    assert "memory" in node.status.text
    assert node.status.hint
    assert state(node).outcome == "failed"
    assert node.placement is None


def test_a_waiting_job_is_canceled(artist: Artist, holds: Holds, held: Rig) -> None:
    holds.hold()
    nodes = [artist.node("invert", image=artist.plate(f"{n}.png", seed=n)) for n in range(3)]
    for node in nodes:
        artist.desk.generate(node)
        artist.until(lambda node=node: state(node).jobs)
    artist.until_shows(nodes[2], "queued")
    artist.desk.cancel(nodes[2])
    artist.until_over(nodes[2])
    assert nodes[2].status.text == "Canceled."
    assert state(nodes[2]).outcome == "canceled"
    holds.release()
    for node in nodes[:2]:
        artist.until_over(node)
        assert node.placement


def test_a_running_job_is_canceled_and_says_canceling_until_then(
    artist: Artist, holds: Holds, held: Rig
) -> None:
    holds.hold()
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until(lambda: state(node).jobs)
    job = state(node).job_ids[None]
    held.until(job, lambda found: found["status"] == "running")
    artist.desk.cancel(node)
    artist.until_shows(node, "canceling")
    holds.release()
    artist.until_over(node)
    assert texts(node)[-2:] == ["canceling", "Canceled."]
    assert held.wait(job)["status"] == "canceled"
    assert node.placement is None
