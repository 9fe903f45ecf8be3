"""PDG in software, as far as a Python Processor uses it: the few classes, from the documentation.

It belongs to a running HouApp: `hou.TopNode.cookWorkItems` cooks, each item on a thread of its own
out of as many as the scheduler has slots. There are no stubs of `pdg`; what is not here does not
exist, and what is a guess is told in the README.
"""

from __future__ import annotations

from .graph import Graph

__all__ = ["Graph"]
