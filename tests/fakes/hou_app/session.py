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

__all__ = ["NotModelled", "WrongThread", "current", "model", "models"]

CORRECTIONS = {
    "Node.setNamedInput": "self, input_name, item_to_become_input, output_name_or_index=0",
    "ImageLayer.allBufferElements": "self, storagetype, channels",
    "ImageLayer.setAllBufferElements": "self, values",
    "saveImageDataToFile": "color_and_alpha_data, width, height, file_name, flip_vertical=False",
}
"""Where the stubs are known to differ from the application's own documentation."""

_installed: list[Any] = []


def current() -> Any:
    """The running application, a HouApp."""
    if not _installed:
        raise RuntimeError("no Houdini is running: use HouApp.installed()")
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
    """WrongThread, but on the main thread of the running application, and where PDG may read."""
    here = threading.get_ident()
    if _installed and here != _installed[-1].thread and here not in _installed[-1].readers:
        name = threading.current_thread().name
        raise breach(WrongThread(f"{where} was called on the thread {name!r}"))


def breach(error: Exception) -> Exception:
    """Keep what a plugin must never do, even if it catches the exception."""
    if _installed:
        _installed[-1].breaches.append(error)
    return error


def _guard(where: str, receiver: object) -> None:
    refuse_other_thread(where)
    alive = getattr(type(receiver), "_check_alive", None)
    if alive is not None:
        alive(receiver)


def _stub_files() -> list[Path]:
    """types-houdini's own, or that of the folder that COMFYRELAY_HOU_STUBS names."""
    named = os.environ.get("COMFYRELAY_HOU_STUBS")
    folder = Path(named) if named else Path(sysconfig.get_path("purelib"), "hou-stubs")
    return [folder / "__init__.pyi"]


models = Models("hou", Stubs(_stub_files(), CORRECTIONS), _guard, breach)
model = models.of
