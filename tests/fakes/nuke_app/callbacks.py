"""Callbacks: which there are, in which order they run, and what they see as `this`.

For each event the code in the node's own knob runs first, then what was added for the node's
class, then what was added for all classes. An exception ends the list that it is in; it is printed.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

EVENTS = (
    "onUserCreate", "onCreate", "onScriptLoad", "onScriptSave", "onScriptClose", "onDestroy",
    "knobChanged", "updateUI", "autolabel", "beforeRender", "beforeFrameRender",
    "afterFrameRender", "afterRender", "renderProgress",
)  # fmt: skip


class Added(NamedTuple):
    """One callback. `node` None means any."""

    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    node: Any


class Context(NamedTuple):
    """What the running Python sees as thisNode, thisKnob, and why it runs."""

    event: str
    node: Any
    knob: Any


class Callbacks:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.added: dict[str, dict[str, list[Added]]] = {event: {} for event in EVENTS}
        self.contexts: list[Context] = []
        self.ran: list[tuple[str, str, str]] = []  # event, node, knob

    def run(self, event: str, node: Any, knob: Any = None) -> None:
        """Run all callbacks of an event, in their order."""
        self.ran.append((event, node._full_name(), knob._name if knob is not None else ""))
        with self.context(event, node, knob):
            own = node._knobs.get(event)
            if own is not None and own._text:
                self._run_safely(lambda: self.app.run_python(own._text))
            self._run_safely(lambda: self._run_added(event, node))

    @contextmanager
    def context(self, event: str, node: Any, knob: Any = None) -> Iterator[None]:
        """Inside, `nuke.thisNode()` is the node and the current group is the one it lies in."""
        self.contexts.append(Context(event, node, knob))
        depth = len(self.app.groups)
        self.app.groups.append(node._parent if node._parent is not None else node)
        try:
            yield
        finally:
            del self.app.groups[depth:]
            self.contexts.pop()

    def is_running(self, event: str, node: Any) -> bool:
        return any(at.event == event and at.node is node for at in self.contexts)

    def _run_added(self, event: str, node: Any) -> None:
        for added in self._for(event, node):
            added.call(*added.args, **added.kwargs)

    def _for(self, event: str, node: Any) -> list[Added]:
        table = self.added[event]
        found: list[Added] = []
        for added in [*table.get(node._class, []), *table.get("*", [])]:
            if (added.node is None or added.node is node) and added not in found:
                found.append(added)
        return found

    def _run_safely(self, call: Callable[[], Any]) -> None:
        try:
            call()
        except Exception:  # noqa: BLE001  printed, as Nuke does; a test asks for `errors`
            self.app.errors.append(traceback.format_exc())
            traceback.print_exc(file=sys.stderr)

    def functions(self) -> dict[str, Callable[..., Any]]:
        """nuke.addOnCreate and the others, for the module."""
        made: dict[str, Callable[..., Any]] = {}
        for event in EVENTS:
            name = event[0].upper() + event[1:]
            made[f"add{name}"] = self._adder(event)
            made[f"remove{name}"] = self._remover(event)
        return made

    def _adder(self, event: str) -> Callable[..., None]:
        def add(
            call: Callable[..., Any], args: Any = (), kwargs: Any = None, nodeClass: str = "*",
            node: Any = None,
        ) -> None:  # fmt: skip
            added = Added(call, tuple(args), dict(kwargs or {}), node)
            standing = self.added[event].setdefault(nodeClass, [])
            if added in standing:
                standing.remove(added)
            standing.append(added)

        return add

    def _remover(self, event: str) -> Callable[..., None]:
        def remove(
            call: Callable[..., Any], args: Any = (), kwargs: Any = None, nodeClass: str = "*",
            node: Any = None,
        ) -> None:  # fmt: skip
            added = Added(call, tuple(args), dict(kwargs or {}), node)
            standing = self.added[event].get(nodeClass, [])
            if added in standing:
                standing.remove(added)

        return remove
