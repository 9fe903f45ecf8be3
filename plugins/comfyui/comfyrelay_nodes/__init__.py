"""Load and save float EXR in ComfyUI. This folder belongs into `custom_nodes`; it needs no more."""

from __future__ import annotations

from typing import Any

from .nodes import LoadEXR, SaveEXR

NODE_CLASS_MAPPINGS: dict[str, type[Any]] = {
    "ComfyRelayLoadEXR": LoadEXR,
    "ComfyRelaySaveEXR": SaveEXR,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "ComfyRelayLoadEXR": "Load EXR (Comfy Relay)",
    "ComfyRelaySaveEXR": "Save EXR (Comfy Relay)",
}

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
