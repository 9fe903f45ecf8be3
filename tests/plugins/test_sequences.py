"""Frame ranges: exported one to a turn, a job for each or one for all, and filled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from comfyrelay import ranges
from comfyrelay.dcc import ERROR
from comfyrelay.errors import PluginError
from comfyrelay.filling import Gap
from comfyrelay.memory_node import MemoryNode
from comfyrelay.ranges import RangeError
from comfyrelay.records import Plan
from tests.plugins.artist import (
    HARBOUR,
    Artist,
    Holds,
    is_inverted,
    pixels,
    result_path,
    state,
    texts,
)
from tests.published import frames_form, frames_graph, publish
from tests.rig import Rig, picture

WRITTEN = {
    "1001": (1001,),
    "1001-1004": (1001, 1002, 1003, 1004),
    "1-9x4, 12": (1, 5, 9, 12),
    "5, 3": (3, 5),
    "-2-0": (-2, -1, 0),
    "1-2": (1, 2),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_frames_are_read_as_people_write_them(text: str) -> None:
    assert ranges.parsed(text) == WRITTEN[text]
    assert ranges.parsed(ranges.written(WRITTEN[text])) == WRITTEN[text]


@pytest.mark.parametrize("text", ["", " , ", "a", "1-", "1-5x0", "1-9999999", "1.5"])
def test_what_is_no_range_is_said_so(text: str) -> None:
    with pytest.raises(RangeError) as found:
        ranges.parsed(text)
    assert found.value.hint


def test_ranges_are_written_short() -> None:
    assert ranges.written([1, 2, 3, 7, 9, 11, 20, 22]) == "1-3, 7-11x2, 20, 22"


def sequence(artist: Artist, first: int = 1001, last: int = 1004) -> MemoryNode:
    node = artist.node("invert", image=artist.plates(first, last))
    node.ranges["image"] = [first, last]
    node.options["frames"] = "input"
    return node


def frames_are_inverted(node: MemoryNode, *frames: int) -> bool:
    return all(is_inverted(result_path(node, f), picture(seed=f)) for f in frames)


def test_each_frame_of_the_inputs_range_comes_back(artist: Artist) -> None:
    node = sequence(artist)
    artist.desk.generate(node)
    artist.until_over(node)
    assert node.status.text == "v001, 4 frames"
    assert frames_are_inverted(node, 1001, 1002, 1003, 1004)
    assert node.placement
    assert node.placement.missing == ()
    assert state(node).frames == "1001-1004"
    assert len(state(node).job_ids) == 4


def test_one_frame_is_exported_in_each_turn(artist: Artist) -> None:
    node = sequence(artist)
    artist.desk.generate(node)
    while len(node.exports) < 4:
        before = len(node.exports)
        artist.dcc.turn(1.0)
        assert len(node.exports) <= before + 1
    artist.until_over(node)
    assert [each.frame for each in node.exports] == [1001, 1002, 1003, 1004]


def test_a_job_starts_when_its_frame_is_there_and_frames_appear_as_they_land(
    artist: Artist,
) -> None:
    node = sequence(artist, 1001, 1003)
    artist.desk.generate(node)
    artist.until(lambda: node.placements)
    first = node.placements[0]
    artist.until_over(node)
    assert first.version == "v001"
    assert 1 <= len(first.pictures[0].frames) <= 3
    counts = [len(each.pictures[0].frames) for each in node.placements]
    assert counts == sorted(counts)
    assert node.placements[-1].pictures[0].frames == (1001, 1002, 1003)


def test_custom_frames_and_values_of_each_frame(artist: Artist, held: Rig) -> None:
    node = artist.node("text-to-image")
    node.values.update({**HARBOUR, "seed": "100"})
    node.animation["steps"] = {"1": 1, "5": 2}
    node.options.update(frames="1-9x4", seed_policy="per_frame")
    artist.desk.generate(node)
    artist.until_over(node)
    values = {frame: held.job(job)["values"] for frame, job in state(node).job_ids.items()}
    assert {frame: each["steps"] for frame, each in values.items()} == {1: 1, 5: 2, 9: 2}
    assert {frame: each["seed"] for frame, each in values.items()} == {1: 101, 5: 105, 9: 109}


def test_a_form_that_takes_frames_gets_them_with_one_job(artist: Artist, held: Rig) -> None:
    publish(held, "stories-frames", frames_graph(), frames_form())
    node = artist.node("stories-frames", frames=artist.plates(1, 3))
    node.options["frames"] = "1-3"
    artist.desk.generate(node)
    artist.until_over(node)
    assert frames_are_inverted(node, 1, 2, 3)
    assert len(state(node).job_ids) == 1


def test_a_range_that_is_canceled_in_the_middle_keeps_what_landed_and_is_filled(
    artist: Artist, holds: Holds
) -> None:
    node = sequence(artist, 1001, 1002)
    artist.desk.generate(node)
    artist.until_over(node)
    holds.hold()
    node.ranges["image"] = [1001, 1004]
    artist.plates(1001, 1004)
    artist.desk.generate(node)
    artist.until(lambda: len(state(node).job_ids) == 4)
    artist.desk.cancel(node)
    artist.until_shows(node, "canceling")
    holds.release()
    artist.until_over(node)
    assert node.status.text == "Canceled; 0 of 4 frames are there."
    assert node.status.hint == "Press Generate again."  # there is no version to be filled


def test_fill_generates_only_what_is_missing(artist: Artist, held: Rig) -> None:
    node = sequence(artist)
    artist.desk.generate(node)
    artist.until_over(node)
    before = state(node).job_ids
    kept = result_path(node, 1001).read_bytes()
    for frame in (1002, 1004):
        result_path(node, frame).unlink()
    done: list[None] = []
    artist.desk.fill(node, lambda: done.append(None))
    artist.until(lambda: done)
    artist.until_over(node)
    assert node.placement
    assert node.placement.version == "v001"
    assert node.placement.missing == ()
    assert frames_are_inverted(node, 1001, 1002, 1003, 1004)
    assert result_path(node, 1001).read_bytes() == kept
    assert set(state(node).job_ids) == {1002, 1004}
    assert not set(state(node).job_ids.values()) & set(before.values())


def test_fill_takes_the_values_of_its_version_and_not_the_nodes(artist: Artist, held: Rig) -> None:
    node = artist.node("text-to-image")
    node.values.update({**HARBOUR, "seed": "100"})
    node.animation["steps"] = {"1": 1, "3": 2}
    node.options.update(frames="1-3", seed_policy="per_frame")
    artist.desk.generate(node)
    artist.until_over(node)
    first = {frame: pixels(result_path(node, frame)) for frame in (1, 3)}
    for frame in first:
        result_path(node, frame).unlink()
    node.animation["steps"] = {"1": 5}
    node.values.update(prompt="a forest", seed="7")
    node.options["frames"] = "frame"
    artist.desk.fill(node)
    artist.until(lambda: set(state(node).job_ids) == {1, 3})
    artist.until_over(node)
    assert all(np.array_equal(pixels(result_path(node, f)), first[f]) for f in first)
    assert node.values["seed"] == "7"


def test_values_that_nobody_wrote_down_are_those_of_all_other_frames_or_unknown() -> None:
    plan = Plan("", "invert", 1)
    alike = Gap("", "v001", (3,), plan, {1: {"steps": 4}, 2: {"steps": 4}}, together=False)
    assert alike.values_at(3) == {"steps": 4}
    other = replace(alike, values={1: {"steps": 4}, 2: {"steps": 5}})
    assert other.values_at(2) == {"steps": 5}
    with pytest.raises(PluginError, match="with which values frame 3 of v001 was to be made"):
        other.values_at(3)


def test_a_fill_that_is_followed_by_a_reopened_scene_goes_into_its_version(
    artist: Artist, holds: Holds
) -> None:
    node = sequence(artist, 1001, 1003)
    artist.desk.generate(node)
    artist.until_over(node)
    result_path(node, 1002).unlink()
    holds.hold()
    artist.desk.fill(node)
    artist.until(lambda: set(state(node).job_ids) == {1002})
    artist.dcc.save(artist.folder / "shot.json")
    artist.dcc.open(artist.folder / "shot.json")
    holds.release()
    opened = artist.dcc.nodes()[0]
    artist.until_over(opened)
    assert state(opened).result == "v001"
    assert frames_are_inverted(opened, 1001, 1002, 1003)


def test_a_still_that_is_gone_is_not_filled_but_fetched(artist: Artist) -> None:
    node = artist.node("invert", image=artist.plate())
    artist.desk.generate(node)
    artist.until_over(node)
    result_path(node).unlink()
    artist.desk.fill(node)
    artist.until_shows(node, "v001 has no frames to fill.")
    assert node.status.hint == "Get result fetches its picture again."


def test_fill_is_refused_where_another_workflow_was_chosen(artist: Artist) -> None:
    node = sequence(artist, 1001, 1002)
    artist.desk.generate(node)
    artist.until_over(node)
    result_path(node, 1001).unlink()
    artist.choose(node, "blur")
    artist.desk.fill(node)
    artist.until_shows(node, "v001 was made by invert, version 1, and the node has blur, version")
    assert node.status.mood == ERROR
    assert "Choose invert, version 1 again" in node.status.hint


def test_what_one_job_made_together_is_not_filled(artist: Artist, held: Rig) -> None:
    publish(held, "stories-frames", frames_graph(), frames_form())
    node = artist.node("stories-frames", frames=artist.plates(1, 3))
    node.options["frames"] = "1-3"
    artist.desk.generate(node)
    artist.until_over(node)
    result_path(node, 2).unlink()
    sent = state(node).job_ids
    artist.desk.fill(node)
    artist.until_shows(node, "makes all frames with one job, so what v001 lacks cannot be made")
    assert node.status.hint.startswith("Press Generate")
    assert state(node).job_ids == sent


def test_values_of_frames_are_kept_short() -> None:
    values = {1: "a", 2: "a", 3: "b", 4: "a"}
    assert ranges.short(values) == {"1, 2": "a", "3": "b", "4": "a"}
    assert ranges.full(ranges.short(values)) == values


def test_fill_of_a_whole_version_does_nothing(artist: Artist) -> None:
    node = sequence(artist, 1001, 1002)
    artist.desk.generate(node)
    artist.until_over(node)
    artist.desk.fill(node)
    artist.until_shows(node, "Nothing is missing.")


def test_nothing_is_exported_for_a_relay_that_nobody_named(artist: Artist) -> None:
    sequence(artist, 1001, 1003)
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    again = Artist(artist.folder, "")
    again.dcc.open(scene)
    (node,) = again.dcc.nodes()
    again.desk.generate(node)
    again.until_shows(node, "No relay is named.")
    assert not any(text.startswith("exporting") for text in texts(node))
    assert not any(again.desk.exports.glob("*"))
    again.close()


def test_an_export_is_canceled_by_its_bar(artist: Artist) -> None:
    node = sequence(artist, 1001, 1060)
    artist.desk.generate(node)
    node.stop_pressed = True
    artist.until_over(node)
    assert len(node.exports) == 1
    assert node.status.text.startswith("Canceled; ")


def test_an_export_stops_if_the_dcc_renders(artist: Artist) -> None:
    node = sequence(artist)
    artist.desk.generate(node)
    artist.dcc.busy_with = "A render is running."
    artist.until_over(node)
    assert len(node.exports) == 1
    assert node.status.text == "A render is running. 1 of 4 frames are there."
    assert node.status.hint == "Fill generates the others."
    assert node.status.mood == ERROR


def test_an_export_stops_if_the_graph_changes_in_between(artist: Artist) -> None:
    node = sequence(artist)
    artist.desk.generate(node)
    node.wires["image"] = str(artist.plate())
    artist.until_over(node)
    assert len(node.exports) == 1
    assert "changed while its frames were exported" in node.status.text


def test_a_frame_that_cannot_be_exported_is_named_and_the_others_come(artist: Artist) -> None:
    node = sequence(artist)
    Path(str(artist.folder / "plate.1003.png")).unlink()
    artist.desk.generate(node)
    artist.until_over(node)
    assert "plate.1003.png" in node.status.text
    assert node.status.mood == ERROR
    assert frames_are_inverted(node, 1001, 1002)


def test_a_range_survives_a_closed_scene(artist: Artist, holds: Holds, held: Rig) -> None:
    holds.hold()
    node = sequence(artist)
    artist.desk.generate(node)
    artist.until(lambda: len(state(node).job_ids) == 4)
    jobs = state(node).job_ids
    scene = artist.folder / "shot.json"
    artist.dcc.save(scene)
    artist.dcc.clear()
    holds.release()
    for job in jobs.values():
        held.wait(job)
    artist.dcc.open(scene)
    opened = artist.dcc.nodes()[0]
    artist.until_over(opened)
    assert frames_are_inverted(opened, 1001, 1002, 1003, 1004)
    assert [held.runs(job) for job in jobs.values()] == [1, 1, 1, 1]


def test_a_blocking_range_and_fill(held: Rig, tmp_path: Path) -> None:
    farm = Artist(tmp_path, held.url, interactive=False)
    node = farm.dcc.add()
    node.wires["image"] = farm.plates(1, 3)
    farm.desk.choose_blocking(node, "invert")
    farm.desk.generate_blocking(node, "1-3")
    result_path(node, 2).unlink()
    farm.desk.fill_blocking(node)
    assert frames_are_inverted(node, 1, 2, 3)
    assert pixels(result_path(node, 2)).shape == (48, 64, 3)
    farm.close()
