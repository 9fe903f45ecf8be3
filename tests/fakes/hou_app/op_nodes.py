"""Operator nodes: nodes with parms, events and, if they are assets, a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .enums import EnumValue, value
from .errors import OperationFailed
from .nodes import Node
from .parm_sets import ParmSet
from .session import breach, model


@model("OpNode")
class OpNode(Node):
    def __init__(self, app: Any, parent: Any, name: str, node_type: Any) -> None:
        super().__init__(app, parent, name, node_type)
        self._parm_set = ParmSet(self, node_type._script.entries)
        self._listeners: list[tuple[tuple[str, ...], Callable[..., Any]]] = []
        self._cached: dict[str, Any] = {}
        self._unlocked = False
        self._language = "hscript"
        self._cook = app.cooking.state(self)

    @property
    def _parms(self) -> dict[str, Any]:
        return self._parm_set.parms

    # Parms.

    def _parm_at(self, path: str) -> Any:
        above, _, name = path.rpartition("/")
        node = (
            self._node_at(above or ("/" if path.startswith("/") else ".")) if "/" in path else self
        )
        return node._parms.get(name) if node is not None else None

    def parm(self, parm_path: str) -> Any:
        return self._parm_at(parm_path)

    def parms(self) -> tuple[Any, ...]:
        return tuple(self._parms.values())

    def parmTuple(self, parm_path: str) -> Any:
        above, _, name = parm_path.rpartition("/")
        node = self._node_at(above) if above else self
        return node._parm_set.tuples.get(name) if node is not None else None

    def parmTuples(self) -> tuple[Any, ...]:
        return tuple(self._parm_set.tuples.values())

    def spareParms(self) -> tuple[Any, ...]:
        return tuple(parm for parm in self._parms.values() if parm._tuple._spare)

    def evalParm(self, parm_path: str) -> Any:
        found = self._parm_at(parm_path)
        if found is None:
            raise OperationFailed(f"{self._path()}: no parameter {parm_path!r}")
        return found.eval()

    def setParms(self, parm_dict: Mapping[str, Any]) -> None:
        missing = [name for name in parm_dict if self._settable(name) is None]
        if missing:
            raise OperationFailed(f"{self._path()}: no parameter {missing[0]!r}")
        for name, given in parm_dict.items():
            self._settable(name).set(given)

    def _settable(self, name: str) -> Any:
        return self._parms.get(name) or self._parm_set.tuples.get(name)

    def parmTemplateGroup(self) -> Any:
        return self._parm_set.group._copy()

    def setParmTemplateGroup(
        self, parm_template_group: Any, rename_conflicting_parms: bool = False
    ) -> None:
        self._refuse_rebuild("setParmTemplateGroup")
        self._parm_set.set_group(parm_template_group, rename_conflicting_parms)
        self._rebuilt()

    def removeSpareParms(self) -> None:
        self._refuse_rebuild("removeSpareParms")
        self._parm_set.remove_spare()
        self._rebuilt()

    def _refuse_rebuild(self, call: str) -> None:
        self._refuse_write(f"{call} on {self._path()}")
        asking = self._app.callbacks.asking(self)
        if asking:
            wrong = f"{call} on {self._path()} inside its own {asking} crashes Houdini"
            raise breach(RuntimeError(wrong))

    def _rebuilt(self) -> None:
        self._app.changes.record(f"parms of {self._text}", None)
        self._told("SpareParmTemplatesChanged")
        self._told("ParmTupleChanged", parm_tuple=None)

    def expressionLanguage(self) -> EnumValue:
        return value("exprLanguage", self._language.capitalize())

    def setExpressionLanguage(self, language: EnumValue) -> None:
        self._language = language.name().lower()

    # Events.

    def addEventCallback(self, event_types: Sequence[EnumValue], callback: Any) -> None:
        if not event_types:
            raise OperationFailed("No event types were given")
        self._listeners.append((tuple(event.name() for event in event_types), callback))

    def removeEventCallback(self, event_types: Sequence[EnumValue], callback: Any) -> None:
        """Takes the callback off these events; OperationFailed if it never was there."""
        gone = {event.name() for event in event_types}
        if not any(c == callback and gone & set(events) for events, c in self._listeners):
            raise OperationFailed("The event callback was not registered")
        self._listeners = [
            (left, c)
            for events, c in self._listeners
            if (left := tuple(e for e in events if c != callback or e not in gone))
        ]

    def removeAllEventCallbacks(self) -> None:
        self._listeners.clear()

    def eventCallbacks(self) -> tuple[Any, ...]:
        return tuple(
            (tuple(value("nodeEventType", event) for event in events), callback)
            for events, callback in self._listeners
        )

    def _told(self, event: str, **details: Any) -> None:
        self._app.callbacks.node_event(self, event, details)

    # Assets.

    def _is_locked(self) -> bool:
        return self._type._definition is not None and not self._unlocked

    def isLockedHDA(self) -> bool:
        return self._is_locked()

    def isInsideLockedHDA(self) -> bool:
        at = self._parent
        while at is not None and not at._is_locked():
            at = at._parent
        return at is not None

    def isEditableInsideLockedHDA(self) -> bool:
        return self.isInsideLockedHDA() and self._locked_above() is None

    def matchesCurrentDefinition(self) -> bool:
        return self._is_locked()

    def allowEditingOfContents(self, propagate: bool = False) -> None:
        if self._type._definition is None:
            raise OperationFailed(f"{self._path()} is no digital asset")
        self._refuse_write(f"{self._path()} was unlocked")
        self._unlocked = True
        self._app.changes.record(f"unlock {self._text}", None)

    def matchCurrentDefinition(self) -> None:
        self._unlocked = False
        self._app.population.fill(self)

    def hdaModule(self) -> Any:
        return self._app.assets.no_module if self._type._definition is None else (
            self._type._definition._module())  # fmt: skip

    def hm(self) -> Any:
        return self.hdaModule()

    # What is kept for the session, or for the cook.

    def setCachedUserData(self, name: str, value: Any) -> None:
        self._cached[name] = value

    def cachedUserData(self, name: str) -> Any:
        return self._cached.get(name)

    def destroyCachedUserData(self, name: str, must_exist: bool = True) -> None:
        if must_exist and name not in self._cached:
            raise OperationFailed(f"{self._path()} has no cached user data {name!r}")
        self._cached.pop(name, None)

    def cook(self, force: bool = False, frame_range: Sequence[float] = ()) -> None:
        """Raises OperationFailed if the node, or what it needs, has errors."""
        self._app.cooking.cook(self, force, frame_range)

    def needsToCook(self, time: float | None = None) -> bool:
        frame = self._app.frame if time is None else self._app.frame_of(time)
        return bool(self._app.cooking.is_stale(self, frame))

    def cookCount(self) -> int:
        return int(self._cook.count)

    def errors(self) -> tuple[str, ...]:
        return tuple(self._cook.errors)

    def warnings(self) -> tuple[str, ...]:
        return tuple(self._cook.warnings)

    def messages(self) -> tuple[str, ...]:
        return tuple(self._cook.messages)

    def addError(self, message: str, severity: Any = None) -> None:
        self._app.cooking.add(self, "errors", message)

    def addWarning(self, message: str | None = None) -> None:
        self._app.cooking.add(self, "warnings", message or "")

    def addMessage(self, message: str | None = None) -> None:
        self._app.cooking.add(self, "messages", message or "")

    def isTimeDependent(self, for_last_cook: bool = False) -> bool:
        """Its parms, what its output is made of inside, or what it is wired to."""
        ends = [child for child in self._children if child._type._text == "output"]
        around = [*ends, *(wire[0] for wire in self._wires.values())]
        near = [node for node in around if isinstance(node, OpNode)]
        return any(parm.isTimeDependent() for parm in self._parms.values()) or any(
            node.isTimeDependent() for node in near
        )
