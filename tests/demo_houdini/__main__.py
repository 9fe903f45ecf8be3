"""The demo of the Houdini plugin: `python -m tests.demo_houdini`. Exit code 0 only if all of it
held."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.demo_houdini.story import Story, Wedge
from tests.demos.hosts import OPTIONS
from tests.demos.screen import Screen
from tests.demos.stage import asking, at_home, played, two_hosts, unpacked
from tests.fakes.hou_app import HouApp

MADE = ("comfyrelay",)
"""Folders that the last demo left."""


def main() -> int:
    """Tell it; the exit code."""
    parser = asking("houdini", __doc__)
    parser.add_argument("--seeds", type=int, default=8, help="of the wedge, for 3 strengths")
    parser.add_argument("--within", type=float, default=2.0, metavar="SECONDS",
                        help="until both hosts are free of a canceled cook")  # fmt: skip
    asked = parser.parse_args()
    wedge = Wedge(asked.seeds, asked.within)
    return played(lambda folder: demo(folder, asked.out, wedge), asked.out, MADE)


def demo(folder: Path, out: Path, wedge: Wedge) -> None:
    """A relay with two hosts, and a Houdini at it."""
    screen = Screen()
    with two_hosts(folder, OPTIONS, screen) as rig:
        packages = unpacked(folder, "comfyrelay-houdini") / "packages"
        app = HouApp(package_path=(packages,))
        version = ".".join(map(str, app.version))
        screen.say("houdini", f"{version}, simulated, with the plugin as `make plugins` ships it")
        with at_home(folder / "home", rig.url), app.installed() as hou:
            Story(app, hou, rig, packages, out.resolve(), screen).tell(wedge)
            app.quit()
    screen.say("done", "every check held; this was a simulated Houdini, and no real one")


if __name__ == "__main__":
    sys.exit(main())
