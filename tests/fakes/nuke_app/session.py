"""Which application is running, and what may be called when and from where."""

from __future__ import annotations

import os
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.stubs import Models, NotModelled, Stubs, WrongThread

__all__ = ["DETACHED", "NotModelled", "WrongThread", "current", "model", "models"]

DETACHED = "A PythonObject is not attached to a node"

CORRECTIONS = {
    "Node.__init__": "self, *args, **kwargs",
    "Node.dependencies": "self, what=0",
    "Node.dependent": "self, what=0, forceEvaluate=True",
    "Node.sample": "self, channel, x, y, dx=1, dy=1, frame=0",
    "Group.__getitem__": "self, name",
    "Knob.toScript": "self, quote=False, context=None",
    "dependencies": "nodes, what=0",
    "dependentNodes": "what=0, nodes=(), evaluateAll=True",
    "toNode": "s",
    "createNode": "node, knobs='', inpanel=True",
    "delete": "node",
    "executeMultiple": "nodes, ranges, views=(), continueOnError=False",
    "addFormat": "s",
    "nodeCopy": "s=''",
    "nodePaste": "s=''",
}
"""Where the stubs are known to differ from the application's own documentation."""

_installed: list[Any] = []


def current() -> Any:
    """The running application, a NukeApp."""
    if not _installed:
        raise RuntimeError("no Nuke is running: use NukeApp.installed()")
    return _installed[-1]


@contextmanager
def running(app: Any) -> Iterator[None]:
    """Inside, it is the running application."""
    _installed.append(app)
    try:
        yield
    finally:
        _installed.remove(app)


def refuse_other_thread(where: str) -> None:
    """WrongThread, but on the main thread of the running application."""
    if _installed and threading.get_ident() != _installed[-1].thread:
        name = threading.current_thread().name
        raise breach(WrongThread(f"{where} was called on the thread {name!r}"))


def breach(error: Exception) -> Exception:
    """Keep what a plugin must never do, even if it catches the exception."""
    if _installed:
        _installed[-1].breaches.append(error)
    return error


def _guard(where: str, receiver: object) -> None:
    refuse_other_thread(where)
    attached = getattr(type(receiver), "_check_attached", None)
    if attached is not None:
        attached(receiver)


def _stub_files() -> list[Path]:
    """types-nuke's own, or those of the folder that COMFYRELAY_NUKE_STUBS names."""
    named = os.environ.get("COMFYRELAY_NUKE_STUBS")
    folder = Path(named) if named else Path(sysconfig.get_path("purelib"), "nuke-stubs")
    names = ["_nuke", "utils", "callbacks", "colorspaces", "executeInMain", "overrides", "scripts"]
    return [folder / f"{name}.pyi" for name in names]


models = Models("nuke", Stubs(_stub_files(), CORRECTIONS), _guard, breach)
model = models.of
