"""Knob expressions: names of knobs, `frame`, arithmetic, and Tcl in brackets."""

from __future__ import annotations

import re
from typing import Any

from . import tcl
from .session import NotModelled

_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*(?!\s*\()")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_MAX_DEPTH = 40


def number(text: str, node: Any, frame: float, depth: int = 0) -> float:
    """The value of a numeric expression on a node."""
    if depth > _MAX_DEPTH:
        raise RuntimeError(f"the expression {text!r} refers to itself")
    text = substituted(text, node, frame).replace("$gui", str(int(node._app.gui)))
    plain = _NAME.sub(lambda name: str(_named(name[0], node, frame, depth)), text)
    try:
        return float(tcl.call(f"expr {{double({plain})}}"))
    except Exception as error:
        raise RuntimeError(f"bad expression {text!r}: {error}") from error


def _named(name: str, node: Any, frame: float, depth: int) -> float:
    if name in ("frame", "t", "x"):
        return float(frame)  # Tcl would divide whole numbers as such
    if name in ("pi", "e"):
        return {"pi": 3.141592653589793, "e": 2.718281828459045}[name]
    knob, channel = knob_named(name, node)
    if knob is None and name.rpartition(".")[2] in ("width", "height"):
        return _size(name, node, frame)
    if knob is None:
        raise RuntimeError(f"no knob {name!r} from {node._full_name()}")
    value: float = knob._number_at(frame, channel, depth + 1)
    return value


def _size(name: str, node: Any, frame: float) -> float:
    """Width or height of a node's format; its own is that of its input."""
    path, _, side = name.rpartition(".")
    owner = follow(path.split("."), node) if path else node._input(0)
    size = node._app.renderer.shapes.of(owner, frame)[0]
    return float(size[side == "height"])


def knob_named(name: str, node: Any) -> tuple[Any, int]:
    """The knob that `parent.Read1.first` or `size.w` means from a node, and its channel."""
    *path, last = name.split(".")
    owner = follow(path, node)
    if owner is not None and last in owner._knobs:
        return owner._knobs[last], 0
    if path:
        owner = follow(path[:-1], node)
        if owner is not None and path[-1] in owner._knobs:
            knob = owner._knobs[path[-1]]
            return knob, knob._channel_named(last)
    return None, 0


def follow(path: list[str], node: Any) -> Any:
    """The node at a path as expressions and `toNode` write it; None if there is none."""
    here = node
    for index, step in enumerate(path):
        if step == "this" and index == 0:
            here = node
        elif step == "root":
            here = node._app.root_node
        elif step == "parent":
            here = here._parent
        elif re.fullmatch(r"input\d*", step):
            here = here._input(int(step[5:] or 0))
        else:
            group = here._parent if index == 0 else here
            here = group._child(step) if group is not None else None
        if here is None:
            return None
    return here


def substituted(text: str, node: Any, frame: float) -> str:
    """The text with its `[commands]` executed, as knobs that are evaluated have it."""
    if "[" not in text:
        return text.replace("\\[", "[")
    interpreter = tcl.idle().pop() if tcl.idle() else tcl.interpreter()
    for name, command in _commands(node, frame).items():
        interpreter.createcommand(name, command)
    interpreter.eval('proc unknown {name args} {error "not modelled: $name"}')
    interpreter.setvar("__text", text)
    try:
        result = str(interpreter.eval("subst -novariables $__text"))
        tcl.idle().append(interpreter)
        return result
    except Exception as error:
        if "not modelled" in str(error):
            raise NotModelled(f"the Tcl of {text!r}: {error}") from error
        raise RuntimeError(f"{error} in {text!r}") from error


def _commands(node: Any, frame: float) -> dict[str, Any]:
    def value(name: str, *_default: str) -> str:
        knob, channel = knob_named(name, node)
        if knob is None:
            raise RuntimeError(f"no knob {name!r}")
        return str(knob._text_at(frame, channel))

    def exists(name: str) -> int:
        return int(
            knob_named(name, node)[0] is not None or follow(name.split("."), node) is not None
        )

    def expression(*parts: str) -> str:
        return f"{number(' '.join(parts), node, frame):g}"

    def python(*code: str) -> str:
        *options, source = code
        if "-execlocal" in options:
            raise NotModelled("python -execlocal")
        return str(node._app.run_python_expression(source, node))

    return {"value": value, "knob": value, "exists": exists, "expression": expression,
            "frame": lambda: f"{frame:g}", "python": python}  # fmt: skip
