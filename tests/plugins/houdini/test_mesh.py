"""A picture becomes geometry: the SOP asset with a workflow that makes a mesh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.plugins.houdini.desktop import Desktop
from tests.plugins.shelf import Graph, Shelf, picture_input
from tests.rig import picture, png


def meshed(ending: str) -> tuple[Graph, dict[str, Any]]:
    """A mesh of a picture, as such a file."""
    graph: Graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "chair.png"}},
        "2": {
            "class_type": "TripoSRSampler",
            "inputs": {
                "model": "sim-landscape.safetensors", "reference_image": ["1", 0],
                "chunk_size": 8192,
            },
        },
        "3": {"class_type": "TripoSRViewer", "inputs": {"mesh": ["2", 0]}},
    }  # fmt: skip
    if ending == "glb":
        graph["3"] = {
            "class_type": "SaveGLB", "inputs": {"mesh": ["2", 0], "filename_prefix": "mesh/chair"},
        }  # fmt: skip
    outputs = [{"id": "mesh", "kind": "file", "node": "3"}]
    return graph, {"inputs": [picture_input("picture", "1")], "params": [], "outputs": outputs}


@pytest.mark.parametrize(("ending", "reader", "head"), [
    ("glb", "scene", b"glTF"), ("obj", "polygons", b"# Made by the simulated host"),
])  # fmt: skip
def test_a_picture_becomes_a_mesh_that_the_node_inside_reads(
    desktop: Desktop, shelf: Shelf, tmp_path: Path, ending: str, reader: str, head: bytes
) -> None:
    shelf.publish("meshed", *meshed(ending))
    (tmp_path / "chair.png").write_bytes(png(picture(32, 24)))
    node = desktop.hou.node("/obj").createNode("geo").createNode("comfyrelay::mesh")
    node.cook()
    assert node.warnings() == ("Not generated yet: press Generate.",)
    desktop.choose(node, "meshed")
    node.parm("picture").set((tmp_path / "chair.png").as_posix())

    desktop.generate(node)

    path = Path(node.evalParm("file1"))
    assert (path.suffix, path.parent.name) == (f".{ending}", "v001")
    assert path.read_bytes().startswith(head)
    node.cook()
    assert node.warnings() == ()
    assert desktop.app.cooking.mesh(node) == path
    assert desktop.app.cooking.mesh(node.node(reader)) == path
    assert node.evalParm("fresh_shown") == "made of what is connected and set"

    (tmp_path / "stool.png").write_bytes(png(picture(32, 24, seed=2)))
    node.parm("picture").set((tmp_path / "stool.png").as_posix())
    desktop.until(lambda: "stale" in node.evalParm("fresh_shown"), node)
    desktop.generate(node, "v002")
    assert Path(node.evalParm("file1")).read_bytes() != path.read_bytes()
    assert desktop.app.cooking.mesh(node) == Path(node.evalParm("file1"))
