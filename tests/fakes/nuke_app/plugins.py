"""Startup files and gizmos, as Nuke finds and runs them."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Any


def find_plugin(app: Any, name: str) -> Path | None:
    """The .gizmo or .nk of that name on the plugin path; None if there is none."""
    for folder in app.plugin_path:
        for suffix in ("", ".gizmo", ".nk"):
            file = Path(folder, name + suffix)
            if file.suffix in (".gizmo", ".nk") and file.is_file():
                return file
    return None


def run_startup_files(app: Any) -> None:
    """init.py of each folder, the last first; then menu.py. The first exception ends the start."""
    for name in ("init.py", "menu.py") if app.gui else ("init.py",):
        for folder in reversed(list(app.plugin_path)):
            run_file(app, Path(folder, name))


def run_file(app: Any, file: Path) -> None:
    if not file.is_file() or app.did_not_start:
        return
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    app.starting.append(file.parent)
    try:
        source = file.read_text(encoding="utf-8")
        exec(compile(source, str(file), "exec"), {"nuke": app.module, "__file__": str(file),
                                                  "__name__": file.stem})  # fmt: skip
    except Exception:  # noqa: BLE001  Nuke says so and ends; a test asks for `did_not_start`
        app.did_not_start = f"Nuke did not start: {traceback.format_exc()}"
    finally:
        app.starting.pop()


def resolved(app: Any, named: Any) -> Path:
    """A relative folder is beside the file that names it."""
    beside = app.starting[-1] if app.starting else Path.cwd()
    return Path(beside, named)
