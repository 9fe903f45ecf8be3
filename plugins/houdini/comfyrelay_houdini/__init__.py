"""The skin for Houdini."""

from __future__ import annotations
