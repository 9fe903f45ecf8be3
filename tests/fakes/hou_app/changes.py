"""What a change of the scene sets off: undo, the unsaved mark, events, cooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .session import NotModelled, current, model


class Change(NamedTuple):
    """One entry of the undo list. `back` puts it back, or is None where that is not modelled."""

    text: str
    back: Callable[[], None] | None


class Changes:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.undo_stack: list[tuple[str, list[Change]]] = []  # each with its label
        self.log: list[tuple[str, str, Any]] = []  # node, parm, value as it is kept
        self.unsaved = False
        self._disabled = 0
        self._open: list[tuple[str, list[Change]]] = []
        self._running_back = False

    # Kinds of change.

    def parm(self, parm: Any, before: Any) -> None:
        """A parm's value, expression or keys have become others."""
        node = parm._node
        self.log.append((node._path(), parm._text, parm._raw))

        def back() -> None:
            now = parm._state()
            parm._restore(before)
            self.parm(parm, now)

        self.record(f"Parameter change {parm._text}", back)
        if self.app.loading:
            return
        event = "ParmTupleAnimated" if self._running_back else "ParmTupleChanged"
        node._told(event, parm_tuple=parm._tuple)
        if self.app.cooking.matters(parm):
            self.data(node)

    def wire(self, node: Any, index: int, before: Any) -> None:
        def back() -> None:
            now = node._wires.get(index)
            node._connect(index, before)
            self.wire(node, index, now)

        self.record(f"Connect {node._text}", back)
        if not self.app.loading:
            node._told("InputRewired", input_index=index)
            self.data(node)

    def user_data(self, node: Any, before: dict[str, str]) -> None:
        def back() -> None:
            node._user_data = dict(before)

        self.record(f"User data of {node._text}", back)
        node._told("CustomDataChanged")

    def data(self, node: Any) -> None:
        """What a node puts out may be another: who looks at it by wire is told, down to the end."""
        waiting, seen = [node], {node._id}
        while waiting:
            at = waiting.pop(0)
            for downstream, _index in at._downstream():
                if downstream._id not in seen:
                    seen.add(downstream._id)
                    downstream._told("InputDataChanged")
                    waiting.append(downstream)

    # Undo.

    def record(self, text: str, back: Callable[[], None] | None) -> None:
        if self.app.loading:
            return
        if not self._disabled or self.app.change_without_undo == "unsaved":
            self.unsaved = True
        if self._disabled or self._running_back:
            return
        change = Change(text, back)
        if self._open:
            self._open[-1][1].append(change)
        else:
            self.undo_stack.append((text, [change]))

    def undo(self) -> bool:
        """Put back what was done last."""
        if not self.undo_stack:
            return False
        _label, changes = self.undo_stack.pop()
        self._running_back = True
        try:
            for change in reversed(changes):
                if change.back is None:
                    raise NotModelled(f"undo of {change.text}")
                change.back()
        finally:
            self._running_back = False
        return True

    def disable(self, by: int) -> None:
        self._disabled += by

    @property
    def enabled(self) -> bool:
        return self._disabled == 0

    def begin(self, label: str) -> None:
        self._open.append((label, []))

    def end(self) -> None:
        label, changes = self._open.pop()
        if changes and self._open:
            self._open[-1][1].extend(changes)
        elif changes:
            self.undo_stack.append((label, changes))


@model("UndosDisabler")
class UndosDisabler:
    def __enter__(self) -> Any:
        current().changes.disable(1)
        return self

    def __exit__(self, type: Any, value: Any, traceback: Any) -> None:
        current().changes.disable(-1)


@model("UndosGroup")
class UndosGroup:
    def __init__(self, label: str) -> None:
        self._text = label

    def label(self) -> str:
        return self._text

    def __enter__(self) -> Any:
        current().changes.begin(self._text)
        return self

    def __exit__(self, type: Any, value: Any, traceback: Any) -> None:
        current().changes.end()


@model("undos")
class Undos:
    """hou.undos."""

    @staticmethod
    def disabler() -> UndosDisabler:
        return UndosDisabler()

    @staticmethod
    def group(label: str, editor: Any = None) -> UndosGroup:
        return UndosGroup(label)

    @staticmethod
    def areEnabled() -> bool:
        return bool(current().changes.enabled)

    @staticmethod
    def undoLabels() -> tuple[str, ...]:
        return tuple(label for label, _changes in reversed(current().changes.undo_stack))

    @staticmethod
    def performUndo() -> bool:
        return bool(current().changes.undo())

    @staticmethod
    def clear() -> None:
        current().changes.undo_stack.clear()
