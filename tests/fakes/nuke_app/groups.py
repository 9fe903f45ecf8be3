"""Nodes that hold nodes: groups, and the root of a script."""

from __future__ import annotations

import re
from typing import Any

from .nodes import Node
from .session import model


@model("Group")
class Group(Node):
    def __init__(self, app: Any, class_name: str, parent: Any) -> None:
        super().__init__(app, class_name, parent)
        self._children: list[Any] = []

    def __enter__(self) -> Any:
        self._app.groups.append(self)
        return self

    def __exit__(self, type: Any, value: Any, traceback: Any) -> None:
        self._app.groups.pop()

    def begin(self) -> Any:
        self._app.groups.append(self)
        return self

    def end(self) -> None:
        if self._app.groups[-1] is self:
            self._app.groups.pop()

    def node(self, s: str) -> Any:
        return self._child(s)

    def nodes(self) -> list[Any]:
        return list(self._children)

    def numNodes(self) -> int:
        return len(self._children)

    def selectedNodes(self) -> list[Any]:
        return [node for node in self._children if node.isSelected()]

    def output(self) -> Any:
        return next((node for node in self._children if node._class == "Output"), None)

    def maxInputs(self) -> int:
        return max((number + 1 for number in self._input_numbers()), default=0)

    def minInputs(self) -> int:
        return len(self._input_numbers())

    def _input_numbers(self) -> list[int]:
        inputs = [node for node in self._children if node._class == "Input"]
        return [int(node._knobs["number"]._curves[0].value) for node in inputs]

    def _child(self, path: str) -> Any:
        """A node inside, by name or by a path of names with dots."""
        first, _, rest = path.partition(".")
        found = next((node for node in self._children if node._name() == first), None)
        if not rest or found is None:
            return found
        return found._child(rest) if isinstance(found, Group) else None

    def _free_name(self, name: str) -> str:
        """The name, or the same with the next number that nobody has."""
        if self._child(name) is None:
            return name
        stem, number = re.sub(r"\d+$", "", name), 1
        while self._child(f"{stem}{number}") is not None:
            number += 1
        return f"{stem}{number}"

    def _all_nodes(self, deep: bool) -> list[Any]:
        found: list[Any] = []
        for node in self._children:
            found.append(node)
            if deep and isinstance(node, Group):
                found += node._all_nodes(deep)
        return found


@model("Gizmo")
class Gizmo(Group):
    def __init__(self, app: Any, class_name: str, parent: Any) -> None:
        super().__init__(app, "Gizmo", parent)
        self._file = ""

    def filename(self) -> str:
        return self._file

    def command(self) -> str:
        return self._class


@model("Root")
class Root(Group):
    def __init__(self, app: Any) -> None:
        super().__init__(app, "Root", None)
        self._modified = False

    def _check_attached(self) -> None:
        super()._check_attached()
        self._app.refuse_root_while_loading()

    def _name(self) -> str:
        return str(self._knobs["name"]._text) or "Root"

    def _full_name(self) -> str:
        return "root"

    def modified(self) -> bool:
        return self._modified

    def setModified(self, modified: bool) -> None:
        self._modified = bool(modified)

    def firstFrame(self) -> int:
        return int(self._knobs["first_frame"].value())

    def lastFrame(self) -> int:
        return int(self._knobs["last_frame"].value())

    def fps(self) -> int:
        return int(self._knobs["fps"].value())

    def realFps(self) -> float:
        return float(self._knobs["fps"].value())

    def format(self) -> Any:
        return self._knobs["format"].value()

    def proxy(self) -> bool:
        return bool(self._knobs["proxy"].value())

    def setProxy(self, proxy: bool) -> None:
        self._knobs["proxy"].setValue(proxy)

    def setFrame(self, frame: int) -> None:
        self._knobs["frame"].setValue(frame)

    def maxInputs(self) -> int:
        return 0

    def input(self, index: int) -> None:
        return None

    def inputs(self) -> int:
        return 0
