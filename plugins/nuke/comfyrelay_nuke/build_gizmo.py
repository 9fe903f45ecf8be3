"""Gizmo files from the command line; no Nuke is needed.

python -m comfyrelay build-gizmo upscale --version 3 --out DIR   # a published workflow's own gizmo
python -m comfyrelay build-gizmo --shipped DIR                   # those of this plugin
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from comfyrelay.building import Builder, Files
from comfyrelay.form import Form

from . import gizmos, nk
from .published import published


def _shipped(asked: argparse.Namespace) -> Iterator[Files]:
    yield from (_files(describe()) for describe in gizmos.GIZMOS)


def _published(form: Form) -> Files:
    return _files(published(form))


def _files(group: nk.Group) -> Files:
    return {f"{group.name}.gizmo": nk.written(group)}


COMMAND = Builder(
    name="comfyrelay_nuke.build_gizmo",
    help="a published workflow as a gizmo for Nuke",
    suffix=".gizmo",
    shipped=_shipped,
    published=_published,
)

if __name__ == "__main__":
    sys.exit(COMMAND.main())
