"""`python -m tests.fakes.hou_app -m MODULE WORDS`: hython running a module, from a shell."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from .app import HouApp
from .session import NotModelled


def main(words: list[str]) -> int:
    """Run the module; the exit code."""
    if words[:1] != ["-m"]:
        raise NotModelled(f"hython {' '.join(words)}")
    folders = os.environ.get("HOUDINI_OTLSCAN_PATH", "").split(os.pathsep)
    app = HouApp(gui=False, hda_path=tuple(Path(folder) for folder in folders if folder))
    sys.argv[:] = words[1:]
    with app.installed():
        try:
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            return int(ended.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
