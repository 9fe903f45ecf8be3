"""Workflows as ComfyUI saved them: from either format, or a picture, to one graph. Pure."""

from __future__ import annotations
