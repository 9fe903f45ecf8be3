"""Generate without a user interface, as on a farm: `python -m tests.blender.farm FILE NODE`."""

from __future__ import annotations

import sys

import bpy

from comfyrelay.desk import Desk
from comfyrelay.errors import SettingsError
from comfyrelay.terminal import code_of, generated

from .node import MARK, BlenderNode
from .scene import BlenderScene


def main(file: str, name: str) -> int:
    """Open, generate, save; the exit code."""
    desk = Desk(BlenderScene(interactive=False))

    def run() -> None:
        bpy.ops.wm.open_mainfile(filepath=file)
        found = bpy.data.objects.get(name)
        if found is None or MARK not in found:
            raise SettingsError(f"The file has no Comfy Relay node {name!r}.")
        generated(desk, BlenderNode(name), "", False)
        bpy.ops.wm.save_mainfile()

    return code_of(desk, run)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
