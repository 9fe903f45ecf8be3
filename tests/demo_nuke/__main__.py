"""The demo of the Nuke plugin: `python -m tests.demo_nuke`. Exit code 0 only if all of it held."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from plugins.shipping.__main__ import shipped
from tests.demo_nuke.hosts import OPTIONS
from tests.demo_nuke.plate import Size
from tests.demo_nuke.screen import Screen
from tests.demo_nuke.story import ROOT, Story, Wrong
from tests.fakes.nuke_app import NukeApp
from tests.rig import Rig, free_port

MADE = ("plates", "comfyrelay", "artist", "result", "farm")
"""Folders that the last demo left."""


def main() -> int:
    """Tell it; the exit code."""
    out, size = _asked()
    out.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        shutil.rmtree(out / name, ignore_errors=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        with tempfile.TemporaryDirectory(prefix="comfy-relay-demo-") as folder:
            demo(Path(folder), out, size)
    except KeyboardInterrupt:
        print("\nstopped; nothing is left running")
        return 130
    except Exception as error:  # noqa: BLE001  whatever it is, the demo did not hold
        print(f"\nFAILED   {error}" if isinstance(error, Wrong) else f"\nFAILED   {error!r}")
        return 1
    return 0


def demo(folder: Path, out: Path, size: Size) -> None:
    """A relay with two hosts, and a Nuke at it."""
    screen = Screen()
    screen.say("starting", "a relay with Redis, and two simulated ComfyUI hosts")
    with Rig(folder, hosts=2, port=free_port(), sim=OPTIONS) as rig:
        screen.say("relay", f"{rig.url}, hosts sim0 and sim1")
        app = NukeApp(plugin_path=(_unpacked(folder),))
        screen.say("nuke", f"{app.version}, simulated, with the plugin as `make plugins` ships it")
        with _at_home(folder / "home", rig.url), app.installed() as nuke:
            Story(app, nuke, rig, out.resolve(), screen).tell(size)
            app.quit()
    screen.say("done", "every check held; this was a simulated Nuke, and no real one")


def _unpacked(folder: Path) -> Path:
    """The plugin as an artist has it, as a folder for NUKE_PATH."""
    files = dict(shipped(Path(sys.prefix) / "wheels"))["comfyrelay-nuke"]
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "comfyrelay-nuke"


@contextmanager
def _at_home(home: Path, url: str) -> Iterator[None]:
    """The environment of an artist, who has no settings of their own but these."""
    home.mkdir()
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("COMFY_RELAY_")]:
        del os.environ[name]
    os.environ.update(HOME=str(home), COMFY_RELAY_URL=url, COMFY_RELAY_USER="ada")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _asked() -> tuple[Path, Size]:
    parser = argparse.ArgumentParser(prog="make demo-nuke", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "demo-results" / "nuke")
    parser.add_argument("--size", default="960x540", help="of the plate, as 960x540")
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    return asked.out, (width, height)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
