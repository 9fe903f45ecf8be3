"""Comfy Relay's plugins."""

from __future__ import annotations
