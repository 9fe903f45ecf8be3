"""Comfy Relay for Nuke: its menus and callbacks. Runs where there is a user interface."""

from __future__ import annotations

import traceback

try:
    from comfyrelay_nuke import menus

    menus.install()
except Exception:  # noqa: BLE001  Nuke must start, whatever is wrong here
    traceback.print_exc()
