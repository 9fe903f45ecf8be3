"""A node in memory."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .dcc import Export, Fingerprint, Placement, Status
from .errors import ExportFailed, InputMissing
from .form import Form, Input, JsonValue, Param
from .paths import at_frame

if TYPE_CHECKING:
    from .memory import MemoryDcc

KEPT = ("strings", "values", "animation", "options", "wires", "ranges", "shown")


class MemoryNode:
    """One node. Everything but `history`, `lines` and `exports` is saved with the scene."""

    def __init__(self, dcc: MemoryDcc, name: str, content: Mapping[str, Any] | None = None) -> None:
        self._dcc = dcc
        self.name = name
        self.alive = True
        found = content or {}
        self.strings: dict[str, str] = dict(found.get("strings", {}))
        self.values: dict[str, JsonValue] = dict(found.get("values", {}))
        self.animation: dict[str, dict[str, JsonValue]] = dict(found.get("animation", {}))
        self.options: dict[str, str] = dict(found.get("options", {}))
        self.wires: dict[str, str] = dict(found.get("wires", {}))  # picture by input; #### is frame
        self.ranges: dict[str, list[int]] = dict(found.get("ranges", {}))  # first and last by input
        self.shown: dict[str, Any] = dict(found.get("shown", {}))  # the placement, as saved
        self.placement: Placement | None = None
        self.placements: list[Placement] = []
        self.history: list[Status] = []
        self.lines: list[str] = []
        self.exports: list[Export] = []
        self.stop_pressed = False
        self.form: Form | None = None

    # Node

    @property
    def path(self) -> str:
        self._check()
        return self.name

    def state(self) -> Mapping[str, str]:
        self._check()
        return dict(self.strings)

    def keep(self, changes: Mapping[str, str], modifies: bool) -> None:
        self._check()
        self.strings.update(changes)
        self._dcc.modified = self._dcc.modified or modifies

    def value(self, param: Param, frame: int) -> JsonValue:
        self._check()
        keys = self.animation.get(param.id, {})
        held = [key for key in keys if int(key) <= frame]
        if held:
            return keys[max(held, key=int)]
        return self.values.get(param.id, param.default)

    def put(self, param: Param, value: JsonValue) -> None:
        self._check()
        self.values[param.id] = value
        self._dcc.modified = True

    def reform(self, form: Form) -> None:
        self._check()
        self.form = form

    def option(self, name: str) -> str:
        self._check()
        return self.options.get(name, "")

    def wired(self, input: Input) -> bool:  # noqa: A002
        self._check()
        return input.id in self.wires

    def frame_range(self, input: Input) -> tuple[int, int]:  # noqa: A002
        self._check()
        first, last = self.ranges.get(input.id, [self._dcc.frame, self._dcc.frame])
        return first, last

    def fingerprint(self) -> Fingerprint:
        self._check()
        return (frozenset({repr(sorted(self.wires.items()))}),)

    def export(self, export: Export) -> Path:
        self._check()
        pattern = self.wires.get(export.input.id)
        if pattern is None:
            raise InputMissing(f"The input {export.input.id} has nothing connected.")
        source = Path(at_frame(pattern, export.frame))
        if export.how.format == "file":
            return source
        if source.suffix != (export.how.suffix or source.suffix):
            raise ExportFailed(
                f"{source.name} is no {export.how.format}, and nothing is converted."
            )
        try:
            shutil.copyfile(source, export.path)
        except OSError as error:
            raise ExportFailed(f"{source} cannot be read: {error.strerror}.") from error
        self.exports.append(export)
        return export.path

    def stop_asked(self) -> bool:
        self._check()
        return self.stop_pressed

    def show(self, status: Status) -> None:
        self._check()
        self.history.append(status)

    def log(self, text: str) -> None:
        self._check()
        self.lines.append(text)

    def place(self, placement: Placement) -> None:
        self._check()
        self.placement = placement
        self.placements.append(placement)
        self.shown = {"version": placement.version, "paths": [p.path for p in placement.pictures]}

    # for the scene and for tests

    @property
    def status(self) -> Status:
        """What it shows now."""
        return self.history[-1] if self.history else Status("")

    def content(self) -> dict[str, Any]:
        """What is saved, or copied."""
        self._check()
        return self.last_content()

    def last_content(self) -> dict[str, Any]:
        """The same, of a node that may be deleted."""
        return {name: dict(getattr(self, name)) for name in KEPT}

    def _check(self) -> None:
        self._dcc.main.check()
        if not self.alive:
            raise ReferenceError("this node was deleted")
