"""Wires between the connectors of nodes, by number and by name."""

from __future__ import annotations

from typing import Any

from .errors import InvalidInput, OperationFailed
from .items import NetworkMovableItem
from .session import model


@model("Node")
class Wired(NetworkMovableItem):
    """A node, as far as its connectors."""

    def __init__(self, app: Any, parent: Any, name: str, node_type: Any) -> None:
        super().__init__(app, parent, name)
        self._type = node_type
        self._wires: dict[int, tuple[Any, int]] = {}  # source, its output
        self._own_inputs: list[str] | None = None  # connectors that the contents name
        self._own_outputs: list[str] | None = None

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
            waiting += [w[0] for w in at._wires.values() if isinstance(w[0], Wired)]

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
