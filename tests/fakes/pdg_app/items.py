"""Work items: attributes, files, a state and a log.

Any thread may use them, but an item's attributes may be written only while it is generated or
cooks: who writes those of another does what is undefined.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, IntEnum
from typing import Any, NamedTuple

from tests.fakes.hou_app.session import breach, current


class workItemState(IntEnum):
    """pdg.workItemState."""

    Undefined = 0
    Uncooked = 1
    Waiting = 2
    Scheduled = 3
    Cooking = 4
    CookedSuccess = 5
    CookedCache = 6
    CookedFail = 7
    CookedCancel = 8
    Dirty = 9


class workItemCookType(Enum):
    """pdg.workItemCookType, as far as in-process items."""

    Generate = "Generate"
    InProcess = "InProcess"


class CookError(Exception):
    """pdg.CookError."""


class File(NamedTuple):
    """pdg.File."""

    path: str
    tag: str = ""
    hash: int = 0
    own: bool = False

    @property
    def local_path(self) -> str:
        return self.path


class Log(NamedTuple):
    kind: str  # error, warning or message
    text: str


LARGEST_INT = 2**63  # a guess: there may be less room
_TYPES: dict[str, type] = {"int": int, "float": float, "string": str}


class WorkItem:
    """pdg.WorkItem. It begins with its parent's attributes and files."""

    def __init__(
        self, node: Any, number: int, name: str, index: int, parent: Any, in_process: bool,
        clone_results: bool, frame: float | None,
    ) -> None:  # fmt: skip
        self.node, self.id, self.name, self.index, self.parent = node, number, name, index, parent
        self.isInProcess = in_process
        self.hasFrame = frame is not None or (parent is not None and parent.hasFrame)
        self.frame = frame if frame is not None else parent.frame if parent is not None else 0.0
        self.state = workItemState.Uncooked
        self.customState, self.cookPercent = "", 0.0
        self.logs: list[Log] = []
        self._attributes: dict[str, tuple[str, list[Any]]] = {}
        self._outputs: list[File] = self.inputFiles if clone_results else []
        self._canceled = False
        self._writers: set[int] = set()  # threads that generate or cook it
        if parent is not None:
            self._attributes = {n: (kind, [*vs]) for n, (kind, vs) in parent._attributes.items()}

    def __repr__(self) -> str:
        return f"<pdg.WorkItem {self.name} {self.state.name}>"

    def _above(self) -> Sequence[WorkItem]:
        """What it waits for."""
        return [self.parent] if self.parent is not None else []

    @contextmanager
    def _writable(self) -> Iterator[None]:
        """Inside, this thread may write to it."""
        self._writers.add(threading.get_ident())
        try:
            yield
        finally:
            self._writers.discard(threading.get_ident())

    def _write(self, what: str) -> None:
        if threading.get_ident() not in self._writers:
            wrong = f"{what} of {self.name} was written by who neither generates nor cooks it"
            raise breach(RuntimeError(wrong))

    # Attributes.

    def _set(self, kind: str, name: str, value: Any, index: int) -> None:
        self._write(f"the attribute {name!r}")
        made = _TYPES[kind]
        values = [made(v) for v in value] if isinstance(value, (list, tuple)) else [made(value)]
        if kind == "int" and any(abs(v) >= LARGEST_INT for v in values):
            raise OverflowError(f"{name!r} is too large a whole number: {values}")
        standing = self._attributes.get(name, (kind, []))
        if standing[0] != kind:
            raise TypeError(f"{name!r} is a {standing[0]} attribute, not {kind}")
        before = standing[1][:index]
        self._attributes[name] = (kind, [*before, *values, *standing[1][index + len(values) :]])

    def setIntAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set("int", name, value, index)

    def setFloatAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set("float", name, value, index)

    def setStringAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set("string", name, value, index)

    def _value(self, kind: str, name: str, index: int) -> Any:
        found = self._attributes.get(name)
        if found is None or (kind and found[0] != kind) or index >= len(found[1]):
            return None
        return found[1][index]

    def intAttribValue(self, name: str, index: int = 0) -> Any:
        return self._value("int", name, index)

    def floatAttribValue(self, name: str, index: int = 0) -> Any:
        return self._value("float", name, index)

    def stringAttribValue(self, name: str, index: int = 0) -> Any:
        return self._value("string", name, index)

    def attribValue(self, name: str, index: int = 0) -> Any:
        return self._value("", name, index)

    def attribArray(self, name: str) -> list[Any]:
        return list(self._attributes.get(name, ("", []))[1])

    def hasAttrib(self, name: str) -> bool:
        return name in self._attributes

    def attribNames(self) -> list[str]:
        return list(self._attributes)

    def attribValues(self) -> dict[str, list[Any]]:
        return {name: list(values) for name, (_kind, values) in self._attributes.items()}

    # Files.

    def addOutputFile(
        self, path: str, tag: str = "", hash_code: int = 0, own: bool = False
    ) -> None:
        self._write("an output file")
        self._outputs.append(File(path, tag, hash_code, own))

    def addResultData(
        self, path: str, tag: str = "", hash_code: int = 0, own: bool = False
    ) -> None:
        self.addOutputFile(path, tag, hash_code, own)

    @property
    def outputFiles(self) -> list[File]:
        return list(self._outputs)

    @property
    def resultData(self) -> list[File]:
        return self.outputFiles

    def outputFilesForTag(self, tag: str) -> list[File]:
        return [file for file in self.outputFiles if file.tag.startswith(tag)]

    def resultDataForTag(self, tag: str) -> list[File]:
        return self.outputFilesForTag(tag)

    @property
    def inputFiles(self) -> list[File]:
        return [file for item in self._above() for file in item.outputFiles]

    @property
    def inputResultData(self) -> list[File]:
        return self.inputFiles

    def inputFilesForTag(self, tag: str) -> list[File]:
        return [file for file in self.inputFiles if file.tag.startswith(tag)]

    def localizePath(self, path: str) -> str:
        return path

    # State and log.

    @property
    def isSuccessful(self) -> bool:
        return self.state in (workItemState.CookedSuccess, workItemState.CookedCache)

    @property
    def isUnsuccessful(self) -> bool:
        return self.state in (workItemState.CookedFail, workItemState.CookedCancel)

    def addError(self, message: str, fail_task: bool = False, timestamp: bool = True) -> None:
        self.logs.append(Log("error", message))
        if fail_task:
            raise CookError(message)

    def addWarning(self, message: str, timestamp: bool = True) -> None:
        self.logs.append(Log("warning", message))

    def addMessage(self, message: str, timestamp: bool = True) -> None:
        self.logs.append(Log("message", message))

    def setCustomState(self, custom_state: str) -> None:
        self.customState = custom_state

    def setCookPercent(self, cook_percent: float) -> None:
        self.cookPercent = cook_percent

    def cancel(self) -> None:
        """It does not begin any more, or is canceled when its code returns."""
        self._canceled = True

    @contextmanager
    def makeActive(self) -> Iterator[WorkItem]:
        """Inside, this thread may evaluate parms by `hou`, in which `@seed` is this item's, and
        change nothing."""
        readers: dict[int, WorkItem] = current().readers
        readers[threading.get_ident()] = self
        try:
            yield self
        finally:
            del readers[threading.get_ident()]


class Partition(WorkItem):
    """What waits for all items above, and has all of their files, in the items' order. Which of
    their attributes it has is a matter of its node's parms: here it has none."""

    def __init__(self, node: Any, number: int, parts: Sequence[WorkItem]) -> None:
        super().__init__(node, number, f"{node.name}_0", 0, None, False, False, None)
        self._parts = parts

    def _above(self) -> Sequence[WorkItem]:
        return self._parts

    @property
    def outputFiles(self) -> list[File]:
        return self.inputFiles


class Holder:
    """pdg.WorkItemHolder: what `generate` adds its items to."""

    def __init__(self, node: Any, add: Callable[[WorkItem], None]) -> None:
        self._node, self._add = node, add

    def addWorkItem(
        self, name: str = "", index: int = -1, frame: float | None = None, parent: Any = None,
        inProcess: bool = False, cookType: Any = None, cloneResultData: bool = True,
        preserveType: bool = False,
    ) -> WorkItem:  # fmt: skip
        place = len(self._node.workItems)
        in_process = inProcess or cookType is workItemCookType.InProcess
        item = WorkItem(
            self._node, self._node.context._next_id(), name or f"{self._node.name}_{place}",
            place if index < 0 else index, parent, in_process, cloneResultData, frame,
        )  # fmt: skip
        item._writers.add(threading.get_ident())  # until the generation ends
        self._add(item)
        return item
