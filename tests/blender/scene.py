"""Blender with its open file, as the core sees it, and a main loop where Blender has none."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence

import bpy

from comfyrelay.keeping import KEEPS

from .node import MARK, BlenderNode

UID = f"{KEEPS}uid"
TURN_S = 0.02


class BlenderScene:
    """Implements the core's `Dcc`. Main thread, but `post`.

    Without a window Blender's own timers never fire. `interactive` says whether somebody pumps.
    """

    def __init__(self, interactive: bool) -> None:
        self._interactive = interactive
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._names: dict[str, str] = {}  # that the object with a uid had last

    @property
    def interactive(self) -> bool:
        return self._interactive

    @property
    def scene(self) -> str:
        return str(bpy.data.filepath)

    @property
    def frame(self) -> int:
        return int(bpy.context.scene.frame_current)

    def post(self, call: Callable[[], None]) -> None:
        """Any thread: nothing of Blender is called here."""
        self._calls.put(call)

    def nodes(self) -> Sequence[BlenderNode]:
        return [BlenderNode(each.name) for each in bpy.data.objects if MARK in each]

    def node(self, uid: str) -> BlenderNode | None:
        """By name first, and only if the uid is the same."""
        last = bpy.data.objects.get(self._names.get(uid, ""))
        if last is None or last.get(UID) != uid:
            last = next((each for each in bpy.data.objects if each.get(UID) == uid), None)
        if last is None:
            return None
        self._names[uid] = last.name
        return BlenderNode(last.name)

    def busy(self) -> str:
        return "Blender renders." if bpy.app.is_job_running("RENDER") else ""

    def until(self, check: Callable[[], bool], patience_s: float) -> None:
        """The main loop turns until that is so. Raises TimeoutError."""
        end = time.monotonic() + patience_s
        while not check():
            if time.monotonic() > end:
                raise TimeoutError("it never happened")
            try:
                self._calls.get(timeout=TURN_S)()
            except queue.Empty:
                continue
