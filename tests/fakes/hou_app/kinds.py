"""The classes that nodes have by their table, and a subnet's inputs as seen from inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .op_nodes import OpNode
from .session import model


@model("ObjNode")
class ObjNode(OpNode):
    pass


@model("SopNode")
class SopNode(OpNode):
    pass


class _Pdg:
    """What a TopNode really has, and the stubs have not."""

    _app: Any

    def getPDGNode(self) -> Any:
        return self._app.pdg.node(self)

    def getPDGGraphContext(self) -> Any:
        return self._app.pdg


@model("TopNode")
class TopNode(_Pdg, OpNode):
    """A node of work items. Cooking them blocks the caller only if it asks for that."""

    def cookWorkItems(
        self, block: bool = False, generate_only: bool = False, tops_only: bool = False,
        save_prompt: bool = False, nodes: Sequence[Any] = (),
    ) -> None:  # fmt: skip
        if not tops_only:
            self._app.pdg.cook(self, block, generate_only)

    def cancelCook(self) -> None:
        self._app.pdg.cancelCook()

    def dirtyAllWorkItems(self, remove_outputs: bool) -> None:
        self._app.pdg.dirty()

    def dirtyWorkItems(self, remove_outputs: bool) -> None:
        self._app.pdg.forget(self)

    def getPDGNodeName(self) -> str:
        return str(self._app.pdg.node(self).name)


@model("CopNode")
class CopNode(OpNode):
    """A node of Copernicus: its outputs are layers."""

    def layer(self, output_index: int = 0) -> Any:
        return self._app.cooking.layer(self, output_index, self._app.frame)

    def layerAtFrame(self, frame: float, output_index: int = 0) -> Any:
        return self._app.cooking.layer(self, output_index, frame)

    def inputDataTypes(self) -> tuple[str, ...]:
        return tuple(self._type._script.input_types)

    def outputDataTypes(self) -> tuple[str, ...]:
        return tuple(self._type._script.output_types)

    def bypass(self, on: bool) -> None:
        from .enums import value

        self.setGenericFlag(value("nodeFlag", "Bypass"), on)

    def isBypassed(self) -> bool:
        return "Bypass" in self._flags


@model("RopNode")
class RopNode(OpNode):
    """A node that writes files. It waits until they are written."""

    def render(
        self, frame_range: Sequence[float] = (), res: Sequence[int] = (),
        output_file: str | None = None, output_format: str | None = None,
        to_flipbook: bool = False, quality: int = 2, ignore_inputs: bool = False,
        method: Any = None, ignore_bypass_flags: bool = False, ignore_lock_flags: bool = False,
        verbose: bool = False, output_progress: bool = False,
    ) -> None:  # fmt: skip
        self._app.rendering.render(self, frame_range, output_file)

    def addRenderEventCallback(
        self, callback: Callable[..., None], run_before_script: bool = False
    ) -> None:
        self._app.rendering.listen(self, callback)

    def removeRenderEventCallback(self, callback: Callable[..., None]) -> None:
        self._app.rendering.unlisten(self, callback)


@model("SubnetIndirectInput")
class IndirectInput:
    """What a subnet's own input gives to the nodes inside."""

    def __init__(self, subnet: Any, index: int) -> None:
        self._subnet, self._index = subnet, index

    def number(self) -> int:
        return self._index


_ROPS = {"rop_image"}


def class_of(node_type: Any) -> Any:
    table = node_type._category._text
    if table == "Driver" or node_type._text in _ROPS:
        return RopNode
    known = {"Object": ObjNode, "Sop": SopNode, "Top": TopNode, "Cop": CopNode}
    return known.get(table, OpNode)
