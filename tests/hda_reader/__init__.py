"""Reads expanded digital assets as strictly as nothing else does, and says what is wrong.

    assert complaints(directory) == []

Houdini forgives much, and then shows a node without its buttons. What is right was read off assets
that Houdini saved; the grammar of a DialogScript is read by the fake Houdini's own reader.
"""

from __future__ import annotations

from .checks import complaints

__all__ = ["complaints"]
