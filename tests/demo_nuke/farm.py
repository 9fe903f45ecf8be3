"""A farm's Nuke, with no plugin, no relay and no GUI.

python -m tests.demo_nuke.farm SCRIPT FOLDER 1001-1003
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.demo_nuke.rendering import rendered
from tests.fakes.nuke_app import NukeApp


def main(script: str, folder: str, frames: str) -> int:
    """Render the Write of a saved script; the exit code."""
    first, last = map(int, frames.split("-"))
    app = NukeApp(gui=False)  # nothing on its plugin path
    with app.installed() as nuke:
        app.open(Path(script))
        for frame in range(first, last + 1):
            rendered(nuke, Path(folder), frame)
        app.quit()
    ours = sorted(name for name in sys.modules if name.startswith("comfyrelay"))
    sys.stderr.writelines(f"the farm imported {name}\n" for name in ours)
    return 1 if ours else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
