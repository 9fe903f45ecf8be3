"""Generate without a GUI: `nuke -t -m comfyrelay_nuke.run SCRIPT NODE --frames 1001-1100`.

Blocks, prints a line for each change, saves the script with its new results. Exit codes: 0 all is
there, 1 a job failed, 2 the request cannot be, 3 the relay does not answer, 130 stopped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, cast

import nuke

from comfyrelay.dcc import Status
from comfyrelay.desk import Desk
from comfyrelay.errors import PluginError, SettingsError
from comfyrelay.run import exit_code

from .node import GizmoNode
from .scene import NukeScene, at


def main(words: Sequence[str] | None = None) -> int:
    """Open, generate, save; the exit code."""
    asked = _asked(words)
    desk = Desk(NukeScene())
    try:
        nuke.scriptOpen(asked.script)
        node = _node(asked.node)
        if asked.fill:
            desk.fill_blocking(node, _printed)
        else:
            desk.generate_blocking(node, asked.frames, heard=_printed)
        if not asked.keep_script:
            cast("Any", nuke).scriptSave(asked.script)
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return exit_code(error)
    finally:
        desk.close()
    return 0


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="comfyrelay_nuke.run", description=__doc__)
    parser.add_argument("script", help="the .nk file")
    parser.add_argument("node", help="full name of the Comfy Relay node, as Group1.ComfyRelay2")
    parser.add_argument("--frames", default="", help="as 1001-1100 or 1001-1100x2; else the node's")
    parser.add_argument("--fill", action="store_true", help="only what its version lacks")
    parser.add_argument("--keep-script", action="store_true", help="do not save the script")
    return parser.parse_args(words)


def _node(name: str) -> GizmoNode:
    group = at(name)
    if group is None:
        raise SettingsError(
            f"The script has no Comfy Relay node {name!r}.", "Give its full name, as in the script."
        )
    return GizmoNode(group)


def _printed(status: Status) -> None:
    percent = "" if status.progress is None else f"ALF_PROGRESS {status.progress:.0%}\n"
    sys.stdout.write(f"{status.text}\n{percent}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
