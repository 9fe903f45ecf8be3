"""A ComfyUI host in software: ComfyUI 0.3.64's protocol, real image nodes and a pretend model.

For the demo and the tests. It says that it is a simulation in `/system_stats` and in every picture.
"""

from __future__ import annotations

from .app import create_app, serve
from .options import SimOptions
from .seam import Seam

__all__ = ["Seam", "SimOptions", "create_app", "serve"]
