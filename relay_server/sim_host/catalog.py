"""Every node class that the host offers."""

from __future__ import annotations

from . import nodes_files, nodes_images, nodes_sampling, nodes_values
from .node import NodeClass

CLASSES: dict[str, NodeClass] = {
    node.name: node
    for module in (nodes_sampling, nodes_files, nodes_images, nodes_values)
    for node in module.CLASSES
}
