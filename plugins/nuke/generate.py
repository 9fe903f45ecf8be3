"""Generates without a GUI: `nuke -t /.../generate.py SCRIPT NODE --frames=1001-1100`."""

from __future__ import annotations

import os
import sys

# What Nuke runs it finds by the first of these words; __file__ is not said to be there.
_HERE = os.path.dirname(os.path.abspath(sys.argv[0]))
if os.path.join(_HERE, "python") not in sys.path:  # NUKE_PATH need not have this folder
    sys.path.append(os.path.join(_HERE, "python"))

from comfyrelay_nuke import run  # noqa: E402  it is found only now

sys.exit(run.main())
