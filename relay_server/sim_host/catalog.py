"""Every node class that the host offers."""

from __future__ import annotations

from . import (
    nodes_custom,
    nodes_exr,
    nodes_files,
    nodes_images,
    nodes_loaders,
    nodes_masks,
    nodes_meshes,
    nodes_sampling,
    nodes_values,
    nodes_video,
)
from .node import NodeClass

_MODULES = (
    nodes_loaders,
    nodes_sampling,
    nodes_video,
    nodes_files,
    nodes_images,
    nodes_masks,
    nodes_meshes,
    nodes_values,
    nodes_custom,
    nodes_exr,
)

CLASSES: dict[str, NodeClass] = {node.name: node for module in _MODULES for node in module.CLASSES}
