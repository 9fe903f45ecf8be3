"""Which file goes for each input of a node, in words, before anybody presses Generate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from comfyrelay import options
from comfyrelay.fit import STRETCH
from comfyrelay.form import Form, Input
from comfyrelay.sending import Sending, sending

from . import gizmos
from .roles import ROLES, numbers

if TYPE_CHECKING:
    from .node import GizmoNode

SENDS = "sends "


def what_goes(node: GizmoNode, form: Form) -> str:
    """A line for each input, such as `Plate: 8-bit PNG, sRGB`."""
    lines = [f"{each.label or each.id}: {_one(node, form, each)}" for each in form.inputs]
    return "\n".join(lines) or " "


def _one(node: GizmoNode, form: Form, wanted: Input) -> str:
    if not node.wired(wanted):
        return "nothing connected" if wanted.is_picture else "no file chosen"
    alpha = node.option(options.ALPHA) == "1"
    how = sending(form, wanted, node.option(options.DEPTH) or "32f", alpha)
    words = [how.words[len(SENDS) :]]
    if how.colour == "sRGB" and (named := _text(node, "colourspace")):
        words[0] = words[0].replace("sRGB", named)
    return ", ".join([*words, *_details(node, form, wanted, how)])


def _details(node: GizmoNode, form: Form, wanted: Input, how: Sending) -> list[str]:
    found = []
    if how.unpremultiply:
        found.append("with alpha")
    if wanted.kind == "mask":
        found.append(f"from {_channel(node, form, wanted)}")
    if wanted.is_picture and wanted.multiple > 1:
        stretches = node.option(options.FIT) == STRETCH
        found.append(f"{'stretched' if stretches else 'padded'} to a multiple of {wanted.multiple}")
    return found


def _channel(node: GizmoNode, form: Form, wanted: Input) -> str:
    """Only of the first mask can another be chosen than alpha."""
    matte = node.group.node(gizmos.MATTE)
    first = numbers(form).get(wanted.id) == ROLES.index(gizmos.MASK)
    return str(matte["from0"].value()) if matte is not None and first else "alpha"


def _text(node: GizmoNode, name: str) -> str:
    knob = node.group.knobs().get(name)
    return "" if knob is None else str(cast("Any", knob).value()).strip()
