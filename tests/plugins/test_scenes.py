"""Scenes that close, crash and come back; nodes that are copied; results that nobody knows of."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from comfyrelay import scenes
from comfyrelay.dcc import ERROR
from comfyrelay.memory_node import MemoryNode
from tests.plugins.artist import (
    Artist,
    Holds,
    is_inverted,
    result_path,
    state,
)
from tests.rig import Rig


def generated(artist: Artist, held: Rig) -> tuple[MemoryNode, str]:
    """A node whose job stands on the host, and the job."""
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until(lambda: state(node).jobs)
    job = state(node).job_ids[None]
    artist.until(lambda: held.job(job)["status"] == "running")
    return node, job


def test_a_reopened_scene_follows_its_job_again(artist: Artist, holds: Holds, held: Rig) -> None:
    holds.hold()
    node, job = generated(artist, held)
    node.options["name"] = "sky"
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    artist.dcc.clear()
    holds.release()
    held.wait(job)
    artist.dcc.open(scene)
    node = artist.dcc.nodes()[0]
    artist.until_over(node)
    assert "sky" in result_path(node).parts  # where Generate would have put it
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert artist.offers == []
    assert held.runs(job) == 1


def test_a_result_whose_files_are_gone_is_fetched_again(artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    result = result_path(node)
    before = result.read_bytes()
    result.unlink()
    artist.dcc.open(scene)
    artist.until(result.exists)
    artist.until_over(artist.dcc.nodes()[0])
    assert result.read_bytes() == before


def test_a_result_that_is_there_is_not_asked_for(artist: Artist, held: Rig) -> None:
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    artist.url = "http://127.0.0.1:9"  # nobody answers there
    again = Artist(artist.folder, artist.url)
    again.dcc.open(scene)
    opened = again.dcc.nodes()[0]
    again.until_shows(opened, "v001")
    again.until_over(opened)
    assert not again.dcc.modified
    again.close()


def test_without_a_user_interface_a_scene_is_left_alone(
    artist: Artist, holds: Holds, held: Rig
) -> None:
    holds.hold()
    generated(artist, held)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    farm = Artist(artist.folder, artist.url, interactive=False)
    farm.dcc.open(scene)
    node = farm.dcc.nodes()[0]
    assert farm.desk.threads.running(state(node).uid) is None
    assert (node.history, farm.dcc.modified, farm.offers) == ([], False, [])
    farm.close()


CRASH = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {paths!r}
from comfyrelay.landing import Landing
from tests.plugins.artist import Artist, state
folder, url, how = Path({folder!r}), {url!r}, {how!r}
artist = Artist(folder, url)
node = artist.node("invert", image=artist.plate())
if how != "unsaved":
    artist.dcc.save(folder / "shot.json")
if how == "as it is fetched":
    Landing._fetch = lambda *named: os.kill(os.getpid(), signal.SIGKILL)
artist.desk.generate(node)
if how == "before the answer":
    artist.until(lambda: artist.desk.journal.entries())
elif how in ("after it landed", "as it is fetched"):
    artist.until(lambda: artist.desk.journal.entries() and artist.desk.journal.entries()[0].status)
else:
    artist.until(lambda: state(node).jobs)
    artist.until(lambda: artist.desk.journal.entries()[0].job_id)
if how == "unsaved":
    artist.dcc.on_save = lambda: None
    artist.dcc.save(folder / "autosave.json")
print(artist.desk.journal.entries()[0].key, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def crash(artist: Artist, how: str) -> str:
    """Another process generates, and is killed; the key of what it sent."""
    script = CRASH.format(paths=sys.path, folder=str(artist.folder), url=artist.url, how=how)
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -9, ended.stderr
    return ended.stdout.strip()


def test_after_a_kill_without_a_save_the_older_scene_finds_its_result(
    artist: Artist, holds: Holds, held: Rig
) -> None:
    holds.hold()
    key = crash(artist, "after the answer")
    artist.dcc.open(artist.folder / "shot.json")
    node = artist.dcc.nodes()[0]
    artist.until(lambda: artist.offers)
    assert state(node).jobs == ""  # offered, never silently
    (offer,) = artist.offers
    assert offer.batch == key
    assert offer.words.startswith("ComfyRelay1: invert, ")
    scenes.attach(artist.desk, offer, node)
    holds.release()
    artist.until_over(node)
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert held.runs(state(node).job_ids[None]) == 1


def attached(artist: Artist) -> MemoryNode:
    """The older scene's node, when the result that it is offered is there."""
    artist.dcc.open(artist.folder / "shot.json")
    node = artist.dcc.nodes()[0]
    artist.until(lambda: artist.offers)
    scenes.attach(artist.desk, artist.offers[0], node)
    artist.until_over(node)
    return node


def test_a_result_that_was_on_the_disk_before_the_kill_is_shown_as_it_is(artist: Artist) -> None:
    crash(artist, "after it landed")
    node = attached(artist)
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert [each.version for each in node.placements] == ["v001"]
    assert state(node).result == "v001"


def test_what_was_being_fetched_at_a_kill_gets_no_second_version(artist: Artist) -> None:
    crash(artist, "as it is fetched")
    node = attached(artist)
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert [each.name for each in result_path(node).parent.parent.iterdir()] == ["v001"]
    assert state(node).result == "v001"


def test_what_was_attached_and_saved_is_not_offered_again(artist: Artist) -> None:
    crash(artist, "after it landed")
    scene = artist.folder / "shot.json"
    artist.dcc.open(scene)
    artist.until(lambda: artist.offers)
    node = artist.dcc.nodes()[0]
    scenes.attach(artist.desk, artist.offers.pop(), node)
    artist.until_over(node)
    artist.dcc.save()
    artist.desk.generate(node)  # the next one, which the scene never hears of
    artist.until_over(node)
    artist.dcc.open(scene)
    artist.until(lambda: artist.offers)
    assert [each.batch for each in artist.offers] == [state(node).key]


def test_what_this_session_sent_is_not_offered_in_it(artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    artist.dcc.save(artist.folder / "shot.json")
    artist.desk.generate(node)
    artist.until_over(node)
    artist.dcc.delete(node)
    (entry,) = artist.desk.journal.entries()
    assert entry.session == artist.desk.session
    found: list[object] = []
    scenes.find(artist.desk, found.extend)
    done: list[object] = []
    artist.desk.threads.aside(artist.desk.journal.entries, done.append)
    artist.until(lambda: done)
    assert found == []


def test_a_dismissed_offer_does_not_come_back(artist: Artist) -> None:
    crash(artist, "after it landed")
    scene = artist.folder / "shot.json"
    artist.dcc.open(scene)
    artist.until(lambda: artist.offers)
    scenes.dismiss(artist.desk, artist.offers.pop())
    artist.until(lambda: artist.desk.journal.entries()[0].settled)
    found: list[object] = []
    entries = artist.desk.journal.entries()
    assert all(each.settled for each in entries)
    scenes.find(artist.desk, found.extend)
    done: list[object] = []
    artist.desk.threads.aside(lambda: None, done.append)
    artist.until(lambda: done)
    assert found == []


def test_a_kill_before_the_answer_leaves_one_job_or_none(artist: Artist, held: Rig) -> None:
    crash(artist, "before the answer")
    artist.dcc.open(artist.folder / "shot.json")
    artist.until(lambda: artist.offers)
    node = artist.dcc.nodes()[0]
    (offer,) = artist.offers
    scenes.attach(artist.desk, offer, node)
    artist.until_over(node)
    if node.placement is None:  # it was killed before anything was written to the relay
        assert node.status.mood == ERROR
        assert "never sent" in node.status.text
        scenes.attach(artist.desk, offer, node, resend=True)
        artist.until_over(node)
    assert is_inverted(result_path(node), artist.folder / "plate.png")
    assert held.runs(state(node).job_ids[None]) == 1


def test_a_scene_that_was_never_saved_but_recovered_goes_on(artist: Artist, holds: Holds) -> None:
    holds.hold()
    crash(artist, "unsaved")
    artist.dcc.open(artist.folder / "autosave.json")
    holds.release()
    node = artist.dcc.nodes()[0]
    artist.until_over(node)
    assert is_inverted(result_path(node), artist.folder / "plate.png")


def test_an_older_recovery_finds_its_result_by_the_nodes_uid(artist: Artist, holds: Holds) -> None:
    holds.hold()
    crash(artist, "unsaved")
    saved = artist.folder / "autosave.json"
    content = json.loads(saved.read_text())
    for name in ("key", "jobs", "session"):
        content[0]["strings"][name] = ""
    saved.write_text(json.dumps(content))
    artist.dcc.open(saved)
    artist.until(lambda: artist.offers)
    scenes.attach(artist.desk, artist.offers[0], artist.dcc.nodes()[0])
    holds.release()
    artist.until_over(artist.dcc.nodes()[0])
    assert result_path(artist.dcc.nodes()[0]).exists()


def test_a_copy_keeps_the_result_and_leaves_the_job(
    artist: Artist, holds: Holds, held: Rig
) -> None:
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    holds.hold()
    artist.desk.generate(node)
    artist.until(lambda: len(state(node).jobs) > 4)
    copy = artist.dcc.copy(node)
    holds.release()
    artist.until_over(node)
    assert state(copy).uid != state(node).uid
    assert (state(copy).result, state(copy).jobs) == ("v001", "")
    assert copy.placements == []
    assert node.placements[-1].version == "v002"


def test_two_nodes_of_one_uid_in_a_scene_are_told_apart_when_it_is_opened(
    artist: Artist,
) -> None:
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    content = json.loads(scene.read_text())
    scene.write_text(json.dumps([*content, {**content[0], "name": "ComfyRelay2"}]))
    artist.dcc.open(scene)
    first, second = artist.dcc.nodes()
    assert state(first).uid == state(node).uid if node.alive else True
    assert state(first).uid != state(second).uid
    assert state(second).result == "v001"
    artist.until_over(first)


def test_a_newer_nodes_state_is_shown_and_left_as_it_is(artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    node.strings.update(schema="99", dream="of something")
    before = dict(node.strings)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    artist.dcc.open(scene)
    opened = artist.dcc.nodes()[0]
    artist.desk.generate(opened)
    assert opened.strings == before
    assert "newer Comfy Relay plugin" in opened.status.text
    assert opened.status.mood == ERROR


@pytest.mark.parametrize("what", ["status", "outcome"])
def test_what_only_tells_leaves_the_scene_unmodified(artist: Artist, what: str) -> None:
    from dataclasses import replace

    from comfyrelay.state import read, write

    node = artist.node("invert", image=artist.plate())
    artist.dcc.modified = False
    write(node, replace(read(node), **{what: "running"}))
    assert not artist.dcc.modified
    write(node, replace(read(node), result="v009"))
    assert artist.dcc.modified


def test_progress_leaves_the_scene_unmodified(artist: Artist, holds: Holds, held: Rig) -> None:
    holds.hold()
    node, _ = generated(artist, held)
    artist.dcc.modified = False
    seen = len(node.history)
    holds.release()
    artist.until(lambda: len(node.history) > seen)
    assert not artist.dcc.modified or node.placement
    artist.until_over(node)
    assert artist.dcc.modified
