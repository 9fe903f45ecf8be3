"""Asks a licensed Houdini, once, whether our assets are in it what they were meant to be, and
whether pixels survive the way through a node, and tells which leg breaks. Takes a few minutes, and
writes a report. The scene is thrown away.

    hython -m comfyrelay_houdini.acceptance [--float exr-identity] [--codes invert] [--report FILE]

COMFY_RELAY_URL names a relay, such as one that `comfy-relay up` started, whose host has the two EXR
nodes, and which has these two workflows: one that gives back a float EXR as it came, and one that
makes a negative of an 8-bit picture. `invert` is there from the start; where the relay lies, this
publishes the other:

    comfy-relay workflows publish plugins/comfyui/example_workflows/exr-identity.json

Of a workflow that is not there the first leg breaks, and its others are left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import hou

from comfyrelay.desk import Desk
from comfyrelay.errors import PluginError
from comfyrelay.legs import Leg, Report

from .. import cooking
from ..scene import HoudiniScene
from . import assets, questions
from .legs import Walk


def main(words: Sequence[str] | None = None) -> int:
    """Ask, walk, report; 1 if a leg broke."""
    asked = _asked(words)
    title = f"Comfy Relay in Houdini {hou.applicationVersionString()}"
    report = Report(f"{title}, user interface {hou.isUIAvailable()}")
    with tempfile.TemporaryDirectory() as folder:
        report.ask(questions.answers(Path(folder)))
        report.say("")
        report.walk(assets.legs())
        report.walk(_legs(Path(folder), asked.float, asked.codes))
    return report.end(Path(asked.report))


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="hython -m comfyrelay_houdini.acceptance", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--float", default="exr-identity", help="workflow that changes no EXR")
    parser.add_argument("--codes", default="invert", help="workflow that makes a negative")
    parser.add_argument("--report", default="comfyrelay-acceptance.txt")
    return parser.parse_args(words)


def _legs(folder: Path, float_workflow: str, codes_workflow: str) -> Iterator[Leg]:
    desk = Desk(HoudiniScene())
    try:
        walk = Walk(desk, folder)
        for legs, workflow in (
            (walk.float_legs, float_workflow),
            (walk.code_legs, codes_workflow),
            (walk.item_legs, codes_workflow),
        ):
            try:
                yield from legs(workflow)
            except (PluginError, hou.Error, ValueError) as error:
                hint = getattr(error, "hint", "")
                yield Leg(f"the next leg, with the workflow {workflow}", f"{error} {hint}".strip())
    finally:
        cooking.close()
        desk.close()


if __name__ == "__main__":
    sys.exit(main())
