"""Write what the documents show of the code, or only compare it with what is there.

python -m docs.drawing            # as `make docs` does
python -m docs.drawing --check
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from . import houdini_graph, houdini_panel, nuke_graph, nuke_panel
from .table import with_table

DOCS = Path(__file__).parents[1]


def main() -> int:
    """The exit code: 1 if --check finds something that is not what it should be."""
    parser = argparse.ArgumentParser(prog="docs.drawing", description="Write what docs show.")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    check = parser.parse_args().check
    stale = [(path, text) for path, text in _made() if _read(path) != text]
    for path, text in stale:
        if check:
            sys.stderr.write(f"{path} is not what it should be: `make docs`\n")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


def _made() -> Iterator[tuple[Path, str]]:
    """Every file, and what it should be."""
    yield DOCS / "pictures" / "nuke-graph.svg", nuke_graph.picture()
    yield DOCS / "pictures" / "nuke-knobs.svg", nuke_panel.picture()
    yield DOCS / "pictures" / "houdini-graph.svg", houdini_graph.picture()
    yield DOCS / "pictures" / "houdini-parms.svg", houdini_panel.picture()
    for name, what in (("nuke.md", "knobs"), ("houdini.md", "parms")):
        yield DOCS / name, with_table(_read(DOCS / name), what)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
