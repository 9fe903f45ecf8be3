"""Digital assets from the command line; no Houdini is needed.

python -m comfyrelay_houdini.build_hda upscale --version 3 --out DIR    # a workflow's own asset
python -m comfyrelay_houdini.build_hda --shipped DIR --starters FORMS   # those of this plugin
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from comfyrelay.errors import PluginError
from comfyrelay.form import Form
from comfyrelay.relay import Relay
from comfyrelay.settings import read_settings

from .assets import ASSETS
from .definition import Asset, files
from .published import published

FORM = ".form.json"


def main(words: Sequence[str] | None = None) -> int:
    """Write, or only compare with what is there; the exit code."""
    asked = _asked(words)
    try:
        assets = list(_shipped(asked.starters) if asked.shipped else _published(asked))
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return 1
    folder = Path(asked.shipped or asked.out)
    wanted = {path: text for asset in assets for path, text in files(asset).items()}
    if asked.check:
        wrong = _wrong(folder, wanted)
        sys.stderr.writelines(f"{folder / name} is not what it should be\n" for name in wrong)
        return 1 if wrong else 0
    for asset in assets:
        shutil.rmtree(folder / asset.directory, ignore_errors=True)
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    sys.stdout.writelines(f"{folder / asset.directory}\n" for asset in assets)
    return 0


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


def _wrong(folder: Path, wanted: dict[str, str]) -> Sequence[str]:
    """Files that differ, are missing, or should not be there."""
    there = {str(p.relative_to(folder).as_posix()) for p in folder.rglob("*") if p.is_file()}
    differ = {n for n in there & wanted.keys() if (folder / n).read_bytes() != wanted[n].encode()}
    return sorted(differ | (there ^ wanted.keys()))


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="comfyrelay_houdini.build_hda", description="Write digital assets."
    )
    parser.add_argument("workflow", nargs="?", help="a published workflow")
    parser.add_argument("--version", type=int, help="of the workflow; else the newest")
    parser.add_argument("--out", default=".", help="folder for the workflow's asset")
    parser.add_argument("--shipped", metavar="DIR", help="write this plugin's own into DIR")
    parser.add_argument("--starters", metavar="DIR", help="forms to ship an asset of, too")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    asked = parser.parse_args(words)
    if bool(asked.workflow) == bool(asked.shipped):
        parser.error("name a workflow, or say --shipped DIR")
    return asked


if __name__ == "__main__":
    sys.exit(main())
