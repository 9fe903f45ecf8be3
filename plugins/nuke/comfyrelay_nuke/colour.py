"""The name of sRGB in a script's colour management, as a Read's or Write's knob has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import nuke

from comfyrelay.errors import ExportFailed

SRGB = (
    "sRGB", "sRGB - Texture", "Utility - sRGB - Texture", "sRGB Encoded Rec.709 (sRGB)",
    "sRGB - Display", "Output - sRGB", "srgb_texture", "sRGB Texture",
)  # fmt: skip
"""Best first: the curve of sRGB without a tone mapping, in Nuke's own and in OCIO configs."""


def srgb_name(node: nuke.Node, wish: str = "") -> str:
    """What to set on the node's `colorspace` knob: the wish if there is one, else sRGB.

    Raises ExportFailed if the script's configuration has no such colourspace.
    """
    names = colourspaces(node)
    wanted = (wish,) if wish else SRGB
    plain = {_plain(name): name.split("\t")[0] for name in reversed(names)}  # then comes a label
    for name in wanted:
        if found := plain.get(_plain(name)):
            return found
    raise ExportFailed(
        f"The script's colour management has no colourspace {wanted[0]!r}.",
        "Write the name of one that it has into the node's PNG colourspace, under Result.",
    )


def colourspaces(node: nuke.Node) -> Sequence[str]:
    """The choices of a Read's or Write's `colorspace` knob; a role has its label behind a tab."""
    return [str(name) for name in cast("Any", node["colorspace"]).values()]


def _plain(name: str) -> str:
    """Without the menu's folders and labels, and whatever the case."""
    return name.split("\t")[0].rsplit("/", 1)[-1].strip().lower()
