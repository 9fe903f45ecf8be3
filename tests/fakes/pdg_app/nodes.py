"""PDG's own node, which `self` is in a Python Processor, and the parms that it reads."""

from __future__ import annotations

from typing import Any

from .items import Log, WorkItem


class Parameter:
    """A parm as PDG evaluates it, from any thread: as it was when the cook began."""

    def __init__(self, value: Any, text: str) -> None:
        self._value, self._text = value, text

    def evaluateInt(self, index: int = 0) -> int:
        return int(self._value)

    def evaluateFloat(self, index: int = 0) -> float:
        return float(self._value)

    def evaluateString(self, index: int = 0) -> str:
        return self._text


class Scheduler:
    """What runs items: as many at once as it has slots."""

    def __init__(self, name: str, slots: int) -> None:
        self.name, self.slots = name, slots

    def localizePath(self, path: str) -> str:
        return path


class Node:
    """pdg.Node of one TOP node."""

    def __init__(self, context: Any, top: Any, scheduler: Scheduler) -> None:
        self.context, self.scheduler, self._top = context, scheduler, top
        self.name = top._path().strip("/").replace("/", "_")
        self.workItems: list[WorkItem] = []
        self.logs: list[Log] = []
        self._parameters: dict[str, Parameter] = {}

    def topNode(self) -> Any:
        """The hou.TopNode. Its methods are `hou`, with all of its rules."""
        return self._top

    def _is_partitioner(self) -> bool:
        return bool(self._top._type._text == "waitforall")

    def __getitem__(self, name: str) -> Parameter:
        return self._parameters[name]

    def parameter(self, name: str) -> Parameter | None:
        return self._parameters.get(name)

    def hasParameter(self, name: str) -> bool:
        return name in self._parameters

    def addError(self, message: str) -> None:
        self.logs.append(Log("error", message))

    def addWarning(self, message: str) -> None:
        self.logs.append(Log("warning", message))

    def addMessage(self, message: str) -> None:
        self.logs.append(Log("message", message))

    def _read_parms(self) -> None:
        """On the main thread, when a cook begins. Code is not evaluated."""
        for name, parm in self._top._parms.items():
            if parm._template._kind in ("Int", "Float", "String", "Menu", "Toggle"):
                frame = self._top._app.frame
                self._parameters[name] = Parameter(parm._value_at(frame), parm._text_at(frame))
