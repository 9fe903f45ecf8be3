"""The core in a real DCC: what it renders goes to a host and comes back, whatever happens to its
file meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.blender.conftest import ROOT, Session
from tests.blender.stage import FAR, FAR_DEPTH, HEIGHT, NEAR, NEAR_DEPTH, WIDTH
from tests.plugins.artist import Holds
from tests.plugins.plates import read_exr
from tests.plugins.shelf import Graph, Shelf, param, picture_input
from tests.rig import Rig

if "BLENDER_PYTHON" not in os.environ:
    pytest.skip("make test-blender installs Blender and runs these", allow_module_level=True)

Pixels = NDArray[np.floating[Any]]
Start = Callable[[], Session]
NODE, WORKFLOW = "ComfyRelay", "by-depth"


def by_depth() -> tuple[Graph, dict[str, Any]]:
    """The negative by as much as the depth says, and the depth as it came."""

    def saved(node: str) -> Graph:
        inputs = {"images": [node, 0], "filename_prefix": "result", "depth": "32-bit float"}
        return {"class_type": "ComfyRelaySaveEXR", "inputs": inputs}

    mixed = {
        "destination": ["1", 0], "source": ["3", 0], "mask": ["4", 0], "x": 0, "y": 0,
        "resize_source": False,
    }  # fmt: skip
    graph = {
        "1": {"class_type": "ComfyRelayLoadEXR", "inputs": {"image": "image.exr"}},
        "2": {"class_type": "ComfyRelayLoadEXR", "inputs": {"image": "depth.exr"}},
        "3": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "4": {"class_type": "ImageToMask", "inputs": {"image": ["2", 0], "channel": "red"}},
        "5": {"class_type": "ImageCompositeMasked", "inputs": mixed},
        "6": saved("5"),
        "7": saved("2"),
    }
    form = {
        "inputs": [picture_input(name, node) for name, node in (("image", "1"), ("depth", "2"))],
        "params": [param("bits", "6", "depth", type="menu", menu=["32-bit float", "16-bit half"])],
        "outputs": [{"id": "mixed", "node": "6"}, {"id": "depth", "node": "7"}],
    }
    return graph, form


def stage(near: Any, far: Any) -> Pixels:
    """Top row first, (height, width, 3)."""
    made = np.empty((HEIGHT, WIDTH, 3), np.float32)
    made[:] = far
    made[: HEIGHT // 2, : WIDTH // 2] = near
    return made


IMAGE, DEPTH = stage(NEAR, FAR), stage(NEAR_DEPTH, FAR_DEPTH)
MIXED = DEPTH * (1 - IMAGE) + (1 - DEPTH) * IMAGE


def pixels(image: dict[str, Any]) -> Pixels:
    """Of an image in Blender; top row first."""
    width, height = image["size"]
    return np.array(image["pixels"], np.float32).reshape(height, width, 4)[::-1, :, :3]


def file_pixels(path: str) -> Pixels:
    found = read_exr(Path(path))
    return np.stack([found[name] for name in "RGB"], axis=-1)


def is_placed(session: Session) -> bool:
    """Whether the file's images are what the host was given, and made of it, to the last bit."""
    version = session.ask("kept")["result"]
    images = session.ask("images")
    for name, right in {"mixed": MIXED, "depth": DEPTH}.items():
        image = images.pop(f"{NODE}.{name}")
        assert image["version"] == Path(image["file"]).parent.name == version
        assert np.array_equal(pixels(image), right)
        assert np.array_equal(file_pixels(image["file"]), right)
    return not images


@pytest.fixture
def file(blender: Start, shelf: Shelf, tmp_path: Path) -> Path:
    """A saved file whose node has both passes connected."""
    shelf.publish(WORKFLOW, *by_depth())
    session = blender()
    session.ask("build", WORKFLOW)
    session.ask("put", "input_image", "Image")
    session.ask("put", "input_depth", "Depth")
    session.ask("put", "param_bits", "16-bit half")
    session.ask("save", str(tmp_path / "shot.blend"))
    session.close()
    return tmp_path / "shot.blend"


def jobs(held: Rig) -> set[str]:
    return {each["id"] for each in held.client.get("/api/v2/jobs").json()["jobs"]}


def test_a_farm_sends_a_render_and_its_depth_and_keeps_the_result_in_the_file(
    file: Path, python: str, blender: Start
) -> None:
    ran = subprocess.run(
        [python, "-Werror", "-m", "tests.blender.farm", file, NODE],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    session = blender()
    session.ask("open", str(file))
    assert is_placed(session)  # as it was saved: nothing was fetched since
    folder = Path(session.ask("kept")["folder"])
    assert f"result {folder}" in ran.stdout
    assert read_exr(folder / "mixed.exr")["R"].dtype == np.float16  # the value that was set


def test_a_job_that_ended_while_its_file_was_closed_is_fetched_and_never_sent_again(
    file: Path, blender: Start, held: Rig, holds: Holds
) -> None:
    other = shutil.copy(file, file.with_name("other.blend"))
    before = jobs(held)
    session = blender()
    session.ask("open", str(file))
    holds.hold()
    job = session.ask("generate")
    session.ask("save", str(file))

    session.ask("open", str(other))
    holds.release()

    assert held.wait(job)["status"] == "succeeded"
    assert session.ask("kept")["key"] == ""
    session.close()
    session = blender()
    session.ask("open", str(file))
    assert session.ask("images") == {}
    kept = session.ask("kept")
    session.ask("until_over", kept["uid"])
    assert is_placed(session)
    assert session.ask("status") == "v001"
    assert (jobs(held) - before, held.runs(job)) == ({job}, 1)


def test_what_is_undone_gets_no_result_and_may_generate_again(
    file: Path, blender: Start, held: Rig, holds: Holds
) -> None:
    """Blender's undo brings all of the file back, and every object anew."""
    session = blender()
    session.ask("open", str(file))
    uid = session.ask("kept")["uid"]
    session.ask("push")
    holds.hold()
    job = session.ask("generate")
    session.ask("push")

    session.ask("undo")
    holds.release()

    assert held.wait(job)["status"] == "succeeded"
    session.ask("until_over", uid)
    assert (session.ask("kept")["key"], session.ask("images")) == ("", {})
    session.ask("generate")
    session.ask("until_over", uid)
    assert is_placed(session)


def test_a_node_that_was_deleted_and_is_back_gets_what_it_sent(
    file: Path, blender: Start, held: Rig, holds: Holds
) -> None:
    session = blender()
    session.ask("open", str(file))
    holds.hold()
    job = session.ask("generate")
    session.ask("push")
    uid = session.ask("kept")["uid"]

    session.ask("delete")
    session.ask("push")
    holds.release()

    assert held.wait(job)["status"] == "succeeded"
    session.ask("until_over", uid)
    assert session.ask("images") == {}
    session.ask("undo")
    session.ask("arrived")
    session.ask("until_over", uid)
    assert is_placed(session)
    assert held.runs(job) == 1
