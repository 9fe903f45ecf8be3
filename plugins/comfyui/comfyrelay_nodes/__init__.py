"""Nodes for a ComfyUI host: load and save float EXR."""

from __future__ import annotations
