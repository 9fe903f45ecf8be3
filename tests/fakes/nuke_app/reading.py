"""Read nodes: which file a frame is, and what stands for a frame that is not there.

What was read of a path is kept until the node is reloaded, and so is that nothing was there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import colour
from .session import NotModelled


class Reader:
    def __init__(self, app: Any) -> None:
        self.app = app
        self._files: dict[Path, Any] = {}  # None for a file that was missing

    def forget(self, node: Any) -> None:
        """As the reload button does."""
        wanted = {self.path(node, frame) for frame in range(*self._span(node))}
        self._files = {path: file for path, file in self._files.items() if path not in wanted}

    def path(self, node: Any, frame: float) -> Path | None:
        """The file of a frame; None where the node puts out black without asking for one."""
        inside = self._frame_inside(node, frame)
        if inside is None:
            return None
        return Path(node._knobs["file"]._path_at(_shifted(node, inside)))

    def size(self, node: Any, frame: float) -> Any:
        """Size and box of the file, or None."""
        file = self._file(node, frame)
        return (file.size, file.box) if file is not None else None

    def error(self, node: Any, frame: float) -> str:
        """Why the node fails at a frame; empty if it does not."""
        path = self.path(node, frame)
        if path is None or node._knobs["on_error"].value() != "error":
            return ""
        if not node._knobs["file"]._text:
            return f"{node._full_name()}: no filename specified"
        missing = self._file(node, frame) is None
        return f"{node._full_name()}: {path}: No such file or directory" if missing else ""

    def picture(self, node: Any, frame: float) -> Any:
        from . import pictures

        if self.path(node, frame) is None:
            return pictures.black(self.app.renderer.shapes.root_size())
        error = self.error(node, frame)
        if error:
            raise RuntimeError(error)
        file = self._file(node, frame)
        if file is None:
            file = self._instead(node, frame)
        if file is None:
            return self._placeholder(node)
        whole = pictures.Picture(self._channels(node, file), file.box, file.size)
        scale = self.app.proxy_scale
        if scale == 1:
            return whole
        size = round(file.size[0] * scale), round(file.size[1] * scale)
        return pictures.scaled(whole, (scale, scale), size)

    def _file(self, node: Any, frame: float) -> Any:
        from . import files

        path = self.path(node, frame)
        if path is None:
            return None
        if path not in self._files:
            self._files[path] = files.read(path) if path.is_file() else None
        return self._files[path]

    def _instead(self, node: Any, frame: float) -> Any:
        """The nearest frame that is there, if that is wanted."""
        if node._knobs["on_error"].value() != "nearest frame":
            return None
        near = sorted(range(*self._span(node)), key=lambda other: abs(other - frame))
        return next((f for f in (self._file(node, n) for n in near) if f is not None), None)

    def _placeholder(self, node: Any) -> Any:
        from . import pictures

        size = self.app.renderer.shapes.root_size()
        if node._knobs["on_error"].value() == "checkerboard":
            import numpy as np

            picture = pictures.constant(size, [1, 0, 0, 1])
            picture.channels["rgba.green"][::2, ::2] = np.float32(1)
            return picture
        return pictures.black(size)

    def _channels(self, node: Any, file: Any) -> dict[str, Any]:
        """The file's channels in the working space."""
        channels, knobs = dict(file.channels), node._knobs
        if knobs["auto_alpha"].value() and "rgba.alpha" not in channels:
            import numpy as np

            channels["rgba.alpha"] = np.ones_like(next(iter(channels.values())))
        if knobs["raw"].value():
            return channels
        space = knobs["colorspace"].value()
        alpha = channels.get("rgba.alpha")
        for name in ("rgba.red", "rgba.green", "rgba.blue"):
            if name not in channels:
                continue
            if knobs["premultiplied"].value() and alpha is not None:
                safe = alpha + (alpha == 0)
                channels[name] = colour.to_linear(channels[name] / safe, space) * safe
            else:
                channels[name] = colour.to_linear(channels[name], space)
        return channels

    def _span(self, node: Any) -> tuple[int, int]:
        return int(node._knobs["first"].value()), int(node._knobs["last"].value()) + 1

    def _frame_inside(self, node: Any, frame: float) -> float | None:
        """The frame that stands for one before the first or after the last."""
        knobs = node._knobs
        first, last = knobs["first"].value(), knobs["last"].value()
        if first <= frame <= last:
            return frame
        rule = knobs["before" if frame < first else "after"].value()
        length = last - first + 1
        if rule == "hold":
            return float(first if frame < first else last)
        if rule == "loop":
            return first + (frame - first) % length
        if rule == "bounce":
            at = (frame - first) % max(2 * length - 2, 1)
            return first + (at if at < length else 2 * length - 2 - at)
        return None


def _shifted(node: Any, frame: float) -> float:
    """The number in the file's name, after `frame_mode`."""
    mode, text = node._knobs["frame_mode"].value(), node._knobs["frame"]._text
    if not text:
        return frame
    if mode == "offset":
        return frame + float(text)
    if mode == "start at":
        return frame - float(node._knobs["first"].value()) + float(text)
    raise NotModelled("a Read's frame expression")
