"""Digital assets from the command line; no Houdini is needed.

python -m comfyrelay build-hda upscale --version 3 --out DIR     # a published workflow's own asset
python -m comfyrelay build-hda --shipped DIR --starters FORMS    # those of this plugin
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from comfyrelay.building import Builder, Files
from comfyrelay.form import Form

from .assets import ASSETS
from .definition import files
from .published import published

FORM = ".form.json"


class AssetBuilder(Builder):
    """With assets of the starter workflows, which are made of forms in a folder."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What the command takes."""
        super().add_arguments(parser)
        parser.add_argument("--starters", metavar="DIR", help="forms of which assets are shipped")


def starters(folder: Path) -> Iterator[Form]:
    """The forms that lie beside the starter workflows, as a new relay publishes them."""
    for path in sorted(folder.glob(f"*{FORM}")):
        found = json.loads(path.read_text(encoding="utf-8"))
        name = path.name[: -len(FORM)]
        yield Form.from_json({**found, "workflow": name, "version": 1, "schema_hash": ""})


def _shipped(asked: argparse.Namespace) -> Iterator[Files]:
    yield from (files(describe()) for describe in ASSETS)
    if asked.starters:
        yield from map(_published, starters(Path(asked.starters)))


def _published(form: Form) -> Files:
    return files(published(form))


COMMAND = AssetBuilder(
    name="comfyrelay_houdini.build_hda",
    help="a published workflow as a digital asset for Houdini",
    suffix=".hda",
    shipped=_shipped,
    published=_published,
)

if __name__ == "__main__":
    sys.exit(COMMAND.main())
