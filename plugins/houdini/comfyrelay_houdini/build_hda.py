"""Digital assets from the command line; no Houdini is needed.

python -m comfyrelay build-hda upscale --version 3 --out DIR     # a published workflow's own asset
python -m comfyrelay build-hda --shipped DIR --starters FORMS    # those of this plugin
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from comfyrelay.errors import PluginError
from comfyrelay.form import Form
from comfyrelay.relay import Relay
from comfyrelay.run import exit_code
from comfyrelay.settings import read_settings
from comfyrelay.writing import part_of, writing

from .assets import ASSETS
from .definition import Asset, Files, files
from .published import published

HELP = "a published workflow as a digital asset for Houdini"
CODES = (
    "exit codes: 0 written, 1 not written, 2 refused or wrong settings, 3 no answer of the relay"
)
FORM = ".form.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.epilog = CODES
    parser.add_argument("workflow", nargs="?", help="its name, as the menu has it")
    parser.add_argument("--version", type=int, help="of the workflow; else the newest")
    parser.add_argument("--out", default=".", metavar="DIR", help="else the current folder")
    parser.add_argument("--shipped", metavar="DIR", help="write this plugin's own assets instead")
    parser.add_argument("--starters", metavar="DIR", help="folder of forms to ship assets of, too")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")


def run(asked: argparse.Namespace) -> int:
    """Write, or only compare with what is there; the exit code. Raises PluginError."""
    if bool(asked.workflow) == bool(asked.shipped):
        sys.stderr.write("Name a workflow, or say --shipped DIR.\n")
        return 2
    folder = Path(asked.shipped or asked.out)
    assets = _shipped(asked.starters) if asked.shipped else _published(asked)
    made = {asset.directory: files(asset) for asset in assets}
    if asked.check:
        wrong = [name for library, texts in made.items() for name in _wrong(folder, library, texts)]
        wrong += _others(folder, made.keys()) if asked.starters else []
        sys.stderr.writelines(f"{folder / name} is not what it should be\n" for name in wrong)
        return 1 if wrong else 0
    for library, texts in made.items():
        _write(folder / library, texts)
        sys.stdout.write(f"{folder / library}\n")
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """The same as a program of its own."""
    parser = argparse.ArgumentParser(prog="comfyrelay_houdini.build_hda", description=HELP)
    add_arguments(parser)
    try:
        return run(parser.parse_args(words))
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return exit_code(error)


def starters(folder: Path) -> Iterator[Form]:
    """The forms that lie beside the starter workflows, as a new relay publishes them."""
    for path in sorted(folder.glob(f"*{FORM}")):
        found = json.loads(path.read_text(encoding="utf-8"))
        name = path.name[: -len(FORM)]
        yield Form.from_json({**found, "workflow": name, "version": 1, "schema_hash": ""})


def _shipped(forms: str | None) -> Iterator[Asset]:
    yield from (describe() for describe in ASSETS)
    if forms:
        yield from map(published, starters(Path(forms)))


def _published(asked: argparse.Namespace) -> Iterator[Asset]:
    relay = Relay(read_settings())
    try:
        yield published(relay.form(asked.workflow, asked.version))
    finally:
        relay.close()


def _wrong(folder: Path, library: str, texts: Files) -> Sequence[str]:
    """Files of a library that differ, are missing, or should not be there."""
    there = {p.relative_to(folder).as_posix() for p in (folder / library).rglob("*") if p.is_file()}
    same = {n for n in there & texts.keys() if (folder / n).read_bytes() == texts[n].encode()}
    return sorted((there | texts.keys()) - same)


def _others(folder: Path, made: Iterable[str]) -> Sequence[str]:
    """Libraries that nothing describes any more."""
    return sorted({path.name for path in folder.glob("*.hda")} - set(made))


def _write(library: Path, texts: Files) -> None:
    """Whole or not at all: beside the old one first. Raises ResultUnwritable."""
    part = part_of(library)
    with writing(library):
        try:
            for name, text in texts.items():
                path = part / Path(name).relative_to(library.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode("utf-8"))
            shutil.rmtree(library, ignore_errors=True)
            os.replace(part, library)
        finally:
            shutil.rmtree(part, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
