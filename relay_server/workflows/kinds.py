"""What jobs have in common: the shape of their graph, and about how much work they are. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from math import log2
from typing import Any

from relay_server.workflows.filled.references import TYPE, is_reference

SEEDS = frozenset({"seed", "noise_seed"})
COUNTS = ("batch_size", "length", "frames", "num_frames", "amount")
"""Fields of a node with a width and a height that say how many pictures it makes."""


def shape_of(graph: Mapping[str, Any]) -> str:
    """The same for all graphs that differ in nothing but seeds and files."""
    plain = {
        node: [spec["class_type"], _plain(_without_seeds(spec["inputs"]))]
        for node, spec in graph.items()
    }
    return _digest(plain)


def kind_of(graph: Mapping[str, Any], workflow: str | None, input_bytes: int) -> str:
    """Jobs of one kind take about the same time: the same workflow (or the same node classes, if
    it is none), and pixels, steps and bytes within a factor of two of each other."""
    named = workflow or _digest(sorted(spec["class_type"] for spec in graph.values()))
    return f"{named}:{_scale(_work(graph))}:{_scale(input_bytes)}"


def _without_seeds(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name not in SEEDS}


def _plain(value: Any) -> Any:
    """The value, with nothing of its files but that they are files."""
    if is_reference(value):
        return TYPE
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _work(graph: Mapping[str, Any]) -> float:
    """Pixels that are made, times the sampler steps of the whole graph."""
    pixels, steps = 0.0, 0.0
    for spec in graph.values():
        inputs = spec["inputs"]
        sides = _numbers(inputs, ("width", "height"))
        size = list(sides)
        if len(size) == 2:  # noqa: PLR2004
            count = max([1.0, *_numbers(inputs, COUNTS)])
            pixels += size[0] * size[1] * count
        steps += sum(_numbers(inputs, ("steps",)))
    return max(1.0, pixels) * max(1.0, steps)


def _numbers(inputs: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[float]:
    for name in names:
        value = inputs.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            yield float(value)


def _scale(amount: float) -> int:
    return round(log2(max(1.0, amount)))


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
