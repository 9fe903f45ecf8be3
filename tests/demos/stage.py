"""Where a demo plays: a folder of its own, a relay with two hosts, and an artist's home."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from plugins.shipping.__main__ import shipped
from tests.demos.screen import Screen
from tests.demos.telling import ROOT, Wrong
from tests.rig import Rig, free_port


def played(demo: Callable[[Path], None], out: Path, made: Sequence[str]) -> int:
    """Play it in a new folder; the exit code, 0 only if all of it held. What the last one `made`
    in `out` goes first."""
    out.mkdir(parents=True, exist_ok=True)
    for name in made:
        shutil.rmtree(out / name, ignore_errors=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        with tempfile.TemporaryDirectory(prefix="comfy-relay-demo-") as folder:
            demo(Path(folder))
    except KeyboardInterrupt:
        print("\nstopped; nothing is left running")
        return 130
    except Exception as error:  # noqa: BLE001  whatever it is, the demo did not hold
        print(f"\nFAILED   {error}" if isinstance(error, Wrong) else f"\nFAILED   {error!r}")
        return 1
    return 0


def asking(dcc: str, about: str | None) -> argparse.ArgumentParser:
    """What may be asked of any demo."""
    parser = argparse.ArgumentParser(prog=f"make demo-{dcc}", description=about)
    parser.add_argument("--out", type=Path, default=ROOT / "demo-results" / dcc)
    return parser


@contextmanager
def two_hosts(folder: Path, options: Sequence[str], screen: Screen) -> Iterator[Rig]:
    """A relay with Redis and two simulated hosts, which are started with these options."""
    screen.say("starting", "a relay with Redis, and two simulated ComfyUI hosts")
    with Rig(folder, hosts=2, port=free_port(), sim=(*options,)) as rig:
        screen.say("relay", f"{rig.url}, hosts sim0 and sim1")
        yield rig


def unpacked(folder: Path, name: str) -> Path:
    """A plugin as an artist has it: the folder that its zip is unpacked to."""
    files = next(files for each, files in shipped(Path(sys.prefix) / "wheels") if each == name)
    for inside, data in files.items():
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        (folder / inside).write_bytes(data)
    return folder / name


@contextmanager
def at_home(home: Path, url: str) -> Iterator[None]:
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


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
