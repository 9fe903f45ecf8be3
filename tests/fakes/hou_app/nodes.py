"""Nodes as they lie in networks: children, wires, flags, comments and user data."""

from __future__ import annotations

import re
import threading
from typing import Any

from .enums import EnumValue
from .errors import InvalidInput, OperationFailed, PermissionError_
from .items import NetworkMovableItem
from .session import WrongThread, breach, model


@model("Node")
class Node(NetworkMovableItem):
    def __init__(self, app: Any, parent: Any, name: str, node_type: Any) -> None:
        super().__init__(app, parent, name)
        self._type = node_type
        self._children: list[Any] = []
        self._wires: dict[int, tuple[Any, int]] = {}  # source, its output
        self._own_inputs: list[str] | None = None  # connectors that the contents name
        self._own_outputs: list[str] | None = None
        self._user_data: dict[str, str] = {}
        self._remark = ""
        self._flags: set[str] = set()

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

    def destroy(self, disable_safety_checks: bool = False) -> None:
        self._refuse_write(f"{self._path()} was deleted", OperationFailed)
        self._app.population.destroy(self)

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
        self, what: str, error: type[Exception] = PermissionError_, inside: bool = False
    ) -> None:
        """`inside` is for changes of the contents, which a locked asset itself refuses too."""
        if self._app.loading:
            return
        if not self._app.is_main_thread():
            raise breach(WrongThread(f"{what} on the thread {threading.current_thread().name!r}"))
        if self._app.callbacks.in_menu:
            raise breach(RuntimeError(f"{what} by a menu script"))
        if self._locked_above() is not None or (inside and self._is_locked()):
            raise error(f"Permission denied: {what}, inside a locked asset")

    # Wires.

    def _in_names(self) -> list[tuple[str, str]]:
        if self._own_inputs is not None:
            return [(name, name) for name in self._own_inputs]
        return list(self._type._inputs)

    def _out_names(self) -> list[tuple[str, str]]:
        if self._own_outputs is not None:
            return [(name, name) for name in self._own_outputs]
        return list(self._type._outputs)

    def _input(self, index: int) -> Any:
        wire = self._wires.get(index)
        return wire[0] if wire is not None else None

    def _downstream(self) -> list[tuple[Any, int]]:
        """Nodes whose wires come from here, each with its input."""
        if self._parent is None:
            return []
        return [
            (node, index)
            for node in self._parent._children
            for index, wire in sorted(node._wires.items())
            if wire[0] is self
        ]

    def input(self, input_index: int) -> Any:
        return self._input(input_index)

    def inputs(self) -> tuple[Any, ...]:
        return tuple(self._input(i) for i in range(max(self._wires, default=-1) + 1))

    def outputs(self) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(node for node, _index in self._downstream()))

    def inputNames(self) -> tuple[str, ...]:
        return tuple(name for name, _label in self._in_names())

    def inputLabels(self) -> tuple[str, ...]:
        return tuple(label for _name, label in self._in_names())

    def outputNames(self) -> tuple[str, ...]:
        return tuple(name for name, _label in self._out_names())

    def outputLabels(self) -> tuple[str, ...]:
        return tuple(label for _name, label in self._out_names())

    def inputIndex(self, input_name: str) -> int:
        return _index(self.inputNames(), input_name, InvalidInput)

    def outputIndex(self, output_name: str) -> int:
        return _index(self.outputNames(), output_name, OperationFailed)

    def setInput(self, input_index: int, item_to_become_input: Any, output_index: int = 0) -> None:
        self._refuse_write(f"{self._path()} was wired")
        if not 0 <= input_index < max(self._type._most, len(self._in_names())):
            raise InvalidInput(f"{self._path()} has no input {input_index}")
        source = item_to_become_input
        if source is not None:
            source._check_alive()
            self._refuse_source(source, output_index)
        wire = None if source is None else (source, output_index)
        before = self._wires.get(input_index)
        if wire != before:
            self._connect(input_index, wire)
            self._app.changes.wire(self, input_index, before)

    def _refuse_source(self, source: Any, output_index: int) -> None:
        if source._parent is not self._parent:
            raise OperationFailed(f"{source._path()} lies in another network")
        if not 0 <= output_index < max(1, len(source._out_names())):
            raise OperationFailed(f"{source._path()} has no output {output_index}")
        waiting = [source]
        while waiting:
            at = waiting.pop()
            if at is self:
                raise OperationFailed("The connection would make a loop")
            waiting += [w[0] for w in at._wires.values() if isinstance(w[0], Node)]

    def _connect(self, index: int, wire: tuple[Any, int] | None) -> None:
        if wire is None:
            self._wires.pop(index, None)
        else:
            self._wires[index] = wire

    def setNamedInput(
        self, input_name: str, item_to_become_input: Any, output_name_or_index: Any = 0
    ) -> None:
        output = output_name_or_index
        if isinstance(output, str):
            output = item_to_become_input.outputIndex(output)
        self.setInput(self.inputIndex(input_name), item_to_become_input, output)

    def setFirstInput(self, item_to_become_input: Any, output_index: int = 0) -> None:
        self.setInput(0, item_to_become_input, output_index)

    def inputConnections(self) -> tuple[Any, ...]:
        return tuple(NodeConnection(self, index) for index in sorted(self._wires))

    def outputConnections(self) -> tuple[Any, ...]:
        return tuple(NodeConnection(node, index) for node, index in self._downstream())

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


def _index(names: tuple[str, ...], name: str, error: type[Exception]) -> int:
    if name not in names:
        raise error(f"No connector {name!r}; there are {', '.join(names) or 'none'}")
    return names.index(name)


@model("OpNodeConnection")
class NodeConnection:
    def __init__(self, node: Any, index: int) -> None:
        self._to, self._index = node, index
        self._from, self._out = node._wires[index]

    def _check_alive(self) -> None:
        self._to._check_alive()
        self._from._check_alive()

    def inputNode(self) -> Any:
        return self._from

    def outputNode(self) -> Any:
        return self._to

    def inputIndex(self) -> int:
        return self._index

    def outputIndex(self) -> int:
        return int(self._out)

    def inputName(self) -> str:
        return str(self._to._in_names()[self._index][0])

    def outputName(self) -> str:
        return str(self._from._out_names()[self._out][0])
