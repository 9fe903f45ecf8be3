"""Asks a licensed Nuke, once, whether pixels survive the way through a node, and tells which leg
breaks. Takes a few minutes, and writes a report; a script that is open is filled with nodes.

    nuke -t acceptance.py [--float exr-identity] [--codes invert] [--report FILE]

or run it in the Script Editor of a new, empty script. COMFY_RELAY_URL names a relay whose host has
the two EXR nodes, and which has these two workflows: one that gives back a float EXR as it came,
and one that makes a negative of an 8-bit picture. `invert` is there from the start; where the relay
lies, this publishes the other:

    comfy-relay workflows publish plugins/comfyui/example_workflows/exr-identity.json

Of a workflow that is not there the first leg breaks, and its others are left out.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import nuke

if TYPE_CHECKING:
    from comfyrelay.legs import Leg

if "__file__" in globals():  # the Script Editor has none, but there the plugin is installed
    HERE = os.path.dirname(os.path.abspath(__file__))
    sys.path.append(os.path.join(HERE, "python"))
    nuke.pluginAddPath(os.path.join(HERE, "gizmos").replace("\\", "/"))


def main(words: Sequence[str]) -> int:
    """Ask, walk, report; 1 if a leg broke."""
    from comfyrelay.legs import Report

    asked = _asked(words)
    report = Report(f"Comfy Relay in Nuke {nuke.NUKE_VERSION_STRING}, GUI {bool(nuke.GUI)}")
    with tempfile.TemporaryDirectory() as folder:
        report.ask(_answers(Path(folder), asked.dare))
        report.say("")
        report.walk(_legs(Path(folder), asked.float, asked.codes))
    return report.end(Path(asked.report))


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="acceptance.py", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--float", default="exr-identity", help="workflow that changes no EXR")
    parser.add_argument("--codes", default="invert", help="workflow that makes a negative")
    parser.add_argument("--report", default="comfyrelay-acceptance.txt")
    parser.add_argument("--dare", action="store_true", help="ask also what may hang Nuke")
    return parser.parse_args(words)


def _answers(folder: Path, dare: bool) -> Iterator[tuple[str, str]]:
    from comfyrelay_nuke.acceptance import questions

    yield from questions.answers(folder)
    if dare:
        yield "May executeInMainThread be called there?", questions.posting_from_main()


def _legs(folder: Path, float_workflow: str, codes_workflow: str) -> Iterator[Leg]:
    from comfyrelay.desk import Desk
    from comfyrelay.errors import PluginError
    from comfyrelay.legs import Leg
    from comfyrelay_nuke.acceptance.legs import Walk
    from comfyrelay_nuke.scene import NukeScene

    desk = Desk(NukeScene())
    try:
        walk = Walk(desk, folder)
        for legs, workflow in ((walk.float_legs, float_workflow), (walk.code_legs, codes_workflow)):
            try:
                yield from legs(workflow)
            except (PluginError, RuntimeError, ValueError) as error:
                hint = getattr(error, "hint", "")
                yield Leg(f"the next leg, with the workflow {workflow}", f"{error} {hint}".strip())
    finally:
        desk.close()


if __name__ == "__main__":
    code = main([] if nuke.GUI else sys.argv[1:])
    if not nuke.GUI:
        sys.exit(code)
