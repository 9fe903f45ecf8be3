"""The plugin core from a command line: `python -m comfyrelay run|doctor|workflows`.

A skin that lies beside the core brings commands of its own, such as `build-gizmo`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import os
import signal
import sys
from pathlib import Path
from threading import Event

from . import VERSION
from .doctor import examined
from .errors import PluginError
from .item import read_item
from .relay import Relay
from .run import CANCELED, DONE, FAILED, Run, exit_code
from .settings import read_settings

CODES = """exit codes of run: 0 done, 1 a job or a file failed, 2 the item or the settings are
wrong, 3 the relay cannot be reached, 130 canceled (Ctrl-C, SIGTERM, or by somebody else)"""

OF_SKINS = {
    "build-gizmo": "comfyrelay_nuke.build_gizmo",
    "build-hda": "comfyrelay_houdini.build_hda",
}
"""Commands by the module whose `COMMAND` is a `building.Builder`."""


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that this screen cannot show is no error
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(asked.act(asked))
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return exit_code(error)
    except BrokenPipeError:  # whoever reads has enough, as `head` has
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return CANCELED
    finally:
        _let_go()


def _let_go() -> None:
    """What nobody reads any more is forgotten: Python would complain of it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    """Each command has `act`, which is called with what was asked."""
    parser = argparse.ArgumentParser(prog="comfyrelay", epilog=CODES)
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="what is wrong here, and what to do")
    doctor.set_defaults(act=lambda asked: examined(sys.stdout))
    workflows = commands.add_parser("workflows", help="what can be run")
    workflows.set_defaults(act=lambda asked: _workflows())
    run = commands.add_parser("run", help="run a job from a JSON file", epilog=CODES)
    run.add_argument("item", type=Path, help='such as {"workflow": "blur", "inputs": ...}')
    run.set_defaults(act=lambda asked: _run(asked.item))
    for name, module in OF_SKINS.items():
        if importlib.util.find_spec(module.partition(".")[0]):
            command = importlib.import_module(module).COMMAND
            its = commands.add_parser(name, help=command.help)
            command.add_arguments(its)
            its.set_defaults(act=command.run)
    return parser


def _run(path: Path) -> int:
    stop = Event()

    def asked_to_stop(number: int, frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)  # who asks twice does not want to wait

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked_to_stop)
    return Run(read_item(path), read_settings(), sys.stdout, stop).whole()


def _workflows() -> int:
    relay = Relay(read_settings())
    for each in relay.workflows():
        state = "" if each.available else f"  (not now: {each.reason})"
        sys.stdout.write(f"{each.name}  {each.title}{state}\n")
    relay.close()
    sys.stdout.flush()  # here, so that a reader who is gone is told however short the list is
    return DONE


if __name__ == "__main__":
    sys.exit(main())
