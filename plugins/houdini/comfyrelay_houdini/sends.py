"""Which file goes for each input of a node, in words, before anybody presses Generate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comfyrelay import options
from comfyrelay.fit import STRETCH
from comfyrelay.form import Form, Input
from comfyrelay.sending import Sending, sending

if TYPE_CHECKING:
    from .node import HoudiniNode

SENDS = "sends "


def what_goes(node: HoudiniNode, form: Form) -> str:
    """A line for each input, such as `Plate: 8-bit PNG, sRGB`."""
    return "\n".join(f"{each.label or each.id}: {_one(node, form, each)}" for each in form.inputs)


def _one(node: HoudiniNode, form: Form, wanted: Input) -> str:
    if not node.wired(wanted):
        return "nothing connected" if wanted.is_picture else "no file chosen"
    alpha = node.option(options.ALPHA) == "1"
    how = sending(form, wanted, node.option(options.DEPTH) or "32f", alpha)
    return ", ".join([how.words[len(SENDS) :], *_details(node, wanted, how)])


def _details(node: HoudiniNode, wanted: Input, how: Sending) -> list[str]:
    found = []
    if how.unpremultiply:
        found.append("with alpha")
    if wanted.kind == "mask":
        found.append(f"from {node.option(options.MASK_CHANNEL) or 'alpha'}")
    if wanted.is_picture and wanted.multiple > 1:
        stretches = node.option(options.FIT) == STRETCH
        found.append(f"{'stretched' if stretches else 'padded'} to a multiple of {wanted.multiple}")
    return found
