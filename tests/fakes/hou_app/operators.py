"""What each node type makes. In Copernicus: pixels, (height, width, channels), bottom row first;
of geometry only the file that it comes from.

numpy and the picture libraries are imported only when pixels are really wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .session import NotModelled


class CookError(RuntimeError):
    """The node has an error, told as Houdini tells it."""


class AtFrame:
    """A node's parms at a frame, and its inputs."""

    def __init__(self, cooking: Any, node: Any, frame: float, output: int) -> None:
        self.cooking, self.node, self.frame, self.output = cooking, node, frame, output

    def text(self, name: str) -> str:
        return str(self.node._parms[name]._text_at(self.frame))

    def number(self, name: str) -> float:
        return float(self.node._parms[name]._number_at(self.frame))

    def numbers(self, name: str) -> list[float]:
        return [p._number_at(self.frame) for p in self.node._parm_set.tuples[name]._parms]

    def input(self, index: int) -> Any:
        """The pixels of an input; None if nothing is wired."""
        return self.cooking.input_pixels(self.node, index, self.frame)


def _null(at: AtFrame) -> Any:
    return at.input(at.output)


def _input(at: AtFrame) -> Any:
    """Inside an asset: what is wired to the asset's connector of that number."""
    return at.cooking.input_pixels(at.node._parent, at.output, at.frame)


def _switch(at: AtFrame) -> Any:
    wired = max(at.node._wires, default=0)
    return at.input(min(max(int(at.number("input")), 0), wired))


def _switch_if_wired(at: AtFrame) -> Any:
    """The first that really comes from somewhere."""
    inputs = [at.input(index) for index in sorted(at.node._wires)]
    return next((pixels for pixels in inputs if pixels is not None), None)


def _error(at: AtFrame) -> Any:
    if at.number("enable1"):
        text = at.text("errormsg1")
        if at.text("severity1") == "error":
            raise CookError(text)
        kind = "warnings" if at.text("severity1") == "warn" else "messages"
        getattr(at.node._cook, kind).append(text)
    return at.input(0)


def _constant(at: AtFrame) -> Any:
    import numpy as np

    width, height = at.node._app.resolution
    return np.full((height, width, 4), at.numbers("f4"), np.float32)


def _file(at: AtFrame) -> Any:
    """A file that was read, or was missing, stays so until `reload` is pressed."""
    import numpy as np

    if at.text("source") != "file":
        raise NotModelled("a file node that renders live")
    path = Path(at.text("filename"))
    found = at.cooking.file(at.node, path)
    if found is None:
        if at.text("missingdata") == "error":
            raise CookError(f"Unable to read file {path.as_posix()}")
        return np.full((1, 1, 4), at.numbers("missingcolor"), np.float32)
    number = at.output + 1
    return _decoded(found, at.text(f"type{number}"), bool(at.number(f"raw{number}")), path)


def _decoded(file: Any, kind: str, raw: bool, path: Path) -> Any:
    import numpy as np

    from tests.fakes import pictures

    channels = [file.channels[name] for name in pictures.RGBA if name in file.channels]
    if not channels:
        raise CookError(f"{path.as_posix()} has no colour")
    if file.depth and not raw:  # code values, with the curve of the file rules
        channels = [pictures.to_linear(c) if i < 3 else c for i, c in enumerate(channels)]
    wanted = {"float": 1, "vector2": 2, "vector": 3, "vector4": 4}[kind]
    if len(channels) == 1:
        channels = channels * 3
    if len(channels) == 3:
        channels = [*channels, np.ones_like(channels[0])]
    return np.stack(channels[:wanted], axis=2)


def _same(at: AtFrame) -> Any:
    return at.input(0)


def _mesh(parm: str) -> Callable[[AtFrame], Any]:
    """A node that reads the geometry of a file. Only whether it is there is looked at."""

    def read(at: AtFrame) -> Any:
        path = Path(at.text(parm))
        if at.cooking.is_there(at.node, path):
            return path
        if parm == "file" and at.text("missingframe") == "empty":
            return None
        raise CookError(f"Unable to read file {path.as_posix()}")

    return read


Operators = dict[str, Callable[[AtFrame], Any]]
OPERATORS: dict[str, Operators] = {
    "Cop": {
        "null": _null,
        "input": _input,
        "switch": _switch,
        "switchifwired": _switch_if_wired,
        "error": _error,
        "constant": _constant,
        "file": _file,
    },
    "Sop": {
        "null": _same,
        "xform": _same,
        "switch": _switch,
        "error": _error,
        "file": _mesh("file"),
        "gltf": _mesh("filename"),
    },
}
