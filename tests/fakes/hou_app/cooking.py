"""Cooking: a node is stale when what it depends on is another than when it cooked last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import OperationFailed
from .kinds import IndirectInput
from .layers import ImageLayer
from .operators import OPERATORS, AtFrame, CookError
from .session import NotModelled


class CookState:
    """What a node keeps of its last cook."""

    def __init__(self) -> None:
        self.count, self.reloads = 0, 0
        self.key: Any = None
        self.outputs: dict[int, Any] = {}  # pixels, by output
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.messages: list[str] = []


class Cooking:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.cooking: list[Any] = []  # nodes that cook now, the innermost last
        self._files: dict[tuple[int, int, Path], Any] = {}  # by node, its reloads, and path

    def state(self, _node: Any) -> CookState:
        return CookState()

    # What nodes ask.

    def cook(self, node: Any, force: bool, frame_range: Sequence[float]) -> None:
        frames = [self.app.frame]
        if frame_range:
            first, last, *step = frame_range
            frames = _frames(first, last, step[0] if step else 1)
        for frame in frames:
            if force:
                node._cook.key = None
            for output in range(max(1, len(node._out_names()))):
                self._pixels_or_fail(node, output, frame)

    def layer(self, node: Any, output: int, frame: float) -> Any:
        if not 0 <= output < max(1, len(node._out_names())):
            raise OperationFailed(f"{node._path()} has no output {output}")
        pixels = self._pixels_or_fail(node, output, frame)
        return ImageLayer._of(pixels) if pixels is not None else None

    def is_stale(self, node: Any, frame: float) -> bool:
        return bool(node._cook.key != self._key(node, frame))

    def add(self, node: Any, kind: str, text: str) -> None:
        if not self.cooking or self.cooking[-1] is not node:
            raise OperationFailed("Messages can be added only by a node that cooks")
        getattr(node._cook, kind).append(text)

    def matters(self, parm: Any) -> bool:
        """Whether a parm's change can change what its node puts out."""
        if parm._template._kind in ("Button", "Label", "Separator"):
            return False
        if self.app.parm_dirties == "all" or parm._node._type._definition is None:
            return True
        inside = [p for n in parm._node._all_below() for p in n._parms.values()]
        return any(f"../{parm._text}" in p.rawValue() for p in inside)

    def pressed(self, parm: Any) -> bool:
        """Buttons of Houdini's own nodes."""
        node = parm._node
        if node._type._definition is not None:
            return False
        if parm._text == "reload":
            node._cook.reloads += 1
            self._passed_on(node)
            return True
        if parm._text == "execute":
            self.app.rendering.render(node, (), None)
            return True
        return False

    def _passed_on(self, node: Any) -> None:
        """Those who look at it are told, also through the assets that it lies in."""
        at = node
        while at is not None and at._parent is not None:
            self.app.changes.data(at)
            at = at._parent

    # Pixels.

    def _pixels_or_fail(self, node: Any, output: int, frame: float) -> Any:
        with self.app.evaluating(node, frame):
            try:
                return self.pixels(node, output, frame)
            except CookError as error:
                raise OperationFailed(f"The attempted operation failed.\n{error}") from error

    def pixels(self, node: Any, output: int, frame: float) -> Any:
        """Of one output; None if nothing is there. Cooks the node if it is stale."""
        key = self._key(node, frame)
        cooked = node._cook
        if key != cooked.key:
            cooked.count += 1
            cooked.key, cooked.outputs = key, {}
            cooked.errors, cooked.warnings, cooked.messages = [], [], []
        if cooked.errors:
            raise CookError(cooked.errors[0])
        if output not in cooked.outputs:
            self.cooking.append(node)
            try:
                cooked.outputs[output] = self._computed(node, output, frame)
            except CookError as error:
                cooked.errors.append(str(error))
                raise
            finally:
                self.cooking.pop()
        return cooked.outputs[output]

    def _computed(self, node: Any, output: int, frame: float) -> Any:
        operators = OPERATORS.get(node._type._category._text)
        if operators is None:
            return None
        if "Bypass" in node._flags:
            return self.input_pixels(node, 0, frame)
        if node._type._child:
            return self._inside(node, output, frame)
        if node._type._text not in operators:
            raise NotModelled(f"cooking a {node._type._text}")
        return operators[node._type._text](AtFrame(self, node, frame, output))

    def _inside(self, subnet: Any, output: int, frame: float) -> Any:
        """What is wired to the subnet's `output` node; its message nodes are cooked too."""
        definition = subnet._type._definition
        for name in definition._text_of("MessageNodes").split() if definition else ():
            self._take_messages(subnet, subnet._node_at(name), frame)
        ends = [child for child in subnet._children if child._type._text == "output"]
        if subnet._type._child == "Sop":  # one node for each output; Copernicus has one for all
            ends = [end for end in ends if end._parms["outputidx"]._number_at(frame) == output]
            output = 0
        if not ends:
            raise CookError(f"{subnet._path()} has no output node")
        return self.input_pixels(ends[0], output, frame)

    def _take_messages(self, asset: Any, node: Any, frame: float) -> None:
        self.pixels(node, 0, frame)
        asset._cook.warnings += node._cook.warnings
        asset._cook.messages += node._cook.messages

    def input_pixels(self, node: Any, index: int, frame: float) -> Any:
        wire = node._wires.get(index)
        if wire is None:
            return None
        source, output = wire
        if isinstance(source, IndirectInput):
            return self.input_pixels(source._subnet, source._index, frame)
        return self.pixels(source, output, frame)

    def file(self, node: Any, path: Path) -> Any:
        """What a file holds, None if it is not there. Asked of the disk once per reload."""
        key = (node._id, node._cook.reloads, path)
        if key not in self._files:
            from tests.fakes import pictures

            self._files[key] = pictures.read(path) if path.is_file() else None
        return self._files[key]

    def is_there(self, node: Any, path: Path) -> bool:
        """Whether a file is there, asked of the disk once per reload."""
        key = (node._id, node._cook.reloads, path)
        if key not in self._files:
            self._files[key] = path.is_file()
        return bool(self._files[key])

    def mesh(self, node: Any) -> Path | None:
        """The file that a geometry node's output comes from."""
        found: Path | None = self._pixels_or_fail(node, 0, self.app.frame)
        return found

    # Keys.

    def _key(self, node: Any, frame: float) -> Any:
        """Equal as long as nothing that it depends on has changed."""
        values = [(n, _seen(p, frame)) for n, p in node._parms.items() if self._counts(p)]
        inside = [self._key(child, frame) for child in node._children]
        wires = [(i, self._wire_key(wire, frame)) for i, wire in sorted(node._wires.items())]
        if node._type._text == "input" and node._parent is not None:  # it is the asset's inputs
            outside = sorted(node._parent._wires.items())
            wires += [(index, self._wire_key(wire, frame)) for index, wire in outside]
        flags = "Bypass" in node._flags
        return node._id, node._cook.reloads, values, inside, wires, flags

    def _wire_key(self, wire: Any, frame: float) -> Any:
        source, output = wire
        if isinstance(source, IndirectInput):
            outside = source._subnet._wires.get(source._index)
            return self._wire_key(outside, frame) if outside is not None else None
        return output, self._key(source, frame)

    def _counts(self, parm: Any) -> bool:
        if parm._node._type._definition is not None and self.app.parm_dirties != "all":
            return False  # those that the inside reads count there
        return parm._template._kind not in ("Button", "Label", "Separator")


def _seen(parm: Any, frame: float) -> Any:
    return parm._text_at(frame) if parm._template._data == "String" else parm._number_at(frame)


def _frames(first: float, last: float, step: float) -> list[float]:
    frames = []
    while first <= last:
        frames.append(first)
        first += step
    return frames
