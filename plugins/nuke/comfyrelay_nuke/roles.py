"""Which input of a node is which input of a form. Pure.

Number 0 is the form's first picture (the plate), 1 its first mask, whatever their ids; the others
follow in the form's order. So a plate stays connected whatever workflow is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping

from comfyrelay.form import Form

from . import gizmos

ROLES = (gizmos.PLATE, gizmos.MASK)
EXTRA = "in_"  # name of the Input node of any other


def numbers(form: Form) -> Mapping[str, int]:
    """The node's input number by the form's id. Data that is no picture has none."""
    pictures = [each for each in form.inputs if each.is_picture]
    plate = next((each.id for each in pictures if each.kind == "image"), "")
    mask = next((each.id for each in pictures if each.kind == "mask"), "")
    others = [each.id for each in pictures if each.id not in (plate, mask)]
    found = {plate: 0, mask: 1, **{name: 2 + place for place, name in enumerate(others)}}
    return {name: number for name, number in found.items() if name}
