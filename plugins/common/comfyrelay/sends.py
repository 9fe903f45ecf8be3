"""Which file goes for each input of a node, in words, before anybody presses Generate."""

from __future__ import annotations

from collections.abc import Callable

from . import options
from .dcc import Node
from .fit import STRETCH
from .form import Form, Input
from .form_controls import said
from .sending import Sending, sending

SENDS, SRGB = "sends ", "sRGB"

Channel = Callable[[Input], str]
"""Which channel of what is connected is the mask."""


def what_goes(node: Node, form: Form, channel: Channel, srgb: str = "") -> str:
    """A line for each input, such as `Plate: 8-bit PNG, sRGB`. `srgb`: as an artist calls that."""
    lines = []
    for each in form.inputs:
        how = _how(node, form, each)
        file = how.words[len(SENDS) :]
        if how.colour == SRGB and srgb:
            file = file.replace(SRGB, srgb)
        goes = ", ".join([file, *_details(node, each, how, channel)])
        lines.append(f"{said(each)}: {goes if node.wired(each) else _nothing(each)}")
    return "\n".join(lines)


def _nothing(wanted: Input) -> str:
    return "nothing connected" if wanted.is_picture else "no file chosen"


def _how(node: Node, form: Form, wanted: Input) -> Sending:
    alpha = node.option(options.ALPHA) == "1"
    return sending(form, wanted, node.option(options.DEPTH) or "32f", alpha)


def _details(node: Node, wanted: Input, how: Sending, channel: Channel) -> list[str]:
    found = []
    if how.unpremultiply:
        found.append("with alpha")
    if wanted.kind == "mask":
        found.append(f"from {channel(wanted)}")
    if wanted.is_picture and wanted.multiple > 1:
        stretches = node.option(options.FIT) == STRETCH
        found.append(f"{'stretched' if stretches else 'padded'} to a multiple of {wanted.multiple}")
    return found
