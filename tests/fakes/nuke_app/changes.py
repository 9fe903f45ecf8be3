"""What a change of the script sets off: undo, the modified flag, the viewer, callbacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .knobs import FLAGS
from .session import NotModelled, current, model

BOOKKEEPING = {
    "name", "selected", "xpos", "ypos", "label", "note_font", "note_font_size", "note_font_color",
    "tile_color", "gl_color", "icon", "autolabel", "hide_input", "cached", "postage_stamp",
    "knobChanged", "onCreate", "onDestroy", "updateUI", "help",
}  # fmt: skip
"""Knobs that make no difference to the picture."""


class Change(NamedTuple):
    """One entry of the undo list. `back` puts it back, or is None where that is not modelled."""

    text: str
    back: Callable[[], None] | None


class Changes:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.undo_stack: list[tuple[str, list[Change]]] = []  # each with its name
        self.log: list[tuple[str, str, str]] = []  # node, knob, value as a script has it
        self.shown = 0  # changes of labels and flags, which only the panel shows
        self._touched: list[tuple[Any, Any]] = []  # node and knob, not yet looked at
        self._invalidations = 0
        self._disabled = 0
        self._open: list[tuple[str, list[Change]]] = []
        self._running_back = False

    # Kinds of change.

    def knob(self, knob: Any, before: Any) -> None:
        """A knob's value has become another."""
        node = knob._node
        self.log.append((node._full_name(), knob._name, knob._script()))
        if not knob._flags & FLAGS["NO_UNDO"] and knob._name != "selected":
            self.record(f"{node._full_name()}.{knob._name}", lambda: _put_back(knob, before))
        if knob._name not in BOOKKEEPING:
            self.invalidate(node, knob)
        self.app.knob_changed(knob)

    def knobs(self, node: Any, text: str) -> None:
        self.record(f"{node._full_name()}: {text}", None)
        self.shown += 1

    def inputs(self, node: Any, before: list[Any]) -> None:
        def back() -> None:
            node._inputs = before

        self.record(f"{node._full_name()}: inputs", back)
        self.invalidate(node)
        self.app.pseudo_knob_changed(node, "inputChange")

    def created(self, node: Any) -> None:
        self.record(f"created {node._full_name()}", lambda: self.app.population.remove(node))

    def deleted(self, node: Any, text: str, inputs: list[Any], outputs: list[Any]) -> None:
        def back() -> None:
            again = self.app.scripts.paste(text, node._parent, select=False)
            for index, upstream in enumerate(inputs):
                if upstream is not None and upstream._alive:
                    again._connect(index, upstream)
            for downstream, index in outputs:
                downstream._connect(index, again)

        self.record(f"deleted {node._full_name()}", back)

    # Undo.

    def record(self, text: str, back: Callable[[], None] | None) -> None:
        self.app.root_node._modified = True
        if self._disabled or self._running_back or self.app.loading:
            return
        change = Change(text, back)
        if self._open:
            self._open[-1][1].append(change)
        else:
            self.undo_stack.append((text, [change]))

    def begin(self, name: str = "") -> None:
        self._open.append((name, []))

    def end(self) -> None:
        name, changes = self._open.pop()
        if changes:
            self.undo_stack.append((name, changes))

    def disable(self) -> None:
        self._disabled += 1

    def enable(self) -> None:
        self._disabled = max(0, self._disabled - 1)

    @property
    def disabled(self) -> bool:
        return self._disabled > 0

    def undo(self) -> None:
        """Put back what was done last."""
        if not self.undo_stack:
            return
        _name, changes = self.undo_stack.pop()
        self._running_back = True
        try:
            for change in reversed(changes):
                if change.back is None:
                    raise NotModelled(f"undo of {change.text}")
                change.back()
        finally:
            self._running_back = False

    # The viewer.

    def invalidate(self, node: Any, knob: Any = None) -> None:
        """What the node puts out may be another. Whether a viewer shows it is looked at later,
        so that callbacks whose time is taken do not pay for it."""
        self._touched.append((node, knob))

    @property
    def viewer_invalidations(self) -> int:
        """How often some viewer had to begin anew."""
        nodes = self.app.root_node._all_nodes(deep=True)
        viewers = [node for node in nodes if node._class == "Viewer"]
        shown = [seen for viewer in viewers for seen in self.app.renderer.reached(viewer)]
        for node, knob in self._touched:
            if node in shown and (knob is None or self._matters(knob)):
                self._invalidations += 1
        self._touched.clear()
        return self._invalidations

    def _matters(self, knob: Any) -> bool:
        """A user knob matters to the picture only if an expression reads it."""
        if not knob._user:
            return True
        name = f".{knob._name}"
        nodes = self.app.root_node._all_nodes(deep=True)
        return any(name in text for node in nodes for text in _expressions(node))


def _expressions(node: Any) -> list[str]:
    found: list[str] = []
    for knob in node._knobs.values():
        found += [curve.expression for curve in getattr(knob, "_curves", ()) if curve.expression]
        text = getattr(knob, "_text", "")
        if getattr(knob, "_evaluates", False) and "[" in text:
            found.append(text)
    return found


def _put_back(knob: Any, state: Any) -> None:
    before = knob._state()
    knob._restore(state)
    knob._node._app.changes.knob(knob, before)


@model("Undo")
class Undo:
    """nuke.Undo: all of it belongs to the application, not to the object."""

    def __init__(self, name: str = "") -> None:
        self._text = name

    @classmethod
    def begin(cls, name: str = "") -> None:
        current().changes.begin(name)

    @classmethod
    def end(cls) -> None:
        current().changes.end()

    @classmethod
    def new(cls, name: str = "") -> None:
        cls.end()
        cls.begin(name)

    @classmethod
    def disable(cls) -> None:
        current().changes.disable()

    @classmethod
    def enable(cls) -> None:
        current().changes.enable()

    @classmethod
    def disabled(cls) -> bool:
        return bool(current().changes.disabled)

    @classmethod
    def undo(cls) -> None:
        current().changes.undo()

    @classmethod
    def undoSize(cls) -> int:
        return len(current().changes.undo_stack)

    def __enter__(self) -> Any:
        self.begin(self._text)
        return self

    def __exit__(self, type: Any, value: Any, traceback: Any) -> None:
        self.end()
