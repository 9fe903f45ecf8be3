"""For a session of either DCC, in any of their Pythons: what it generates, and what starts too
early."""

from __future__ import annotations

import sys
import threading
from typing import Any

HARBOUR = {
    "p_prompt": "a [harbour] at {dawn}", "p_checkpoint": "sim-landscape.safetensors",
    "p_width": 64, "p_height": 64, "p_steps": 2,
}  # fmt: skip
"""For text-to-image, which has no input that would have to be rendered."""
STARTS = ("socket.", "_thread.start_new_thread", "subprocess.", "os.system", "os.exec", "os.fork")


class Early:
    """Notes every socket, thread and process from now on, until `ended`."""

    def __init__(self) -> None:
        self._begun: list[str] = []
        self._watching = True
        sys.addaudithook(self._heard)

    def _heard(self, event: str, _args: Any) -> None:
        if self._watching and event.startswith(STARTS):
            self._begun.append(event)

    def ended(self) -> dict[str, Any]:
        """What was begun, and how many threads there are."""
        self._watching = False
        return {"started": self._begun, "threads": threading.active_count()}
