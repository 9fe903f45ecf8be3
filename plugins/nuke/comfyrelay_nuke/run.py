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

from comfyrelay import state
from comfyrelay.dcc import Status
from comfyrelay.desk import PATIENCE_S, Desk
from comfyrelay.errors import PluginError, ResultUnwritable, SettingsError
from comfyrelay.run import CANCELED, DONE, exit_code

from .node import GizmoNode
from .scene import NukeScene, at

CODES = """exit codes: 0 all is there, 1 a job or a file failed, 2 what was asked for cannot be,
3 the relay does not answer, 130 canceled"""


def main() -> int:
    """Open, generate, save; the exit code."""
    asked = _asked(_words())
    desk = Desk(NukeScene(), patience_s=asked.patience)
    try:
        node = _opened(asked.script, asked.node)
        _generated(desk, node, asked)
        _say(f"result {state.read(node).folder}")
        if not asked.keep_script:
            _save(asked.script)
        return DONE
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return exit_code(error)
    except KeyboardInterrupt:
        return CANCELED
    finally:
        desk.close()


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
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_S, metavar="S",
        help=f"how long a relay may not answer ({PATIENCE_S:.0f})",
    )  # fmt: skip
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


def _generated(desk: Desk, node: GizmoNode, asked: argparse.Namespace) -> None:
    """All of it, each line once. Raises PluginError."""
    before, said = state.read(node).folder, [""]

    def tell(status: Status) -> None:
        percent = "" if status.progress is None else f"\nALF_PROGRESS {status.progress:.0%}"
        if said[-1] != (line := f"{status.text}{percent}"):
            said.append(line)
            _say(line)

    try:
        if asked.fill:
            desk.fill_blocking(node, tell)
        else:
            desk.generate_blocking(node, asked.frames, heard=tell)
    except PluginError:
        folder = state.read(node).folder
        if folder and (asked.fill or folder != before):
            _say(f"What there is lies in {folder}. The script stays as it was.")
        raise


def _save(script: str) -> None:
    try:
        cast("Any", nuke).scriptSave(script)
    except (OSError, RuntimeError) as error:
        raise ResultUnwritable(
            f"The script could not be saved: {error}",
            "The result is there. Open the script in Nuke: its menu offers the result.",
        ) from error


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
