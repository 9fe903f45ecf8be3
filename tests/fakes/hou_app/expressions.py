"""Expressions of parms: HScript's, as far as assets use them, and Python's; and what `$HIP` is."""

from __future__ import annotations

import ast
import os
import re
import threading
from fnmatch import fnmatchcase
from typing import Any

from .errors import OperationFailed
from .session import NotModelled, breach

_DEEPEST = 30
_VARIABLE = re.compile(r"(?<!\\)\$(?:\{(\w+)\}|([A-Za-z_]+)(\d?))")
_BACKTICKS = re.compile(r"(?<!\\)`((?:[^`\\]|\\.)*)`")
_REFERENCE = re.compile(r"""\s*chs?\(\s*["']([^"']+)["']\s*\)\s*""")
_ATTRIBUTE = re.compile(r"@(\w+)")
_NODES = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Call, ast.Constant,
    ast.Name, ast.Load, ast.operator, ast.unaryop, ast.cmpop, ast.boolop,
)  # fmt: skip


def expanded(text: str, node: Any, frame: float) -> str:
    """A string as it is used: expressions in backticks, then variables. An unknown one stays."""
    text = _BACKTICKS.sub(lambda m: _as_text(hscript(_unescaped(m[1]), node, frame)), text)
    text = _VARIABLE.sub(lambda m: _variable(m, node, frame), text)
    return re.sub(r"\\([$`])", r"\1", text)


def hscript(code: str, node: Any, frame: float) -> Any:
    """The value of an HScript expression: a number or a string."""
    source = _VARIABLE.sub(lambda m: repr(_number_or_text(_variable(m, node, frame))), code)
    source = _ATTRIBUTE.sub(lambda m: repr(_attribute(m[1], node)), source)
    source = source.replace("&&", " and ").replace("||", " or ")
    source = re.sub(r"!(?!=)", " not ", source).strip()
    source = re.sub(r"\bif\s*\(", "if_(", source)  # a function, there
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError as error:
        raise OperationFailed(f"Syntax error in the expression {code!r}") from error
    functions = _functions(node, frame)
    for part in ast.walk(tree):
        if not isinstance(part, _NODES):
            raise breach(NotModelled(f"the HScript expression {code!r}"))
        if isinstance(part, ast.Name) and part.id not in functions:
            raise breach(NotModelled(f"{part.id} in the HScript expression {code!r}"))
    with node._app.evaluating(node, frame):
        try:
            return eval(compile(tree, "<hscript>", "eval"), {"__builtins__": {}}, functions)
        except RecursionError as error:
            raise OperationFailed(f"Infinite recursion in {node._path()}: {code!r}") from error


def python(code: str, node: Any, frame: float) -> Any:
    """The value of a Python expression, or of a body with `return`."""
    with node._app.evaluating(node, frame):
        names = node._app.python_names()
        names.update(_functions(node, frame), pwd=lambda: node)
        return node._app.run_body(code, names, f"<{node._path()}>")


def referred(code: str, node: Any) -> Any:
    """The parm that an expression is, if it is nothing but `ch("../seed")`; else None."""
    match = _REFERENCE.fullmatch(code)
    return node._parm_at(match[1]) if match else None


def _functions(node: Any, frame: float) -> dict[str, Any]:
    def number(path: str) -> float:
        return float(_parm(node, path)._number_at(frame))

    def string(path: str) -> str:
        return str(_parm(node, path)._text_at(frame))

    return {
        "ch": number, "chf": number, "chs": string, "chsop": string,
        "chi": lambda path: int(number(path)),
        "if_": lambda test, yes, no: yes if test else no,
        "strcmp": lambda a, b: (a > b) - (a < b),
        "strmatch": lambda pattern, text: int(fnmatchcase(text, pattern)),
        "strlen": len,
        "int": int, "abs": abs, "min": min, "max": max, "floor": lambda x: float(x // 1),
        "hasinput": lambda index: int(node._input(int(index)) is not None),
        "ninputs": lambda path: len([i for i in node._wires.values() if i is not None]),
        "opname": lambda path: _node(node, path)._text,
        "opfullpath": lambda path: _node(node, path)._path(),
    }  # fmt: skip


def _parm(node: Any, path: str) -> Any:
    if node._app.depth > _DEEPEST:
        raise OperationFailed(f"Infinite recursion in {node._path()}: {path!r}")
    found = node._parm_at(path)
    if found is None:
        raise OperationFailed(f"{node._path()}: no parameter {path!r}")
    return found


def _node(node: Any, path: str) -> Any:
    found = node._node_at(path)
    if found is None:
        raise OperationFailed(f"{node._path()}: no node {path!r}")
    return found


def _variable(match: re.Match[str], node: Any, frame: float) -> str:
    name, digits = match[1] or match[2], match[3] or ""
    if name == "F":
        return f"{round(frame):0{int(digits or 1)}d}"
    known = variables(node._app, node, frame)
    if name + digits in known:
        return known[name + digits]
    return known[name] + digits if name in known else match[0]


def variables(app: Any, node: Any, frame: float) -> dict[str, str]:
    """What `$` finds."""
    hip = app.hip
    return {
        **os.environ, **app.variables,
        "HIP": hip.folder, "HIPNAME": hip.stem, "HIPFILE": hip.path,
        "FF": f"{frame:g}", "T": f"{app.time_of(frame):g}", "FPS": f"{app.fps:g}",
        "OS": node._text if node is not None else "", "PI": "3.14159265",
    }  # fmt: skip


def _attribute(name: str, node: Any) -> Any:
    """Of the work item that is active on this thread."""
    item = node._app.readers.get(threading.get_ident())
    if item is None or not item.hasAttrib(name):
        raise OperationFailed(f"No active work item has the attribute {name!r}")
    return item.attribValue(name)


def _unescaped(code: str) -> str:
    return re.sub(r"\\(.)", r"\1", code)


def _number_or_text(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _as_text(found: Any) -> str:
    return found if isinstance(found, str) else f"{float(found):g}"
