"""The loader of float EXRs that comes with Comfy Relay: how it differs from ComfyUI's own. Pure.

It gives a file's values as they are. So alpha means opaque, not "change this", and a mask for it is
an EXR whose white means "change this", which needs no rewriting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from relay_server.models.forms import FormInput, InputKind

EXR_LOADERS = frozenset({"ComfyRelayLoadEXR"})


def takes_exr(spec: Mapping[str, Any]) -> bool:
    """Whether a node is such a loader."""
    return spec.get("class_type") in EXR_LOADERS


def read_as(graph: Mapping[str, Any], inputs: Iterable[FormInput]) -> list[FormInput]:
    """The inputs with the kinds that their files are checked for."""
    return [
        each.model_copy(update={"kind": InputKind.IMAGE})
        if each.kind is InputKind.MASK and all(takes_exr(graph[t.node]) for t in each.targets)
        else each
        for each in inputs
    ]
