"""Gizmo files from the command line; no Nuke is needed.

python -m comfyrelay build-gizmo upscale --version 3 --out DIR   # a published workflow's own gizmo
python -m comfyrelay build-gizmo --shipped DIR                   # those of this plugin
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from comfyrelay.errors import PluginError
from comfyrelay.relay import Relay
from comfyrelay.run import exit_code
from comfyrelay.settings import read_settings
from comfyrelay.writing import part_of, writing

from . import gizmos, nk
from .published import published

HELP = "a published workflow as a gizmo for Nuke"
CODES = (
    "exit codes: 0 written, 1 not written, 2 refused or wrong settings, 3 no answer of the relay"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.epilog = CODES
    parser.add_argument("workflow", nargs="?", help="its name, as the menu has it")
    parser.add_argument("--version", type=int, help="of the workflow; else the newest")
    parser.add_argument("--out", default=".", metavar="DIR", help="else the current folder")
    parser.add_argument("--shipped", metavar="DIR", help="write this plugin's own gizmos instead")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")


def run(asked: argparse.Namespace) -> int:
    """Write, or only compare with what is there; the exit code. Raises PluginError."""
    if bool(asked.workflow) == bool(asked.shipped):
        sys.stderr.write("Name a workflow, or say --shipped DIR.\n")
        return 2
    files = dict(_shipped() if asked.shipped else _published(asked.workflow, asked.version))
    folder = Path(asked.shipped or asked.out)
    if asked.check:
        stale = [name for name, text in files.items() if not _is(folder / name, text)]
        sys.stderr.writelines(f"{folder / name} is not what it should be\n" for name in stale)
        return 1 if stale else 0
    for name, text in files.items():
        _write(folder / name, text)
        sys.stdout.write(f"{folder / name}\n")
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """The same as a program of its own."""
    parser = argparse.ArgumentParser(prog="comfyrelay_nuke.build_gizmo", description=HELP)
    add_arguments(parser)
    try:
        return run(parser.parse_args(words))
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return exit_code(error)


def _shipped() -> Iterator[tuple[str, str]]:
    for describe in gizmos.GIZMOS:
        group = describe()
        yield f"{group.name}.gizmo", nk.written(group)


def _published(workflow: str, version: int | None) -> Iterator[tuple[str, str]]:
    relay = Relay(read_settings())
    try:
        group = published(relay.form(workflow, version))
    finally:
        relay.close()
    yield f"{group.name}.gizmo", nk.written(group)


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _write(path: Path, text: str) -> None:
    """Whole or not at all, for a Nuke may read it meanwhile. Raises ResultUnwritable."""
    part = part_of(path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(text.encode("utf-8"))
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
