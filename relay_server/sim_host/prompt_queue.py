"""Prompts that wait, the one that runs, and those that are over."""

from __future__ import annotations

import copy
import heapq
import threading
from collections.abc import Callable
from typing import Any

from .graph import Graph

Item = tuple[float, str, Graph, dict[str, Any], list[str]]
"""(number, prompt id, graph, extra data, outputs to run). Compared in this order, as in ComfyUI,
so two items with the same number and id cannot be compared."""

HISTORY_SIZE = 10_000
_SECRETS = ("auth_token_comfy_org", "api_key_comfy_org")


class PromptQueue:
    """Lowest number first. Called from the loop and from the execution thread."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._lock = threading.RLock()
        self._filled = threading.Condition(self._lock)
        self._waiting: list[Item] = []
        self._running: dict[int, Item] = {}
        self._taken = 0
        self._history: dict[str, dict[str, Any]] = {}
        self._flags: dict[str, Any] = {}
        self._closed = False

    @property
    def remaining(self) -> int:
        """How many prompts wait or run."""
        with self._lock:
            return len(self._waiting) + len(self._running)

    def put(self, item: Item) -> None:
        """Add a prompt. Raises TypeError, with the item added, if it cannot be compared."""
        with self._lock:
            heapq.heappush(self._waiting, item)
            self._on_change()
            self._filled.notify()

    def take(self) -> tuple[int, Item] | None:
        """The next prompt and its ticket; None when there are flags, or the queue is closed."""
        with self._lock:
            self._filled.wait_for(lambda: self._waiting or self._flags or self._closed)
            if self._closed or not self._waiting:
                return None
            item = heapq.heappop(self._waiting)
            self._taken += 1
            self._running[self._taken] = copy.deepcopy(item)
            self._on_change()
            return self._taken, item

    def done(self, ticket: int, result: dict[str, Any], status: dict[str, Any]) -> None:
        """Move a prompt from running to history, in one step."""
        with self._lock:
            item = self._running.pop(ticket)
            if len(self._history) > HISTORY_SIZE:
                self._history.pop(next(iter(self._history)))
            for secret in _SECRETS:
                item[3].pop(secret, None)
            entry = {"prompt": item, "outputs": {}, "status": copy.deepcopy(status)}
            self._history[item[1]] = entry | result
            self._on_change()

    def snapshot(self) -> tuple[list[Item], list[Item]]:
        """(running, waiting); the waiting ones in the order of the heap, not sorted."""
        with self._lock:
            return list(self._running.values()), list(self._waiting)

    def ids(self) -> list[str]:
        """The prompts that wait or run, the newest last."""
        with self._lock:
            items = [*self._running.values(), *sorted(self._waiting, key=lambda item: item[0])]
            return [item[1] for item in items]

    def delete(self, prompt_id: str) -> None:
        """Take the first waiting prompt of that id out; nothing happens if there is none."""
        with self._lock:
            ids = [item[1] for item in self._waiting]
            if prompt_id not in ids:
                return
            if len(ids) == 1:
                self.clear()  # which tells the change once more, as in ComfyUI
            else:
                del self._waiting[ids.index(prompt_id)]
                heapq.heapify(self._waiting)
            self._on_change()

    def clear(self) -> None:
        """Nothing waits any more; what runs goes on."""
        with self._lock:
            self._waiting = []
            self._on_change()

    def history(self, max_items: int | None = None, offset: int = -1) -> dict[str, Any]:
        """Oldest first; a negative offset means the last `max_items`."""
        with self._lock:
            if max_items is None:
                return dict(list(self._history.items())[max(offset, 0) :])
            start = len(self._history) - max_items if offset < 0 else offset
            kept = list(self._history.items())[max(start, 0) :]
            return dict(kept[: max(max_items, 1)])

    def history_of(self, prompt_id: str) -> dict[str, Any]:
        """The entry under its id; empty if there is none."""
        with self._lock:
            entry = self._history.get(prompt_id)
            return {} if entry is None else {prompt_id: entry}

    def forget(self, prompt_id: str) -> None:
        """Drop one entry of the history, if it is there."""
        with self._lock:
            self._history.pop(prompt_id, None)

    def forget_all(self) -> None:
        """Drop the history."""
        with self._lock:
            self._history = {}

    def set_flag(self, name: str, value: Any) -> None:
        """Leave a wish for the execution thread."""
        with self._lock:
            self._flags[name] = value
            self._filled.notify()

    def take_flags(self) -> dict[str, Any]:
        """The wishes left so far."""
        with self._lock:
            flags, self._flags = self._flags, {}
            return flags

    def close(self) -> None:
        """Let `take` return None from now on."""
        with self._lock:
            self._closed = True
            self._filled.notify_all()
