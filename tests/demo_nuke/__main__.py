"""The demo of the Nuke plugin: `python -m tests.demo_nuke`. Exit code 0 only if all of it held."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.demo_nuke.plate import Size
from tests.demo_nuke.story import Story
from tests.demos.hosts import OPTIONS
from tests.demos.screen import Screen
from tests.demos.stage import asking, at_home, played, two_hosts, unpacked
from tests.fakes.nuke_app import NukeApp

MADE = ("plates", "comfyrelay", "artist", "result", "farm")
"""Folders that the last demo left."""


def main() -> int:
    """Tell it; the exit code."""
    parser = asking("nuke", __doc__)
    parser.add_argument("--size", default="960x540", help="of the plate, as 960x540")
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    return played(lambda folder: demo(folder, asked.out, (width, height)), asked.out, MADE)


def demo(folder: Path, out: Path, size: Size) -> None:
    """A relay with two hosts, and a Nuke at it."""
    screen = Screen()
    with two_hosts(folder, OPTIONS, screen) as rig:
        app = NukeApp(plugin_path=(unpacked(folder, "comfyrelay-nuke"),))
        screen.say("nuke", f"{app.version}, simulated, with the plugin as `make plugins` ships it")
        with at_home(folder / "home", rig.url), app.installed() as nuke:
            Story(app, nuke, rig, out.resolve(), screen).tell(size)
            app.quit()
    screen.say("done", "every check held; this was a simulated Nuke, and no real one")


if __name__ == "__main__":
    sys.exit(main())
