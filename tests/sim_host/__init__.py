"""The simulated host, held to the recorded exchanges of a real ComfyUI 0.3.64."""

from __future__ import annotations
