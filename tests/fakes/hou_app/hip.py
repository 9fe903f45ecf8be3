"""The scene file: its name, its events, and what is in it. It is JSON, not Houdini's format."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import scene_data
from .callbacks import tell
from .enums import EnumValue, value
from .errors import LoadWarning, OperationFailed
from .session import current, model

UNTITLED = "untitled.hip"


class Hip:
    """`loading` is true from before the first node to after the last OnLoaded."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.path = self._untitled()
        self.loading = False
        self.warnings: list[str] = []
        self.events: list[str] = []  # those that were told
        self.callbacks: list[Callable[[EnumValue], None]] = []

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    @property
    def is_new(self) -> bool:
        return self.path == self._untitled()

    def _untitled(self) -> str:
        return f"{Path.cwd().as_posix()}/{UNTITLED}"

    def save(self, path: str | None) -> None:
        self.path = Path(os.path.abspath(path)).as_posix() if path else self.path
        self._tell("BeforeSave")
        data = [scene_data.of_node(node) for node in self.app.root._children]
        scene = {"frame": self.app.frame, "networks": data}
        Path(self.path).write_text(json.dumps(scene, indent=1), encoding="utf-8")
        self.app.changes.unsaved = False
        self._tell("AfterSave")

    def clear(self) -> None:
        """File > New."""
        self._tell("BeforeClear")
        self._empty()
        self.path = self._untitled()
        self._tell("AfterClear")

    def _empty(self) -> None:
        root = self.app.root
        if self.app.deleted_on_clear:
            for network in root._children:
                for node in list(network._children):
                    self.app.population.farewell(node)
        for node in (root, *root._all_below()):
            node._alive = False
        self.app.new_scene()

    def load(self, path: str) -> None:
        if not Path(path).is_file():
            raise OperationFailed(f"Unable to open file: {path}")
        steps = ["BeforeClear", "AfterClear", "BeforeLoad"]
        if self.app.load_begins == "load":
            steps = ["BeforeLoad", "BeforeClear", "AfterClear"]
        for step in steps:
            if step == "AfterClear":
                self._empty()
            self._tell(step)
        self.warnings = []
        self.loading = True
        try:
            self.path = Path(os.path.abspath(path)).as_posix()
            self._read(json.loads(Path(path).read_text(encoding="utf-8")))
        finally:
            self.loading = False
        self.app.changes.undo_stack.clear()
        self.app.changes.unsaved = False
        self._tell("AfterLoad")

    def _read(self, scene: dict[str, Any]) -> None:
        self.app.set_frame(scene["frame"])
        with self.app.while_loading():
            for data in scene["networks"]:
                network = self.app.root._child(data["name"])
                scene_data.fill(network, data)
        for node in self.app.root._all_below():
            if node._alive and node._locked_above() is None:
                self.app.callbacks.section(node, "OnLoaded")

    def _tell(self, event: str) -> None:
        self.events.append(event)
        for callback in list(self.callbacks):
            try:
                callback(value("hipFileEventType", event))
            except Exception:  # noqa: BLE001  printed, as Houdini does; a test asks for `errors`
                tell(self.app)


@model("hipFile")
class HipFile:
    """hou.hipFile."""

    @staticmethod
    def save(file_name: str | None = None, save_to_recent_files: bool = True) -> None:
        current().hip.save(file_name)

    @staticmethod
    def load(
        file_name: str, suppress_save_prompt: bool = False, ignore_load_warnings: bool = False
    ) -> None:
        hip = current().hip
        hip.load(file_name)
        if hip.warnings and not ignore_load_warnings:
            raise LoadWarning("\n".join(hip.warnings))

    @staticmethod
    def clear(suppress_save_prompt: bool = False) -> bool:
        current().hip.clear()
        return True

    @staticmethod
    def path() -> str:
        return str(current().hip.path)

    @staticmethod
    def name() -> str:
        return str(current().hip.path)

    @staticmethod
    def basename() -> str:
        return Path(current().hip.path).name

    @staticmethod
    def setName(file_name: str) -> None:
        current().hip.path = Path(os.path.abspath(file_name)).as_posix()

    @staticmethod
    def isNewFile() -> bool:
        return bool(current().hip.is_new)

    @staticmethod
    def isLoadingHipFile() -> bool:
        return bool(current().hip.loading)

    @staticmethod
    def isShuttingDown() -> bool:
        return bool(current().closing)

    @staticmethod
    def hasUnsavedChanges() -> bool:
        """Without a user interface it is always true."""
        return bool(current().changes.unsaved or not current().gui)

    @staticmethod
    def addEventCallback(callback: Callable[[EnumValue], None]) -> None:
        current().hip.callbacks.append(callback)

    @staticmethod
    def removeEventCallback(callback: Callable[[EnumValue], None]) -> None:
        if callback not in current().hip.callbacks:
            raise OperationFailed("The event callback was not registered")
        current().hip.callbacks.remove(callback)

    @staticmethod
    def eventCallbacks() -> tuple[Any, ...]:
        return tuple(current().hip.callbacks)

    @staticmethod
    def clearEventCallbacks() -> None:
        current().hip.callbacks.clear()
