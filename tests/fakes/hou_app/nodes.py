"""Nodes as they lie in networks: children, locks, flags, comments and user data."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from .enums import EnumValue
from .errors import OperationFailed, PermissionError_
from .session import WrongThread, breach, model
from .wires import Wired


@model("Node")
class Node(Wired):
    def __init__(self, app: Any, parent: Any, name: str, node_type: Any) -> None:
        super().__init__(app, parent, name, node_type)
        self._children: list[Any] = []
        self._user_data: dict[str, str] = {}
        self._remark = ""
        self._flags: set[str] = set()
        self._current: Any = None  # the child that was selected last

    # The tree.

    def _child(self, name: str) -> Any:
        return next((child for child in self._children if child._text == name), None)

    def _free_name(self, stem: str) -> str:
        stem = re.sub(r"\d+$", "", stem)
        number = 1
        while self._child(f"{stem}{number}") is not None:
            number += 1
        return f"{stem}{number}"

    def _all_below(self) -> list[Any]:
        return [n for child in self._children for n in (child, *child._all_below())]

    def _node_at(self, path: str) -> Any:
        at: Any = self._app.root if path.startswith("/") else self
        for part in path.split("/"):
            if part == "..":
                at = at._parent
            elif part not in ("", "."):
                at = at._child(part)
            if at is None:
                return None
        return at

    def node(self, node_path: str) -> Any:
        return self._node_at(node_path)

    def children(self) -> tuple[Any, ...]:
        return tuple(self._children)

    def allSubChildren(
        self, top_down: bool = True, recurse_in_locked_nodes: bool = True,
        sync_delayed_definition: bool = False,
    ) -> tuple[Any, ...]:  # fmt: skip
        found = self._all_below()
        if not recurse_in_locked_nodes:
            found = [n for n in found if not n._locked_above() or n._locked_above() is self]
        return tuple(found)

    def type(self) -> Any:
        return self._type

    def childTypeCategory(self) -> Any:
        return self._app.types.categories[self._type._child] if self._type._child else None

    def isNetwork(self) -> bool:
        return bool(self._type._child)

    def isSubNetwork(self) -> bool:
        return bool(self._type._child)

    def createNode(
        self, node_type_name: str, node_name: str | None = None, run_init_scripts: bool = True,
        load_contents: bool = True, exact_type_name: bool = False,
        force_valid_node_name: bool = False,
    ) -> Any:  # fmt: skip
        self._refuse_write(f"a node was made in {self._path()}", inside=True)
        node_type = self._app.types.find(self._type._child, node_type_name, exact_type_name)
        return self._app.population.create(self, node_type, node_name, run_init_scripts)

    def layoutChildren(
        self, items: Sequence[Any] = (), horizontal_spacing: float = -1.0,
        vertical_spacing: float = -1.0,
    ) -> None:  # fmt: skip
        """One below the other; where Houdini puts them is its own affair."""
        self._refuse_write(f"the contents of {self._path()} were laid out", inside=True)
        for number, item in enumerate(items or self._children):
            item._xy = (0.0, -float(number))

    def destroy(self, disable_safety_checks: bool = False) -> None:
        self._refuse_write(f"{self._path()} was deleted", OperationFailed)
        self._app.population.destroy(self)

    def isCurrent(self) -> bool:
        return self._selected and self._parent._current is self

    def setCurrent(self, on: bool, clear_all_selected: bool = False) -> None:
        self.setSelected(on, clear_all_selected)
        self._parent._current = self if on else None

    def isEditable(self) -> bool:
        return self._locked_above() is None

    # Locked assets.

    def _locked_above(self) -> Any:
        """The locked asset that it lies in; None too for a node that the asset leaves open."""
        at, way = self._parent, [self._text]
        while at is not None:
            if at._is_locked():
                return None if "/".join(way) in at._type._definition._editable() else at
            way.insert(0, at._text)
            at = at._parent
        return None

    def _is_locked(self) -> bool:
        return False

    def _refuse_write(
        self, what: str, error: Callable[[str], Exception] = PermissionError_, inside: bool = False
    ) -> None:
        """`inside` is for changes of the contents, which a locked asset itself refuses too."""
        if self._app.loading:
            return
        if not self._app.is_main_thread():
            raise breach(WrongThread(f"{what} on the thread {threading.current_thread().name!r}"))
        if self._app.callbacks.in_menu:
            raise breach(RuntimeError(f"{what} by a menu script"))
        if self._app.depth:
            raise breach(RuntimeError(f"{what} while {self._app.pwd._path()} was evaluated"))
        if self._locked_above() is not None or (inside and self._is_locked()):
            raise error(f"Permission denied: {what}, inside a locked asset")

    # Flags, comments, user data.

    def isGenericFlagSet(self, flag: EnumValue) -> bool:
        return flag.name() in self._flags

    def setGenericFlag(self, flag: EnumValue, value: bool) -> None:
        self._refuse_write(f"a flag of {self._path()} was set")
        if value == self.isGenericFlagSet(flag):
            return
        (self._flags.add if value else self._flags.discard)(flag.name())
        self._app.changes.record(f"flag of {self._text}", None)
        self._told("FlagChanged")

    def comment(self) -> str:
        return self._remark

    def setComment(self, comment: str) -> None:
        self._refuse_write(f"{self._path()} was commented")
        before, self._remark = self._remark, comment
        if before != comment:
            self._app.changes.record("comment", lambda: self.setComment(before))

    def setUserData(self, name: str, value: str) -> None:
        self._refuse_write(f"user data of {self._path()} was set")
        if not isinstance(value, str):
            raise TypeError(f"user data is text, not {value!r}")
        before = dict(self._user_data)
        if before.get(name) != value:
            self._user_data[name] = value
            self._app.changes.user_data(self, before)

    def userData(self, name: str) -> str | None:
        return self._user_data.get(name)

    def userDataDict(self) -> dict[str, str]:
        return dict(self._user_data)

    def destroyUserData(self, name: str, must_exist: bool = True) -> None:
        self._refuse_write(f"user data of {self._path()} was destroyed")
        if name not in self._user_data:
            if must_exist:
                raise OperationFailed(f"{self._path()} has no user data {name!r}")
            return
        before = dict(self._user_data)
        del self._user_data[name]
        self._app.changes.user_data(self, before)
