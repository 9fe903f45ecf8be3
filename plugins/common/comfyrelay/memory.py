"""A DCC in memory: scenes, nodes with wires to pictures on disk, and a main loop that is pumped.

For tests, and for pipeline scripts that want a node without an application. It keeps the rules
that a real one only punishes: it is called on the main thread alone, and a deleted node is dead.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .guard import MainThread
from .memory_node import MemoryNode

PATIENCE_S = 60.0
TURN_S = 0.02


class MemoryDcc:
    """One application with one open scene. Made on the thread that is to be its main one."""

    def __init__(self, interactive: bool = True) -> None:
        self.main = MainThread()
        self.turns_s: list[float] = []  # how long each turn of the main loop took
        self.worked_s: list[float] = []  # the same without waits for a processor or the GIL
        self.modified = False
        self.busy_with = ""
        self.on_arrival: Callable[[MemoryNode], None] = lambda node: None  # created, pasted
        self.on_open: Callable[[], None] = lambda: None
        self.on_save: Callable[[], None] = lambda: None
        self.on_close: Callable[[], None] = lambda: None
        self._interactive = interactive
        self._scene = ""
        self._frame = 1
        self._nodes: list[MemoryNode] = []
        self._posted: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()

    # Dcc

    @property
    def interactive(self) -> bool:
        self.main.check()
        return self._interactive

    @property
    def scene(self) -> str:
        self.main.check()
        return self._scene

    @property
    def frame(self) -> int:
        self.main.check()
        return self._frame

    @frame.setter
    def frame(self, frame: int) -> None:
        self.main.check()
        self._frame = frame

    def post(self, call: Callable[[], None]) -> None:
        if self.main.here or not self._interactive:
            raise RuntimeError("post is for background threads, and needs a user interface")
        with self._changed:
            if self._posted:
                raise RuntimeError("the call before this one did not run yet")
            self._posted.append(call)
            self._changed.notify_all()

    def nodes(self) -> Sequence[MemoryNode]:
        self.main.check()
        return tuple(self._nodes)

    def node(self, uid: str) -> MemoryNode | None:
        self.main.check()
        return next((each for each in self._nodes if each.state().get("uid") == uid), None)

    def busy(self) -> str:
        self.main.check()
        return self.busy_with

    # the main loop

    def turn(self, wait_s: float = 0.0) -> bool:
        """One turn of the main loop; whether there was something to do."""
        self.main.check()
        with self._changed:
            if not self._posted:
                self._changed.wait(wait_s)
            call = self._posted.popleft() if self._posted else None
        if call is None:
            return False
        began, worked = time.perf_counter(), time.thread_time()
        call()
        self.turns_s.append(time.perf_counter() - began)
        self.worked_s.append(time.thread_time() - worked)
        return True

    def until(self, check: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
        """Let the loop turn until `check` answers something. Raises TimeoutError."""
        end = time.monotonic() + patience_s
        while True:
            found = check()
            if found:
                return found
            if time.monotonic() > end:
                raise TimeoutError("it never happened")
            self.turn(TURN_S)

    # what people do

    def add(self, name: str = "") -> MemoryNode:
        """A new node."""
        return self._arrived(MemoryNode(self, name or self._free_name()))

    def copy(self, node: MemoryNode) -> MemoryNode:
        """Copy and paste: all it keeps comes along, the uid too."""
        return self._arrived(MemoryNode(self, self._free_name(), node.content()))

    def delete(self, node: MemoryNode) -> None:
        """Delete it: who still holds it holds nothing."""
        node.alive = False
        self._nodes.remove(node)
        self.modified = True

    def undo_delete(self, node: MemoryNode) -> MemoryNode:
        """It is back, as another object."""
        return self._arrived(MemoryNode(self, node.name, node.last_content()))

    def save(self, path: Path | str = "") -> None:
        """Save the scene, or save it as."""
        self._scene = str(path or self._scene)
        content = [{"name": each.name, **each.content()} for each in self._nodes]
        Path(self._scene).write_text(json.dumps(content, indent=1), encoding="utf-8")
        self.modified = False
        self.on_save()

    def open(self, path: Path | str) -> None:
        """Close the scene without saving, and open another."""
        self.clear()
        self._scene = str(path)
        for each in json.loads(Path(path).read_text(encoding="utf-8")):
            self._nodes.append(MemoryNode(self, each.pop("name"), each))
        self.modified = False
        self.on_open()

    def clear(self) -> None:
        """Close the scene without saving; an empty one is there."""
        self.on_close()
        for each in self._nodes:
            each.alive = False
        self._nodes.clear()
        self._scene = ""
        self.modified = False

    def _arrived(self, node: MemoryNode) -> MemoryNode:
        self._nodes.append(node)
        self.modified = True
        self.on_arrival(node)
        return node

    def _free_name(self) -> str:
        taken = {each.name for each in self._nodes}
        return next(
            name for number in range(1, 10_000) if (name := f"ComfyRelay{number}") not in taken
        )
