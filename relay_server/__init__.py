"""Comfy Relay: one queue, typed forms and honest jobs in front of ComfyUI hosts."""

from __future__ import annotations

__version__ = "0.1.0"

API_LEVEL = 1
"""What the plugins compare: raised when an answer changes in a way that old clients cannot read."""
