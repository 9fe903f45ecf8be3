"""Generate in a DCC without a user interface, as lines on its terminal: what a farm runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from . import state
from .dcc import Node, Status
from .desk import PATIENCE_S, Desk
from .errors import PluginError
from .run import CANCELED, DONE, exit_code

CODES = """exit codes: 0 all is there, 1 a job or a file failed, 2 what was asked for cannot be,
3 the relay does not answer, 130 canceled"""


def add_patience(parser: argparse.ArgumentParser) -> None:
    """The argument that every such command has."""
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_S, metavar="S",
        help=f"how long a relay may not answer ({PATIENCE_S:.0f})",
    )  # fmt: skip


def code_of(desk: Desk, act: Callable[[], None]) -> int:
    """Do it, say what is wrong, close the desk. The exit code."""
    try:
        act()
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return exit_code(error)
    except KeyboardInterrupt:
        return CANCELED
    finally:
        desk.close()
    return DONE


def generated(desk: Desk, node: Node, frames: str, fill: bool) -> None:
    """All of it, each line once. Raises PluginError."""
    before, said = state.read(node).folder, [""]

    def tell(status: Status) -> None:
        percent = "" if status.progress is None else f"\nALF_PROGRESS {status.progress:.0%}"
        if said[-1] != (line := f"{status.text}{percent}"):
            said.append(line)
            say(line)

    try:
        if fill:
            desk.fill_blocking(node, tell)
        else:
            desk.generate_blocking(node, frames, heard=tell)
    except PluginError:
        folder = state.read(node).folder
        if folder and (fill or folder != before):
            say(f"What there is lies in {folder}. The scene stays as it was.")
        raise
    say(f"result {state.read(node).folder}")


def say(line: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
