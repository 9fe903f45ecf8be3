"""A parm: one value of a node, with its menu, its callback, and whether it is to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import conditions
from .errors import OperationFailed
from .parm_values import ParmValue
from .session import model


@model("Parm")
class Parm(ParmValue):
    # Menus and buttons.

    def _menu(self) -> list[str]:
        if not self._has_menu():
            raise OperationFailed(f"{self.path()} is not a menu")
        return self._app.callbacks.menu(self)  # type: ignore[no-any-return]

    def _has_menu(self) -> bool:
        return bool(self._template._items or self._template._generator) or (
            self._template._kind == "Menu"
        )

    def menuItems(self) -> Sequence[str]:
        return tuple(self._menu()[::2])

    def menuLabels(self) -> Sequence[str]:
        return tuple(self._menu()[1::2])

    def menuContents(self) -> Sequence[str]:
        return tuple(self._menu())

    def isDynamicMenu(self) -> bool:
        return bool(self._template._generator)

    def pressButton(self, arguments: Mapping[str, Any] | None = None) -> None:
        """Runs the callback script. What it raises becomes an OperationFailed."""
        self._app.callbacks.press(self, arguments or {})

    # Whether it can be used, and is seen.

    def lock(self, on: bool) -> None:
        self._node._refuse_write(f"{self.path()} was locked")
        self._locked = on
        self._node._told("ParmTupleLockChanged", parm_tuple=self._tuple)

    def isLocked(self) -> bool:
        return self._locked

    def disable(self, on: bool) -> None:
        self._put["disabled"] = on

    def hide(self, on: bool) -> None:
        self._put["hidden"] = on

    def isDisabled(self) -> bool:
        return self._put.get("disabled", False) or self._condition(self._template, "DisableWhen")

    def isHidden(self) -> bool:
        """By itself; `isVisible` also asks the folders."""
        hidden = self._template._hidden or self._condition(self._template, "HideWhen")
        return self._put.get("hidden", False) or hidden

    def isVisible(self) -> bool:
        folders = [f._hidden or self._condition(f, "HideWhen") for f in self._tuple._folders]
        return not self.isHidden() and not any(folders)

    def _condition(self, template: Any, kind: str) -> bool:
        text = template._conditions.get(kind)
        return bool(text) and conditions.holds(text, self._node, self._tuple._suffix)

    def containingFolders(self) -> Sequence[str]:
        return tuple(folder._label for folder in self._tuple._folders)

    # Multiparms.

    def isMultiParmParent(self) -> bool:
        return bool(self._tuple._is_multiparm())

    def isMultiParmInstance(self) -> bool:
        return bool(self._tuple._suffix)

    def multiParmInstances(self) -> Sequence[Any]:
        return tuple(p for t in self._node._parm_set.instances(self._tuple) for p in t._parms)

    def multiParmStartOffset(self) -> int:
        return int(self._template._tags.get("multistartoffset", 1))

    def insertMultiParmInstance(self, inst_index: int) -> None:
        self._refuse_change()
        self._node._parm_set.insert_instance(self._tuple, inst_index)

    def removeMultiParmInstance(self, inst_index: int) -> None:
        self._refuse_change()
        self._node._parm_set.remove_instance(self._tuple, inst_index)
