"""The skin for Nuke."""

from __future__ import annotations
