"""Writing scripts, as Nuke writes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from . import kinds
from .session import NotModelled, breach

_STACKLESS = {"BackdropNode", "StickyNote", "Viewer"}


class Writer:
    def __init__(self, app: Any) -> None:
        self.app = app
        self._numbers = itertools.count(1)

    def script(self) -> str:
        """The whole script."""
        self._numbers = itertools.count(1)
        root = self.app.root_node
        lines = [f"version {self.app.version}", "Root {", " inputs 0"]
        lines += _indented(self.knob_lines(root))
        return "\n".join([*lines, "}", *self.nodes(root._children)]) + "\n"

    def copied(self, nodes: list[Any]) -> str:
        """What lies on the clipboard for these nodes."""
        self._numbers = itertools.count(1)
        lines = ["set cut_paste_input [stack 0]", f"version {self.app.version}"]
        return "\n".join([*lines, *self.nodes(nodes, pasted=True)]) + "\n"

    def nodes(self, nodes: list[Any], pasted: bool = False) -> list[str]:
        """Nodes in an order in which each finds its inputs on the stack."""
        lines: list[str] = []
        names: dict[int, str] = {}
        for node in _ordered(nodes):
            inputs = node._inputs[: node.inputs()]
            for index in reversed(range(len(inputs))):
                outside = "$cut_paste_input" if pasted and index == 0 else "0"
                lines.append(f"push {names.get(id(inputs[index]), outside)}")
            lines += self._node(node, len(inputs))
            if node._class not in _STACKLESS:
                name = f"N{next(self._numbers):x}"
                lines.append(f"set {name} [stack 0]")
                names[id(node)] = f"${name}"
        return lines

    def _node(self, node: Any, inputs: int) -> list[str]:
        if node._class == "Gizmo":
            raise breach(NotModelled("writing a Gizmo into a script"))
        lines = [f"{node._class} {{"]
        if inputs != 1 or node._class == "Read":
            lines.append(f" inputs {inputs}")
        lines += _indented(self.knob_lines(node))
        lines.append("}")
        if node._class == "Group":
            lines += _indented(self.nodes(node._children))
            lines.append("end_group")
        return lines

    def knob_lines(self, node: Any) -> list[str]:
        """Values that are no defaults, and the definitions of the user's knobs."""
        lines: list[str] = []
        for knob in node._knobs.values():
            if knob._user:
                lines.append(kinds.definition(knob))
            if knob._is_written():
                lines.append(f"{knob._name} {knob._script()}")
        return lines


def _ordered(nodes: Iterable[Any]) -> list[Any]:
    """Upstream first, else in the order of creation."""
    nodes = list(nodes)
    done: list[Any] = []

    def visit(node: Any) -> None:
        if node is None or node in done or node not in nodes:
            return
        for upstream in node._inputs:
            visit(upstream)
        done.append(node)

    for node in nodes:
        visit(node)
    return done


def _indented(lines: list[str]) -> list[str]:
    return [f" {line}" for line in lines]
