"""Asks a licensed Houdini, once, whether Comfy Relay works in it; from the folder of the plugin:

    hython acceptance.py [--float exr-identity] [--codes invert] [--report FILE]

Houdini need not have been told of the folder. It is the same as

    hython -m comfyrelay_houdini.acceptance

in a Houdini that was; `--help` says what relay is needed, and what is asked.
"""

from __future__ import annotations

import sys
from pathlib import Path

import hou

HOME = Path(__file__).resolve().parent / "packages" / "comfyrelay"
FIRST = "comfyrelay::workflow::1.0"

if FIRST not in hou.nodeTypeCategories()["Cop"].nodeTypes():
    sys.path.append(str(HOME / "scripts" / "python"))
    for library in sorted((HOME / "otls").glob("*.hda")):
        hou.hda.installFile(library.as_posix())

if __name__ == "__main__":
    from comfyrelay_houdini.acceptance.__main__ import main

    sys.exit(main())
