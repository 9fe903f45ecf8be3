"""A list of LoRAs becomes a chain of loaders in the graph. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.workflows.filled.rewiring import Link, Moves, rewired, unused_id
from relay_server.workflows.guard import Graph, is_link
from relay_server.workflows.object_info import ObjectInfo

LOADER, MODEL_ONLY = "LoraLoader", "LoraLoaderModelOnly"
LOADERS = frozenset({LOADER, MODEL_ONLY})
MODEL, CLIP = 0, 1  # outputs, of a LoraLoader as of a checkpoint's loader


@dataclass(frozen=True)
class Place:
    """Where a chain stands: what feeds it, and whose outputs it takes over."""

    model: Link
    clip: Link | None  # None: nobody needs it, the chain is for the model alone
    before: tuple[str, ...]  # nodes whose consumers take from the chain's end instead
    replaced: frozenset[str] = frozenset()  # those of them that give way to it


def with_loras(
    graph: Mapping[str, Any],
    nodes: Sequence[str],
    loras: Iterable[Mapping[str, Any]],
    info: ObjectInfo | None = None,
) -> Graph:
    """The graph with a chain of these LoRAs in the place that `nodes` name: instead of the chain
    that they are, or behind the one loader that they name. Raises `invalid_workflow`."""
    place = place_of(graph, nodes, info)
    kept: Graph = {node: spec for node, spec in graph.items() if node not in place.replaced}
    chain: Graph = {}
    model, clip = place.model, place.clip
    for number, lora in enumerate(loras, start=1):
        node = unused_id({**graph, **chain}, "lora_", number)
        chain[node] = _loader(lora, model, clip, number)
        model, clip = [node, MODEL], clip and [node, CLIP]
    moves: Moves = {(node, MODEL): model for node in place.before}
    if clip is not None:
        moves |= {(node, CLIP): clip for node in place.before}
    return rewired(kept, moves) | chain


def place_of(
    graph: Mapping[str, Any], nodes: Sequence[str], info: ObjectInfo | None = None
) -> Place:
    """The place that the targets of a `loras` param name. Raises `invalid_workflow`."""
    if nodes and all(_class(graph, node) in LOADERS for node in nodes):
        return _chain(graph, nodes)
    if len(nodes) == 1 and nodes[0] in graph:
        return _behind(graph, nodes[0], info)
    raise _refused(nodes, "they are neither LoRA loaders nor one single loader of a model")


def _chain(graph: Mapping[str, Any], nodes: Sequence[str]) -> Place:
    ordered = _in_order(graph, nodes)
    with_clip = [node for node in ordered if _class(graph, node) == LOADER]
    for earlier, later in pairwise(with_clip):
        if _source(graph, later, "clip") != [earlier, CLIP]:
            raise _refused(nodes, "they are no chain: CLIP takes another way than the model")
    clip = _source(graph, with_clip[0], "clip") if with_clip else None
    return Place(
        _source(graph, ordered[0], "model"), clip, tuple(ordered), replaced=frozenset(ordered)
    )


def _in_order(graph: Mapping[str, Any], nodes: Sequence[str]) -> list[str]:
    """The chain from its first loader to its last."""
    after: dict[str, str] = {}
    first: list[str] = []
    for node in dict.fromkeys(nodes):
        source, output = _source(graph, node, "model")
        if source in nodes and output == MODEL and source not in after:
            after[source] = node
        else:
            first.append(node)
    if len(first) != 1:
        raise _refused(nodes, "they are no chain, one behind the other")
    ordered = first
    while ordered[-1] in after:
        ordered.append(after[ordered[-1]])
    return ordered


def _behind(graph: Mapping[str, Any], node: str, info: ObjectInfo | None) -> Place:
    about = info.get(_class(graph, node)) if info else None
    outputs = about.outputs if about else ("MODEL", "CLIP")
    if outputs[:1] != ("MODEL",):
        raise _refused([node], f"a {_class(graph, node)} gives no model")
    # Without a consumer of CLIP, a loader with that output or without it: it makes no difference.
    clip = outputs[1:2] == ("CLIP",) and _is_taken(graph, [node, CLIP])
    return Place([node, MODEL], [node, CLIP] if clip else None, (node,))


def _loader(lora: Mapping[str, Any], model: Link, clip: Link | None, number: int) -> dict[str, Any]:
    inputs = {
        "model": model,
        "lora_name": lora["name"],
        "strength_model": lora["strength_model"],
    }
    if clip is not None:
        inputs |= {"clip": clip, "strength_clip": lora["strength_clip"]}
    return {
        "class_type": MODEL_ONLY if clip is None else LOADER,
        "inputs": inputs,
        "_meta": {"title": f"LoRA {number}"},
    }


def _is_taken(graph: Mapping[str, Any], link: Link) -> bool:
    return any(link == value for spec in graph.values() for value in spec["inputs"].values())


def _source(graph: Mapping[str, Any], node: str, field: str) -> Link:
    value = graph[node]["inputs"].get(field)
    if not is_link(value):
        raise _refused([node], f"its field `{field}` is not linked")
    found: Link = value
    return found


def _class(graph: Mapping[str, Any], node: str) -> str:
    found = graph[node]["class_type"] if node in graph else ""
    return str(found)


def _refused(nodes: Sequence[str], reason: str) -> Unprocessable:
    named = ", ".join(nodes)[:200] or "none"
    return Unprocessable(
        "invalid_workflow", f"The LoRAs have no place in the graph (nodes: {named}): {reason}."
    )
