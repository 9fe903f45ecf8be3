"""Comfy Relay for Nuke: where its gizmos and packages lie. Runs in every session, also on farms."""

from __future__ import annotations

import os
import sys

import nuke

_HERE = os.path.dirname(os.path.abspath(__file__))

nuke.pluginAddPath(os.path.join(_HERE, "gizmos").replace("\\", "/"))
if os.path.join(_HERE, "python") not in sys.path:
    sys.path.append(os.path.join(_HERE, "python"))
