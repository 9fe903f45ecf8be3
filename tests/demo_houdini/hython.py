"""A Houdini without a user interface, which cooks a node of a saved scene and tells how each of
another's work items was answered.

python -m tests.demo_houdini.hython SCENE PACKAGES COOKED TOLD
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fakes.hou_app import HouApp


def main(scene: str, packages: str, cooked: str, told: str) -> int:
    """The exit code: 0 if all is cooked."""
    app = HouApp(gui=False, package_path=(Path(packages),))
    with app.installed() as hou:
        hou.hipFile.load(scene)
        last = hou.node(cooked)
        last.cookWorkItems(block=True)
        items = hou.node(told).getPDGNode().workItems
        sys.stdout.writelines(f"{item.customState}\n" for item in items)
        ended = [item.isSuccessful for item in last.getPDGNode().workItems]
        app.quit()
    return 0 if ended and all(ended) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
