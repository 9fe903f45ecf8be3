"""Executing: the graph at a frame, and the Writes at its end.

numpy and the picture libraries are imported only when pixels are really wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from . import classes, colour, knob_sets, reading
from .ranges import CancelledError
from .session import NotModelled
from .shapes import Shapes

BUSY = "I'm already executing something else"


class Execution(NamedTuple):
    """One frame that a Write wrote."""

    node: str
    frame: int
    view: str
    path: Path
    knobs: dict[str, str]  # the text of each knob at that moment


class AtFrame:
    """A node's knobs at a frame, as pictures need them."""

    def __init__(self, node: Any, frame: float, scale: float = 1.0) -> None:
        self.node, self.frame, self.scale = node, frame, scale

    def text(self, name: str) -> str:
        return str(self.node._knobs[name]._text_at(self.frame))

    def number(self, name: str) -> float:
        return float(self.node._knobs[name]._number_at(self.frame))

    def numbers(self, name: str) -> list[float]:
        found = self.node._knobs[name]._values(self.frame)
        scaled = name in ("box", "translate", "boxsize")
        return [value * self.scale for value in found] if scaled else found

    def size(self, name: str) -> tuple[int, int]:
        made = self.node._knobs[name].value()
        return round(made.width() * self.scale), round(made.height() * self.scale)

    def modelled(self, name: str, table: dict[str, Any]) -> Any:
        chosen = self.text(name)
        if chosen not in table:
            raise NotModelled(f"{self.node._class}.{name} {chosen}")
        return table[chosen]


class Renderer:
    """Evaluates nodes. `frame` and `view` are those of the running render, else None."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.frame: float | None = None
        self.view = "main"
        self.executions: list[Execution] = []
        self.cancel_at: int | None = None  # the frame at which the artist presses Cancel
        self.reader = reading.Reader(app)
        self.shapes = Shapes(app, self.reader)

    # What the nodes ask.

    def format_of(self, node: Any) -> Any:
        return self.app.format(*self.shapes.of(node, self.app.frame)[0])

    def bbox_of(self, node: Any) -> Any:
        return self.app.info(*self.shapes.of(node, self.app.frame)[1])

    def range_of(self, node: Any) -> tuple[int, int]:
        return self.shapes.frames(node)

    def error_of(self, node: Any) -> str:
        return self.reader.error(node, self.app.frame) if node._class == "Read" else ""

    def reload(self, node: Any) -> None:
        self.reader.forget(node)
        self.app.changes.invalidate(node)

    def reached(self, node: Any) -> list[Any]:
        return self.shapes.reached(node)

    # Knobs that come and go.

    def prepare(self, node: Any) -> None:
        if node._class in ("Read", "Write"):
            self._offer_colourspaces(node)

    def knob_changed(self, knob: Any) -> None:
        node, name = knob._node, knob._name
        if (
            node._class == "Write"
            and name == "file"
            and not node._knobs["file_type"].value().strip()
        ):
            suffix = Path(knob._text).suffix[1:].lower()
            if suffix in knob_sets.FILE_TYPES:
                node._knobs["file_type"]._read(suffix)
                self._file_type_changed(node)
        elif node._class in ("Read", "Write") and name in ("file_type", "file"):
            self._file_type_changed(node)
        elif node._class == "Root" and name in ("colorManagement", "OCIO_config"):
            for other in node._all_nodes(deep=True):
                self.prepare(other)

    def _file_type_changed(self, node: Any) -> None:
        if node._class == "Write":
            for name in [n for n, k in node._knobs.items() if getattr(k, "_of_file_type", False)]:
                del node._knobs[name]
            for knob in knob_sets.FILE_KNOBS.get(self.file_type(node), list)():
                knob._node, knob._of_file_type = node, True
                node._knobs[knob._name] = knob
        self._offer_colourspaces(node)

    def file_type(self, node: Any) -> str:
        named = str(node._knobs["file_type"].value()).strip()
        return named or Path(node._knobs["file"]._text).suffix[1:].lower()

    def _offer_colourspaces(self, node: Any) -> None:
        root = self.app.root_node._knobs
        management, config = root["colorManagement"].value(), root["OCIO_config"].value()
        knob = node._knobs["colorspace"]
        chosen = knob._item(knob._curves[0].value)
        knob._items = colour.items(management, config, self.file_type(node))
        names = knob._choices()
        knob._curves[0].value = float(names.index(chosen) if chosen in names else 0)

    # Pictures.

    def picture(self, node: Any, frame: float | None = None) -> Any:
        return self._evaluate(node, self.app.frame if frame is None else frame)

    def _evaluate(self, node: Any, frame: float) -> Any:
        from . import pictures

        scale = self.app.proxy_scale
        if node is None:
            return pictures.black(self.shapes.root_size())
        disabled = node._knobs.get("disable")
        if disabled is not None and disabled._number_at(frame) and node._class != "Write":
            return self._evaluate(node._input(0), frame)
        special = self._special(node)
        if special is not None:
            return special(node, frame)
        if node._class not in pictures.OPERATORS:
            raise NotModelled(f"the pixels of a {node._class}")
        count = classes.CLASSES[node._class].inputs
        wanted = max(count if count > 0 else 2, 0)
        inputs = [self._evaluate(node._input(i), frame) for i in range(wanted)]
        return pictures.OPERATORS[node._class](AtFrame(node, frame, scale), inputs)

    def _special(self, node: Any) -> Any:
        """Nodes that look elsewhere than at the pixels of their inputs."""
        return {
            "Read": lambda n, f: self.reader.picture(n, f),
            "Switch": lambda n, f: self._evaluate(self.shapes.switched(n, f), f),
            "Group": lambda n, f: self._evaluate(n.output(), f),
            "Gizmo": lambda n, f: self._evaluate(n.output(), f),
            "Input": lambda n, f: self._evaluate(self.shapes.outside(n), f),
            "TimeOffset": lambda n, f: self._evaluate(
                n._input(0), f - n._knobs["time_offset"]._number_at(f)
            ),
            "FrameHold": lambda n, f: self._evaluate(
                n._input(0), n._knobs["first_frame"]._number_at(f)
            ),
        }.get(node._class)

    # Executing.

    @contextmanager
    def rendering(self) -> Iterator[None]:
        """Something else is being rendered."""
        if self.frame is not None:
            raise RuntimeError(BUSY)
        self.frame = self.app.frame
        try:
            yield
        finally:
            self.frame, self.view = None, "main"

    def execute(
        self, node: Any, frames: list[int], views: list[str], continueOnError: bool = False
    ) -> None:
        if self.frame is not None:
            raise RuntimeError(BUSY)
        if node is None or node._class != "Write":
            raise RuntimeError(f"{node and node._full_name()} is not executable")
        if node._knobs["disable"]._number_at(self.app.frame):
            if self.app.disabled_write == "skips":
                return
            if self.app.disabled_write == "refuses":
                raise RuntimeError(f"{node._full_name()} is disabled")
        with self.rendering():
            self._write_frames(node, frames, views or self._views(node), continueOnError)

    def _views(self, node: Any) -> list[str]:
        return [v for v in node._knobs["views"]._views() if v] or ["main"]

    def _write_frames(self, node: Any, frames: list[int], views: list[str], goes_on: bool) -> None:
        run = self.app.callbacks.run
        run("beforeRender", node)
        for frame in frames:
            if frame == self.cancel_at:
                kind = CancelledError if self.app.cancelled == "CancelledError" else RuntimeError
                raise kind("Cancelled")
            for self.view in views:
                self.frame = float(frame)
                run("beforeFrameRender", node)
                try:
                    self._write(node, frame)
                except RuntimeError:
                    if not goes_on:
                        raise
                run("afterFrameRender", node)
        run("afterRender", node)

    def _write(self, node: Any, frame: int) -> None:
        from . import writers

        path = self.path(node, frame)
        knobs = {n: k._text_at(frame) for n, k in node._knobs.items() if hasattr(k, "_curves") or
                 hasattr(k, "_text")}  # fmt: skip
        self.executions.append(Execution(node._full_name(), frame, self.view, path, knobs))
        self.app.changes.log.append((node._full_name(), "execute", f"{frame}"))
        picture = self._evaluate(node._input(0), frame)
        if node._knobs["create_directories"].value():
            path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.is_dir():
            raise RuntimeError(f"{node._full_name()}: Can't open {path}: No such file or directory")
        writers.write(path, picture, AtFrame(node, frame), self.file_type(node))

    def path(self, node: Any, frame: float) -> Path:
        knob = node._knobs["file"]
        if self.app.proxy_scale != 1 and node._knobs["proxy"]._text:
            knob = node._knobs["proxy"]
        text = str(knob._path_at(frame))
        if not text:
            raise RuntimeError(f"{node._full_name()}: no file name")
        return Path(text.replace("%V", self.view).replace("%v", self.view[:1]))
