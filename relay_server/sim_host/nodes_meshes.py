"""The classes of the nodes that make a mesh of a picture, a relief of four corners, and save it."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .imagefiles import SIMULATION
from .node import Input, NodeCall, NodeClass, NodeResult, Offered, number, pure
from .resize import Floats

CATEGORY, MODULE = "Flowty TripoSR", "custom_nodes.ComfyUI-Flowty-TripoSR"
NOT_RECORDED = "custom_nodes.simulated"
"""Of SaveGLB, which is ComfyUI's own, but not one of those whose words were recorded."""

FACES = np.array([[0, 1, 2], [2, 1, 3]], np.uint32)
JSON_CHUNK, BINARY_CHUNK = 0x4E4F534A, 0x004E4942
FLOATS, WHOLES = 5126, 5125  # component types of glTF


@dataclass(frozen=True)
class Mesh:
    """One of each picture, Y up."""

    corners: tuple[NDArray[np.float32], ...]  # (4, 3) each, of the same `FACES`


def _sampled(model: str, reference_image: Floats, chunk_size: int) -> Mesh:
    return Mesh(tuple(map(relief, reference_image)))


def relief(image: Floats) -> NDArray[np.float32]:
    """A square that is as high at each corner as that quarter of the picture is bright."""
    height, width = (max(1, side // 2) for side in image.shape[:2])
    halves = [image[:height], image[-height:]]
    quarters = [part for half in halves for part in (half[:, :width], half[:, -width:])]
    levels = [float(quarter.mean()) for quarter in quarters]
    places = [(x, z) for z in (0, 1) for x in (0, 1)]
    return np.array([(x, y, z) for (x, z), y in zip(places, levels, strict=True)], np.float32)


def _save_obj(call: NodeCall) -> NodeResult:
    return _saved(call, "meshsave", "obj", "mesh")


def _save_glb(call: NodeCall) -> NodeResult:
    return _saved(call, call.inputs["filename_prefix"], "glb", "3d")


def _saved(call: NodeCall, prefix: str, ending: str, shown: str) -> NodeResult:
    place = call.folders.save_place("output", prefix, 0, 0)
    files = []
    for index, corners in enumerate(call.inputs["mesh"].corners):
        name = f"{place.name}_{place.counter + index:05}_.{ending}"
        (place.folder / name).write_bytes(obj(corners) if ending == "obj" else glb(corners))
        files.append({"filename": name, "subfolder": place.subfolder, "type": "output"})
    return NodeResult(ui={shown: files})


def obj(corners: NDArray[np.float32]) -> bytes:
    """A mesh as Wavefront's text."""
    points = [f"v {x:g} {y:g} {z:g}" for x, y, z in corners]
    faces = [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in FACES]
    return "\n".join([f"# {SIMULATION}", *points, *faces, ""]).encode()


def glb(corners: NDArray[np.float32]) -> bytes:
    """A mesh as one binary file of glTF 2.0."""
    data = corners.tobytes() + FACES.tobytes()
    about = {
        "asset": {"version": "2.0", "extras": {"simulation": SIMULATION}},
        "buffers": [{"byteLength": len(data)}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": corners.nbytes},
            {"buffer": 0, "byteOffset": corners.nbytes, "byteLength": FACES.nbytes},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": FLOATS, "count": len(corners), "type": "VEC3",
             "min": corners.min(axis=0).tolist(), "max": corners.max(axis=0).tolist()},
            {"bufferView": 1, "componentType": WHOLES, "count": FACES.size, "type": "SCALAR"},
        ],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "nodes": [{"mesh": 0}],
        "scenes": [{"nodes": [0]}],
        "scene": 0,
    }  # fmt: skip
    text = json.dumps(about).encode()
    text += b" " * (-len(text) % 4)
    chunks = _chunk(JSON_CHUNK, text) + _chunk(BINARY_CHUNK, data)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", len(data), kind) + data


def _checkpoints(offered: Offered) -> list[str]:
    return offered.options.names("checkpoints")


CLASSES = (
    NodeClass(
        "TripoSRSampler",
        pure(_sampled),
        inputs=(
            Input("model", _checkpoints),
            Input("reference_image", "IMAGE"),
            number("chunk_size", "INT", 8192, 1, 10000),
        ),
        outputs=("MESH",),
        title="TripoSR Sampler",
        category=CATEGORY,
        module=MODULE,
    ),
    NodeClass(
        "TripoSRViewer",
        _save_obj,
        inputs=(Input("mesh", "MESH"),),
        title="TripoSR Viewer",
        is_output=True,
        category=CATEGORY,
        module=MODULE,
    ),
    NodeClass(
        "SaveGLB",
        _save_glb,
        inputs=(
            Input("mesh", "MESH"),
            Input("filename_prefix", "STRING", {"default": "mesh/ComfyUI"}),
        ),
        category="3d",
        module=NOT_RECORDED,
        is_output=True,
    ),
)
