"""Imports that are moved to another home, and nothing else of a source that is changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Union

Import = Union[ast.Import, ast.ImportFrom]


class ImportUnmovable(Exception):
    """An import that cannot be said of the new home."""


def moved(source: str, homes: Mapping[str, str]) -> str:
    """The source with its absolute imports of some packages moved; lines keep their numbers.

    `homes` has the new dotted name of each top package. Imports in functions, in `try` and under
    TYPE_CHECKING are moved as well. Raises ImportUnmovable.
    """
    data = source.encode()
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    for node in sorted(_absolute(source), key=lambda n: (n.lineno, n.col_offset), reverse=True):
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        new = _moved(node, data[begin:end].decode(), homes)
        data = data[:begin] + new.encode() + data[end:]
    return data.decode()


def imported(source: str) -> set[str]:
    """The dotted names of all modules that a source imports by their absolute name."""
    names: set[str] = set()
    for node in _absolute(source):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        else:
            names.update(alias.name for alias in node.names)
    return names


def _absolute(source: str) -> Iterator[Import]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
            yield node


def _moved(node: Import, text: str, homes: Mapping[str, str]) -> str:
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    if not any(name.partition(".")[0] in homes for name in names):
        return text
    if isinstance(node, ast.Import):
        return "; ".join(_bound(alias, homes) for alias in node.names)
    start = f"from {names[0]} "
    if not text.startswith(start):
        raise ImportUnmovable(f"cannot read: {text}")
    return f"from {_home(names[0], homes)} {text[len(start) :]}"


def _bound(alias: ast.alias, homes: Mapping[str, str]) -> str:
    """The import of one module, which binds the name that the old import bound."""
    top, _, below = alias.name.partition(".")
    home = _home(alias.name, homes)
    if alias.asname:
        return f"import {home} as {alias.asname}"
    if top not in homes:
        return f"import {home}"
    parent, _, last = homes[top].rpartition(".")
    if last != top:
        raise ImportUnmovable(f"`import {alias.name}` binds `{top}`; use `import ... as` or `from`")
    bound = f"from {parent} import {top}"
    return f"import {home}; {bound}" if below else bound


def _home(name: str, homes: Mapping[str, str]) -> str:
    top, dot, below = name.partition(".")
    return f"{homes.get(top, top)}{dot}{below}"
