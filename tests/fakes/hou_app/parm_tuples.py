"""A parm tuple: the components of one parm template on a node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .enums import EnumValue
from .errors import InvalidSize, ObjectWasDeleted
from .parms import Parm
from .session import model


@model("ParmTuple")
class ParmTuple:
    """`suffix` is the number of a multiparm's instance; "" elsewhere."""

    def __init__(
        self, node: Any, template: Any, spare: bool, folders: tuple[Any, ...], suffix: str = ""
    ) -> None:
        self._node, self._attached = node, True
        self._place(template, spare, folders, suffix)
        names = [name.replace("#", suffix) for name in template._component_names()]
        defaults = template._defaults()
        self._parms = [Parm(self, i, name, defaults[i]) for i, name in enumerate(names)]

    def _place(self, template: Any, spare: bool, folders: tuple[Any, ...], suffix: str) -> None:
        self._template, self._spare, self._folders = template, spare, folders
        self._suffix = suffix
        self._text = template._text.replace("#", suffix)

    def _check_alive(self) -> None:
        self._node._check_alive()
        if not self._attached:
            raise ObjectWasDeleted(f"Attempt to access a parm {self._text!r} that is gone")

    def _fits(self, template: Any, suffix: str) -> bool:
        """Whether it can go on as this template's parm, with its value."""
        names = [name.replace("#", suffix) for name in template._component_names()]
        same = template._data == self._template._data and template._kind == self._template._kind
        return bool(same) and names == [parm._text for parm in self._parms]

    def _is_multiparm(self) -> bool:
        return bool(self._template._kind == "Folder")

    def _changed(self, parm: Parm, before: Any) -> None:
        if self._is_multiparm():
            self._node._parm_set.grow(self)
        self._node._app.changes.parm(parm, before)

    def node(self) -> Any:
        return self._node

    def name(self) -> str:
        return str(self._text)

    def description(self) -> str:
        return str(self._template._label)

    def parmTemplate(self) -> Any:
        return self._template.clone()

    def isSpare(self) -> bool:
        return bool(self._spare)

    def __len__(self) -> int:
        return len(self._parms)

    def __getitem__(self, index: int) -> Parm:
        return self._parms[index]

    def __iter__(self) -> Iterator[Parm]:
        return iter(self._parms)

    def eval(self) -> tuple[Any, ...]:
        return tuple(parm.eval() for parm in self._parms)

    def evalAtFrame(self, frame: float) -> tuple[Any, ...]:
        return tuple(parm.evalAtFrame(frame) for parm in self._parms)

    def evalAsStrings(self) -> tuple[str, ...]:
        return tuple(parm.evalAsString() for parm in self._parms)

    def set(
        self,
        value: Sequence[Any],
        language: EnumValue | None = None,
        follow_parm_reference: bool = True,
    ) -> None:
        if isinstance(value, str) or len(value) != len(self._parms):
            raise InvalidSize(f"{self._text} has {len(self._parms)} components, not {value!r}")
        for parm, part in zip(self._parms, value):
            parm.set(part)

    def revertToDefaults(self) -> None:
        for parm in self._parms:
            parm.revertToDefaults()

    def isAtDefault(
        self, compare_temporary_defaults: bool = True, compare_expressions: bool = True
    ) -> bool:
        return all(parm.isAtDefault() for parm in self._parms)

    def lock(self, bool_values: Any) -> None:
        values = [bool_values] * len(self._parms) if isinstance(bool_values, bool) else bool_values
        for parm, on in zip(self._parms, values):
            parm.lock(on)

    def hide(self, on: bool) -> None:
        for parm in self._parms:
            parm.hide(on)

    def disable(self, on: bool) -> None:
        for parm in self._parms:
            parm.disable(on)

    def isHidden(self) -> bool:
        return all(parm.isHidden() for parm in self._parms)

    def isDisabled(self) -> bool:
        return all(parm.isDisabled() for parm in self._parms)

    def isMultiParmParent(self) -> bool:
        return self._is_multiparm()

    def isMultiParmInstance(self) -> bool:
        return bool(self._suffix)

    def multiParmInstances(self) -> tuple[Any, ...]:
        return tuple(self._node._parm_set.instances(self))

    def containingFolders(self) -> tuple[str, ...]:
        return tuple(folder._label for folder in self._folders)
