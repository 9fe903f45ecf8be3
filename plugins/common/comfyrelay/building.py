"""Gizmos and digital assets from a command line: written, or compared with what is there. No DCC
is needed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import PluginError
from .form import Form
from .relay import Relay
from .run import exit_code
from .settings import read_settings
from .writing import part_of, writing

CODES = (
    "exit codes: 0 written, 1 not written, 2 refused or wrong settings, 3 no answer of the relay"
)

Files = Mapping[str, str]
"""A gizmo or an asset: texts by their paths, all of which begin with its own name."""


@dataclass(frozen=True)
class Builder:
    """The command of a skin."""

    name: str
    help: str
    suffix: str  # of a gizmo's or an asset's name
    shipped: Callable[[argparse.Namespace], Iterable[Files]]  # those of the plugin itself
    published: Callable[[Form], Files]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What the command takes."""
        parser.epilog = CODES
        parser.add_argument("workflow", nargs="?", help="its name, as the menu has it")
        parser.add_argument("--version", type=int, help="of the workflow; else the newest")
        parser.add_argument("--out", default=".", metavar="DIR", help="else the current folder")
        parser.add_argument("--shipped", metavar="DIR", help="write the plugin's own instead")
        parser.add_argument("--check", action="store_true", help="only compare with what is there")

    def run(self, asked: argparse.Namespace) -> int:
        """The exit code. Raises PluginError."""
        if bool(asked.workflow) == bool(asked.shipped):
            sys.stderr.write("Name a workflow, or say --shipped DIR.\n")
            return 2
        folder = Path(asked.shipped or asked.out)
        made = {_top(files): files for files in self._made(asked)}
        if asked.check:
            wrong = [name for top, files in made.items() for name in _wrong(folder, top, files)]
            if asked.shipped:  # then there are no others
                wrong += sorted({p.name for p in folder.glob(f"*{self.suffix}")} - made.keys())
            sys.stderr.writelines(f"{folder / name} is not what it should be\n" for name in wrong)
            return 1 if wrong else 0
        for top, files in made.items():
            _write(folder, top, files)
            sys.stdout.write(f"{folder / top}\n")
        return 0

    def main(self, words: Sequence[str] | None = None) -> int:
        """The same as a program of its own."""
        parser = argparse.ArgumentParser(prog=self.name, description=self.help)
        self.add_arguments(parser)
        try:
            return self.run(parser.parse_args(words))
        except PluginError as error:
            sys.stderr.write(f"{error}\n{error.hint}\n")
            return exit_code(error)

    def _made(self, asked: argparse.Namespace) -> Iterator[Files]:
        if asked.shipped:
            yield from self.shipped(asked)
            return
        relay = Relay(read_settings())
        try:
            yield self.published(relay.form(asked.workflow, asked.version))
        finally:
            relay.close()


def _top(files: Files) -> str:
    return next(iter(files)).partition("/")[0]


def _wrong(folder: Path, top: str, files: Files) -> Sequence[str]:
    """What differs, is missing, or should not be there."""
    found = [path for path in (folder / top, *(folder / top).rglob("*")) if path.is_file()]
    there = {path.relative_to(folder).as_posix() for path in found}
    same = {n for n in there & files.keys() if (folder / n).read_bytes() == files[n].encode()}
    return sorted((there | files.keys()) - same)


def _write(folder: Path, top: str, files: Files) -> None:
    """Whole or not at all, for a DCC may read it meanwhile. Raises ResultUnwritable."""
    target, part = folder / top, part_of(folder / top)
    with writing(target):
        try:
            for name, text in files.items():
                path = part / Path(name).relative_to(top)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode("utf-8"))
            if target.is_dir():
                shutil.rmtree(target, ignore_errors=True)
            os.replace(part, target)
        finally:
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            part.unlink(missing_ok=True)
