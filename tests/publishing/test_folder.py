"""A folder that is watched, and the workflows that come with the relay."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.publishing.graphs import ui
from tests.rig import Rig, eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "workflows"
    found.mkdir()
    return found


@pytest.fixture
def watching(tmp_path: Path, folder: Path) -> Iterator[Rig]:
    with Rig(tmp_path, workflows=folder, watch_s=0.05) as running:
        yield running


def put(path: Path, content: Any) -> None:
    """As a careful program writes: all at once."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(content if isinstance(content, str) else json.dumps(content))
    os.replace(part, path)


def catalog(rig: Rig) -> dict[str, Any]:
    found: dict[str, Any] = rig.client.get("/relay/v1/workflows").json()
    return found


def version(rig: Rig, name: str) -> int | None:
    listed = {each["name"]: each["version"] for each in catalog(rig)["workflows"]}
    return listed.get(name)


def refused(rig: Rig) -> dict[str, list[str]]:
    return {
        each["file"]: [problem["code"] for problem in each["problems"]]
        for each in catalog(rig)["refused"]
    }


def test_what_is_dropped_into_the_folder_is_published(watching: Rig, folder: Path) -> None:
    put(folder / "My Soft Look.json", ui())
    eventually("it is published", lambda: version(watching, "my-soft-look") == 1)
    put(folder / "My Soft Look.json", ui(radius=9))
    eventually("it is published anew", lambda: version(watching, "my-soft-look") == 2)
    put(
        folder / "My Soft Look.form.json",
        {"title": "Soft", "params": [
            {"id": "r", "targets": [{"node": "2", "field": "blur_radius"}]}]},
    )  # fmt: skip
    eventually("its form counts", lambda: version(watching, "my-soft-look") == 3)


def test_a_file_that_cannot_be_published_is_told_until_it_is_mended(
    watching: Rig, folder: Path
) -> None:
    broken = ui()
    broken["nodes"][1]["type"] = "SomebodysBlur"
    put(folder / "broken.json", broken)
    put(folder / "half.json", '{"nodes": [')
    put(folder / "picture.png", "no picture")
    wanted = {
        "broken.json": ["unknown_class"], "half.json": ["not_json"],
        "picture.png": ["not_a_picture"],
    }  # fmt: skip
    eventually("all three are told", lambda: refused(watching) == wanted)
    put(folder / "broken.json", ui())
    (folder / "half.json").unlink()
    (folder / "picture.png").unlink()
    eventually("none is left", lambda: refused(watching) == {})
    eventually("it is published", lambda: version(watching, "broken") == 1)


def test_of_two_files_with_one_name_the_second_is_refused(watching: Rig, folder: Path) -> None:
    put(folder / "My Look.json", ui())
    eventually("it is published", lambda: version(watching, "my-look") == 1)
    put(folder / "my-look.json", ui(radius=9))
    eventually("it is told", lambda: refused(watching) == {"my-look.json": ["same_name"]})
    assert version(watching, "my-look") == 1
    (folder / "My Look.json").unlink()
    eventually("it takes the place", lambda: version(watching, "my-look") == 2)


def test_a_restart_publishes_nothing_anew(watching: Rig, folder: Path) -> None:
    put(folder / "soft.json", ui())
    eventually("it is published", lambda: version(watching, "soft") == 1)
    watching.client.delete("/relay/v1/workflows/soft")
    put(folder / "other.json", ui(radius=8))
    eventually("the other is published", lambda: version(watching, "other") == 1)
    watching.relay_process().kill()
    watching.restart_relay()
    put(folder / "third.json", ui(radius=7))
    eventually("the third is published", lambda: version(watching, "third") == 1)
    assert version(watching, "other") == 1
    assert version(watching, "soft") is None


def test_a_starter_that_a_studio_replaced_or_withdrew_stays_so(own_rig: Rig) -> None:
    assert version(own_rig, "blur") == 1
    answer = own_rig.client.put("/relay/v1/workflows/blur", json={"workflow": ui()})
    assert answer.json()["version"] == 2
    own_rig.client.delete("/relay/v1/workflows/invert")
    own_rig.relay_process().kill()
    own_rig.restart_relay()
    assert version(own_rig, "blur") == 2
    assert version(own_rig, "invert") is None


def test_going_back_to_older_content_is_told_and_done_by_withdrawing(
    watching: Rig, folder: Path
) -> None:
    put(folder / "back.json", ui(radius=3))
    eventually("it is published", lambda: version(watching, "back") == 1)
    put(folder / "back.json", ui(radius=4))
    eventually("it is published anew", lambda: version(watching, "back") == 2)
    put(folder / "back.json", ui(radius=3))
    eventually("it is told", lambda: refused(watching) == {"back.json": ["not_in_use"]})
    watching.client.delete("/relay/v1/workflows/back", params={"version": 2})
    eventually("it is in use", lambda: refused(watching) == {})
    assert version(watching, "back") == 1


def test_a_file_never_brings_back_what_was_withdrawn(watching: Rig, folder: Path) -> None:
    put(folder / "gone.json", ui(radius=3))
    eventually("it is published", lambda: version(watching, "gone") == 1)
    watching.client.delete("/relay/v1/workflows/gone")
    put(folder / "gone.form.json", {"title": "Come again"})
    eventually("other content is published", lambda: version(watching, "gone") == 2)
    (folder / "gone.form.json").unlink()
    eventually("it is told", lambda: refused(watching) == {"gone.json": ["not_in_use"]})


def test_one_file_keeps_no_other_out(watching: Rig, folder: Path) -> None:
    crashing = ui()
    crashing["links"][0][2] = "x"
    put(folder / "a-crash.json", crashing)
    (folder / ".#lock.json").symlink_to("nobody@nowhere")
    put(folder / "日本.json", ui())
    put(folder / "z-good.json", ui())
    eventually("the good one is published", lambda: version(watching, "z-good") == 1)
    assert refused(watching) == {"a-crash.json": ["missing_link"], "日本.json": ["no_name"]}
