"""The functions of the `hou` module, and its small submodules."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import expressions
from .errors import OperationFailed
from .session import NotModelled, current, model
from .types import components


class Functions:
    """The functions, each by its name in the module."""

    def __init__(self, app: Any) -> None:
        self._app = app

    # Where we are.

    def isUIAvailable(self) -> bool:
        return bool(self._app.gui)

    def applicationVersion(self, include_patch: bool = False) -> tuple[int, ...]:
        return tuple(self._app.version)

    def applicationVersionString(self) -> str:
        return ".".join(str(part) for part in self._app.version)

    def applicationName(self) -> str:
        return "houdini" if self._app.gui else "hython"

    def frame(self, full_precision: bool = False) -> float:
        return float(self._app.frame)

    def intFrame(self) -> int:
        return round(float(self._app.frame))

    def setFrame(self, frame: float) -> None:
        self._app.set_frame(frame)

    def time(self) -> float:
        return float(self._app.time_of(self._app.frame))

    def fps(self) -> float:
        return float(self._app.fps)

    def timeToFrame(self, time: float) -> float:
        return float(self._app.frame_of(time))

    def frameToTime(self, frame: float) -> float:
        return float(self._app.time_of(frame))

    # Nodes.

    def root(self) -> Any:
        return self._app.root

    def pwd(self) -> Any:
        return self._app.pwd

    def phm(self) -> Any:
        return self._app.pwd.hdaModule()

    def node(self, path: str) -> Any:
        return self._app.pwd._node_at(path)

    def nodeBySessionId(self, session_id: int) -> Any:
        nodes = (self._app.root, *self._app.root._all_below())
        return next((node for node in nodes if node._id == session_id), None)

    def selectedNodes(self, include_hidden: bool = False) -> tuple[Any, ...]:
        return tuple(node for node in self._app.root._all_below() if node._selected)

    def copyNodesTo(self, nodes: Sequence[Any], destination_node: Any) -> tuple[Any, ...]:
        return tuple(self._app.population.copy(nodes, destination_node))

    # Parms.

    def parm(self, path: str) -> Any:
        return self._app.pwd._parm_at(path)

    def parmTuple(self, path: str) -> Any:
        return self._app.pwd.parmTuple(path)

    def ch(self, path: str) -> Any:
        return self._evaluated(path).eval()

    def evalParm(self, path: str) -> Any:
        return self._evaluated(path).eval()

    def _evaluated(self, path: str) -> Any:
        found = self._app.pwd._parm_at(path)
        if found is None:
            raise OperationFailed(f"No parameter {path!r}")
        return found

    # Types.

    def nodeType(self, category_or_name: Any, internal_name: str | None = None) -> Any:
        if isinstance(category_or_name, str):
            table, _, internal_name = category_or_name.partition("/")
            category_or_name = self._app.types.categories[table]
        return category_or_name.nodeType(internal_name)

    def nodeTypeCategories(self) -> dict[str, Any]:
        return dict(self._app.types.categories)

    def objNodeTypeCategory(self) -> Any:
        return self._app.types.categories["Object"]

    def sopNodeTypeCategory(self) -> Any:
        return self._app.types.categories["Sop"]

    def copNodeTypeCategory(self) -> Any:
        return self._app.types.categories["Cop"]

    def topNodeTypeCategory(self) -> Any:
        return self._app.types.categories["Top"]

    def ropNodeTypeCategory(self) -> Any:
        return self._app.types.categories["Driver"]

    # Variables and pictures.

    def getenv(self, name: str, default_value: str | None = None) -> Any:
        known = expressions.variables(self._app, self._app.pwd, self._app.frame)
        return known.get(name, default_value)

    def putenv(self, name: str, value: str) -> None:
        self._app.variables[name] = value

    def imageResolution(self, image_file_name: str) -> tuple[int, int]:
        from tests.fakes import pictures

        if not Path(image_file_name).is_file():
            raise OperationFailed(f"Unable to read {image_file_name}")
        return pictures.read(Path(image_file_name)).size

    def saveImageDataToFile(
        self, color_and_alpha_data: Any, width: int, height: int, file_name: str,
        flip_vertical: bool = False,
    ) -> None:  # fmt: skip
        raise NotModelled("hou.saveImageDataToFile")


def expandString(text: str) -> str:
    app = current()
    return expressions.expanded(text, app.pwd, app.frame)


@model("text")
class Text:
    """hou.text."""

    @staticmethod
    def expandString(str: str, expand_tilde: bool = True) -> str:
        return expandString(str)

    @staticmethod
    def expandStringAtFrame(str: str, frame: float, expand_tilde: bool = True) -> str:
        return expressions.expanded(str, current().pwd, frame)

    @staticmethod
    def abspath(path: str, anchor_path: str | None = None) -> str:
        """A relative path is one of the scene's folder."""
        anchor = anchor_path or current().hip.folder
        return posixpath.normpath(posixpath.join(anchor, expandString(path)))

    @staticmethod
    def normpath(path: str) -> str:
        return posixpath.normpath(path)


@model("hda")
class Hda:
    """hou.hda."""

    @staticmethod
    def installFile(
        file_path: str, oplibraries_file: str | None = None, change_oplibraries_file: bool = True,
        force_use_assets: bool = False,
    ) -> None:  # fmt: skip
        current().assets.install(Path(file_path))

    @staticmethod
    def reloadFile(file_path: str) -> None:
        current().assets.install(Path(file_path))

    @staticmethod
    def loadedFiles() -> tuple[str, ...]:
        return tuple(path.as_posix() for path in current().assets.libraries)

    @staticmethod
    def definitionsInFile(file_path: str) -> tuple[Any, ...]:
        return tuple(current().assets.libraries[Path(file_path)])

    @staticmethod
    def componentsFromFullNodeTypeName(node_type_name: str) -> tuple[str, ...]:
        return ("", *components(node_type_name))


@model("playbar")
class Playbar:
    """hou.playbar."""

    @staticmethod
    def frameRange() -> Any:
        return current().vector(current().frame_range)

    @staticmethod
    def playbackRange() -> Any:
        return current().vector(current().frame_range)

    @staticmethod
    def setFrameRange(start: float, end: float) -> None:
        current().frame_range = (start, end)

    @staticmethod
    def setPlaybackRange(start: float, end: float) -> None:
        current().frame_range = (start, end)

    @staticmethod
    def isPlaying() -> bool:
        return False
