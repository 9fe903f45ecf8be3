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
    before, teller = state.read(node).folder, _Teller()

    try:
        if fill:
            desk.fill_blocking(node, teller.tell)
        else:
            desk.generate_blocking(node, frames, heard=teller.tell)
    except PluginError:
        folder = state.read(node).folder
        if folder and (fill or folder != before):
            say(f"What there is lies in {folder}. The scene stays as it was.")
        raise
    say(f"result {state.read(node).folder}")


class _Teller:
    """Each line once. A farm's bar is of what the hosts do, and never goes back."""

    def __init__(self) -> None:
        self._said, self._percent = "", -1

    def tell(self, status: Status) -> None:
        if status.text != self._said:
            self._said = status.text
            say(status.text)
        if status.progress is None or status.exporting:
            return
        percent = round(100 * status.progress)
        if percent > self._percent:
            self._percent = percent
            say(f"ALF_PROGRESS {percent}%")


def say(line: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
