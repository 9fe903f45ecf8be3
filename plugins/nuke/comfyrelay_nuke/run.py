"""Generate without a GUI, as on a farm:

    nuke -t /path/to/comfyrelay-nuke/generate.py SCRIPT NODE --frames=1001-1100

It blocks, prints a line for each change (`ALF_PROGRESS 37%` among them), and saves the script with
its new result if all went well. Ctrl-C and SIGTERM cancel what was sent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import nuke

from comfyrelay.desk import Desk
from comfyrelay.errors import ResultUnwritable, SettingsError
from comfyrelay.terminal import CODES, add_patience, code_of, generated

from .node import GizmoNode
from .scene import NukeScene, at


def main() -> int:
    """Open, generate, save; the exit code."""
    asked = _asked(_words())
    desk = Desk(NukeScene(), patience_s=asked.patience)

    def run() -> None:
        node = _opened(asked.script, asked.node)
        generated(desk, node, asked.frames, asked.fill)
        if not asked.keep_script:
            _save(asked.script)

    return code_of(desk, run)


def _words() -> Sequence[str]:
    """What follows our own file on the command line. Nuke takes a range at its end for its own,
    and leaves it out of sys.argv."""
    every, own = list(nuke.rawArgs), sys.argv[0]
    return every[every.index(own) + 1 :] if own in every else sys.argv[1:]


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nuke -t generate.py", description="Generate without a GUI.", epilog=CODES
    )
    parser.add_argument("script", help="the .nk file")
    parser.add_argument("node", help="full name of the Comfy Relay node, as Group1.ComfyRelay2")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--frames", default="", help="as 1001-1100 or 1001-1100x2; else the node's")
    which.add_argument("--fill", action="store_true", help="only what its version lacks")
    parser.add_argument("--keep-script", action="store_true", help="do not save the script")
    add_patience(parser)
    return parser.parse_args(words)


def _opened(script: str, name: str) -> GizmoNode:
    if not Path(script).is_file():
        raise SettingsError(f"There is no script {script}.")
    try:
        nuke.scriptOpen(script)
    except RuntimeError as error:
        raise SettingsError(f"Nuke cannot open {script}: {error}") from error
    group = at(name)
    if group is None:
        raise SettingsError(
            f"The script has no Comfy Relay node {name!r}.", "Give its full name, as in the script."
        )
    return GizmoNode(group)


def _save(script: str) -> None:
    try:
        cast("Any", nuke).scriptSave(script)
    except (OSError, RuntimeError) as error:
        raise ResultUnwritable(
            f"The script could not be saved: {error}",
            "The result is there. Open the script in Nuke: its menu offers the result.",
        ) from error
