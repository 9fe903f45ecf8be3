"""Python that stands in parms and sections."""

from __future__ import annotations

from typing import Any


def run(source: str, names: dict[str, Any], where: str) -> None:
    """As a script."""
    exec(compile(source, where, "exec"), {**names, "__name__": "__main__"})


def value_of(source: str, names: dict[str, Any], where: str) -> Any:
    """Of an expression, or of a body with `return`."""
    try:
        code = compile(source.strip(), where, "eval")
    except SyntaxError:
        lines = "\n".join(f"    {line}" for line in source.splitlines())
        space = dict(names)
        exec(compile(f"def _body():\n{lines}", where, "exec"), space)
        return space["_body"]()
    return eval(code, dict(names))
