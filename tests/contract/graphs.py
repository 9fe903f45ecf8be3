"""Graphs for the tests of the contract."""

from __future__ import annotations

from typing import Any


def drawn_graph(width: int = 64, color: int = 0) -> dict[str, Any]:
    """One colour, saved: the shortest graph there is."""
    size = {"width": width, "height": 48, "batch_size": 1, "color": color}
    return {
        "1": {"class_type": "EmptyImage", "inputs": size},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "d"}},
    }


def failing_graph() -> dict[str, Any]:
    """Passes every check and fails at node 3: the batches do not fit together."""
    size = {"width": 16, "height": 16, "batch_size": 1, "color": 0}
    blend = {
        "image1": ["1", 0], "image2": ["2", 0], "blend_factor": 0.5, "blend_mode": "normal"
    }  # fmt: skip
    return {
        "1": {"class_type": "EmptyImage", "inputs": {**size, "batch_size": 2}},
        "2": {"class_type": "EmptyImage", "inputs": {**size, "batch_size": 3}},
        "3": {"class_type": "ImageBlend", "inputs": blend},
        "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "f"}},
    }


def shown_graph(text: str) -> dict[str, Any]:
    """A text that comes out as one."""
    return {
        "1": {"class_type": "PrimitiveString", "inputs": {"value": text}},
        "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }


def asset_of(asset_id: str) -> dict[str, Any]:
    """The reference to an asset inside a graph."""
    return {"__type": "core/ASSET", "info": {"id": asset_id}}
