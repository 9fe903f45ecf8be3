"""The contract's `core/ASSET` objects: what stands in a graph for a file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relay_server.models.forms import InputKind

TYPE = "core/ASSET"


class NoReference(ValueError):
    """A `core/ASSET` object that does not say which asset, or not as what."""


@dataclass(frozen=True)
class Reference:
    """An asset, and whether it is meant as a mask: white is "change this", for every loader."""

    asset: str
    is_mask: bool = False

    @property
    def json(self) -> dict[str, Any]:
        """As it stands in a graph. Only a mask says what it is."""
        kind = {"kind": InputKind.MASK.value} if self.is_mask else {}
        return {"__type": TYPE, "info": {"id": self.asset, **kind}}


def is_reference(value: Any) -> bool:
    """Whether it is such an object, or wants to be."""
    return isinstance(value, dict) and value.get("__type") == TYPE


def reference_of(value: Mapping[str, Any]) -> Reference:
    """What the object means. Raises NoReference."""
    info = value.get("info")
    asset = info.get("id") if isinstance(info, dict) else None
    if not isinstance(info, dict) or not isinstance(asset, str):
        raise NoReference("it has no `id`")
    kind = info.get("kind")
    if kind is not None and kind not in list(InputKind):
        raise NoReference(f"its kind must be one of {', '.join(InputKind)}")
    return Reference(asset, kind == InputKind.MASK)


def reference_objects(graph: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(node, object) of every such object, at any depth."""
    for node, spec in graph.items():
        waiting = list(spec["inputs"].values())
        while waiting:
            value = waiting.pop()
            if is_reference(value):
                yield node, value
            elif isinstance(value, list):
                waiting += value
            elif isinstance(value, dict):
                waiting += value.values()
