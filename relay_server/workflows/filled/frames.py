"""A list of pictures in the place of one: as many loaders, joined into one batch. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relay_server.models.forms import InputKind, Target
from relay_server.workflows.filled.rewiring import Link, Moves, rewired, unused_id
from relay_server.workflows.guard import Graph

LOADER, MASK_LOADER = "LoadImage", "LoadImageMask"
IMAGE, MASK = 0, 1  # outputs of a LoadImage


def with_frames(
    graph: Mapping[str, Any], target: Target, files: Sequence[Any], kind: InputKind
) -> Graph:
    """The graph with all these files, in their order, in the place of the target's one.

    Whoever took the loader's IMAGE takes the batch. Its MASK stays that of the first frame, unless
    the input is a mask: then it is the batch, too.
    """
    node = target.node
    spec = _first(graph[node], target, files[0])
    if len(files) == 1:
        return {**graph, node: spec}
    is_mask = kind is InputKind.MASK
    mask_output = IMAGE if spec["class_type"] == MASK_LOADER else MASK
    if is_mask and spec["class_type"] == MASK_LOADER:
        # A mask's file has the mask in its colours: loaded as pictures, it can be batched.
        spec = {**spec, "class_type": LOADER, "inputs": {"image": files[0]}}
    loaders = _loaders(graph, node, spec, target.field, files)
    batches, end = _joined({**graph, **loaders}, node, [[each, IMAGE] for each in loaders])
    added = {**loaders, **batches}
    moves: Moves = {(node, IMAGE): end}
    if is_mask:
        back = unused_id({**graph, **added}, f"{node}_mask_")
        added[back] = _new("ImageToMask", "Frames as masks", image=end, channel="red")
        moves[node, mask_output] = [back, 0]
    return rewired(graph, moves) | added


def _first(spec: Mapping[str, Any], target: Target, file: Any) -> dict[str, Any]:
    return {**spec, "inputs": {**spec["inputs"], target.field: file}}


def _loaders(
    graph: Mapping[str, Any], node: str, spec: dict[str, Any], field: str, files: Sequence[Any]
) -> Graph:
    """One loader for each file; the first is the node itself."""
    loaders: Graph = {node: spec}
    for number, file in enumerate(files[1:], start=2):
        each = unused_id({**graph, **loaders}, f"{node}_frame_", number)
        inputs = {**spec["inputs"], field: file}
        loaders[each] = _new(spec["class_type"], f"Frame {number} of node {node}", **inputs)
    return loaders


def _joined(taken: Mapping[str, Any], node: str, links: list[Link]) -> tuple[Graph, Link]:
    """Batches two by two, and the output that has all. A chain instead would copy every frame as
    often as there are frames after it, and ComfyUI's validation goes no thousand nodes deep."""
    batches: Graph = {}
    while len(links) > 1:
        pairs = [links[at : at + 2] for at in range(0, len(links), 2)]
        links = []
        for pair in pairs:
            if len(pair) == 1:
                links += pair
                continue
            each = unused_id({**taken, **batches}, f"{node}_batch_", len(batches) + 1)
            batches[each] = _new("ImageBatch", "Frames", image1=pair[0], image2=pair[1])
            links.append([each, 0])
    return batches, links[0]


def _new(class_type: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title}}
