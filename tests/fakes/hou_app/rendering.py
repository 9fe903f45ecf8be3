"""ROPs: they wait until their files are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import expressions
from .cooking import _frames
from .enums import value
from .errors import OperationFailed, OperationInterrupted
from .session import NotModelled


class Execution(NamedTuple):
    """One frame that a ROP wrote."""

    node: str
    frame: float
    path: Path


class Rendering:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.executions: list[Execution] = []
        self.running = False
        self._listeners: dict[int, list[Callable[..., None]]] = {}

    def render(self, rop: Any, frame_range: Sequence[float], output_file: str | None) -> None:
        if rop._type._text not in ("rop_image", "image"):
            raise NotModelled(f"rendering a {rop._type._text}")
        if self.running:
            raise OperationFailed("Another render runs")
        self.running = True
        self._tell(rop, "PreRender", self.app.frame)
        try:
            for frame in self._frames(rop, frame_range):
                if self.app.press_escape:
                    raise OperationInterrupted("Esc was pressed")
                self._frame(rop, frame, output_file)
        finally:
            self.running = False
        self._tell(rop, "PostRender", self.app.frame)

    def _frames(self, rop: Any, frame_range: Sequence[float]) -> list[float]:
        if frame_range:
            first, last, *step = frame_range
            return _frames(first, last, step[0] if step else 1)
        if rop._parms["trange"].evalAsString() == "off":
            return [self.app.frame]
        first, last, step = (rop._parms[f"f{n}"].eval() for n in (1, 2, 3))
        return _frames(first, last, step)

    def _frame(self, rop: Any, frame: float, output_file: str | None) -> None:
        self._tell(rop, "PreFrame", frame)
        parms = rop._parms
        source = rop._node_at(parms["coppath"]._text_at(frame))
        if not parms["coppath"]._text_at(frame) or source is None:
            raise OperationFailed(f"{rop._path()}: no COP at {parms['coppath'].rawValue()!r}")
        path = Path(
            expressions.expanded(output_file, rop, frame)
            if output_file
            else parms["copoutput"]._text_at(frame)
        )
        if parms["mkpath"].eval():
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            raise OperationFailed(f"{rop._path()}: no folder {path.parent.as_posix()}")
        output = parms["port1"].eval() if parms["useport1"].eval() else 0
        layer = self.app.cooking.layer(source, output, frame)
        if layer is None:
            raise OperationFailed(f"{rop._path()}: {source._path()} puts out nothing")
        _write(path, layer._pixels, parms)
        self.executions.append(Execution(rop._path(), frame, path))
        self._tell(rop, "PostFrame", frame)

    def listen(self, rop: Any, callback: Callable[..., None]) -> None:
        self._listeners.setdefault(rop._id, []).append(callback)

    def unlisten(self, rop: Any, callback: Callable[..., None]) -> None:
        standing = self._listeners.get(rop._id, [])
        if callback not in standing:
            raise OperationFailed("The render event callback was not registered")
        standing.remove(callback)

    def _tell(self, rop: Any, event: str, frame: float) -> None:
        for callback in self._listeners.get(rop._id, []):
            callback(rop, value("ropRenderEventType", event), self.app.time_of(frame))


def _write(path: Path, pixels: Any, parms: Any) -> None:
    from tests.fakes import pictures

    height, width, count = pixels.shape
    names = pictures.RGBA[:count] if count > 1 else ["R"]
    if path.suffix.lower() == ".exr":
        channels = {name: pixels[:, :, index] for index, name in enumerate(names)}
        file = pictures.File(channels, (0, 0, width, height), (width, height), 0)
        compression = parms["vm_image_exr_compression"].evalAsString().upper()
        half = not parms["setprecision"].eval() or parms["precision"].evalAsString() == "b16"
        pictures.write_exr(path, file, half, "NO" if compression == "NONE" else compression)
    elif path.suffix.lower() == ".png":
        coded = parms["colorconversion"].evalAsString() == "ocio" and not parms["raw1"].eval()
        _write_png(path, pixels, coded)
    else:
        raise NotModelled(f"writing {path.suffix or 'a file without a suffix'}")


def _write_png(path: Path, pixels: Any, coded: bool) -> None:
    import numpy as np

    from tests.fakes import pictures

    values = pixels[::-1].copy()
    if coded:
        values[:, :, :3] = pictures.to_srgb(values[:, :, :3])
    pictures.write_png(path, np.rint(np.clip(values, 0, 1) * 255), 8)
