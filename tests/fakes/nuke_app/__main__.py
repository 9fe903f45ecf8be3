"""`python -m tests.fakes.nuke_app -t FILE.py WORDS`: this Nuke without a GUI, from a shell."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from .app import NukeApp
from .session import NotModelled

_RANGE = re.compile(r"-?\d+([-,]-?\d+(x\d+)?)?")
_TAKEN = (
    "WARNING: The command line argument '{}' will be used as a Frame Range argument and will not be"
    " forward to the python sys.argv.\n"
)


def main(words: list[str]) -> int:
    """Run the file; the exit code."""
    if words[:1] != ["-t"]:
        raise NotModelled(f"nuke {' '.join(words)}")
    file, *given = words[1:]
    if given and _RANGE.fullmatch(given[-1]):
        sys.stderr.write(_TAKEN.format(given.pop()))
    folders = [Path(folder) for folder in os.environ.get("NUKE_PATH", "").split(os.pathsep)]
    app = NukeApp(
        gui=False,
        plugin_path=tuple(folder for folder in folders if folder.name),
        arguments=("nuke", *words),
    )
    sys.argv[:] = [file, *given]
    with app.installed() as nuke:
        return _ran(Path(file), nuke)


def _ran(file: Path, nuke: Any) -> int:
    """In the namespace of the Script Editor, which has no __file__."""
    source = compile(file.read_text(encoding="utf-8"), str(file), "exec")
    try:
        exec(source, {"nuke": nuke, "__name__": "__main__"})
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
