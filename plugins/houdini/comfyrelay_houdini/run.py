"""Generate without a user interface, as on a farm:

    hython -m comfyrelay_houdini.run scene.hip /img/copnet1/workflow1 -f 1001 1100

It blocks, prints a line for each change (`ALF_PROGRESS 37%` among them), and saves the scene with
its new result if all went well. Ctrl-C and SIGTERM cancel what was sent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import hou

from comfyrelay.desk import Desk
from comfyrelay.errors import ResultUnwritable, SettingsError
from comfyrelay.terminal import CODES, add_patience, code_of, generated

from .node import HoudiniNode
from .scene import HoudiniScene, is_ours


def main(words: Sequence[str] | None = None) -> int:
    """Open, generate, save; the exit code."""
    asked = _asked(words)
    desk = Desk(HoudiniScene(), patience_s=asked.patience)

    def run() -> None:
        node = _opened(asked.scene, asked.node)
        generated(desk, node, _frames(asked), asked.fill)
        if not asked.keep_scene:
            _save(asked.scene)

    return code_of(desk, run)


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="hython -m comfyrelay_houdini.run", description="Generate without a user interface.",
        epilog=CODES,
    )  # fmt: skip
    parser.add_argument("scene", help="the hip file")
    parser.add_argument("node", help="path of the Comfy Relay node, as /img/copnet1/workflow1")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("-f", dest="span", nargs=2, type=int, metavar=("FIRST", "LAST"))
    which.add_argument("--frames", default="", help="as 1001-1100 or 1001-1100x2; else the node's")
    which.add_argument("--fill", action="store_true", help="only what its version lacks")
    parser.add_argument("--keep-scene", action="store_true", help="do not save the scene")
    add_patience(parser)
    return parser.parse_args(words)


def _frames(asked: argparse.Namespace) -> str:
    return f"{asked.span[0]}-{asked.span[1]}" if asked.span else str(asked.frames)


def _opened(scene: str, path: str) -> HoudiniNode:
    if not Path(scene).is_file():
        raise SettingsError(f"There is no scene {scene}.")
    try:
        hou.hipFile.load(scene, suppress_save_prompt=True, ignore_load_warnings=True)
    except hou.OperationFailed as error:
        said = " ".join(error.instanceMessage().split())
        raise SettingsError(f"Houdini cannot open {scene}: {said}") from error
    node = cast("hou.OpNode | None", hou.node(path))
    if node is None or not is_ours(node) or node.parm("generate") is None:
        raise SettingsError(
            f"The scene has no Comfy Relay node {path!r}.", "Give its full path, from the root."
        )
    return HoudiniNode(node)


def _save(scene: str) -> None:
    try:
        hou.hipFile.save(scene)
    except (OSError, hou.Error) as error:
        raise ResultUnwritable(
            f"The scene could not be saved: {error}",
            "The result is there. Open the scene in Houdini: Get result fetches it.",
        ) from error


if __name__ == "__main__":
    sys.exit(main())
