"""Which connector of a node feeds which picture of its form. Main thread."""

from __future__ import annotations

import hou

from comfyrelay.form import Form, Input

from .form_parms import IN_ORDER, feed_name
from .parms import text


def connector(node: hou.OpNode, form: Form, wanted: Input) -> int | None:
    """Its number, from 1; None: the node has none for it."""
    chosen = text(node, feed_name(wanted)) or IN_ORDER
    if chosen != IN_ORDER:
        number = int(chosen) if chosen.isdecimal() else 0
    else:
        number = 1 + [each.id for each in form.inputs if each.is_picture].index(wanted.id)
    return number if 0 < number <= len(node.inputNames()) else None


def upstream(node: hou.OpNode, form: Form, wanted: Input) -> hou.Node | None:
    """What is connected there."""
    number = connector(node, form, wanted)
    return None if number is None else node.input(number - 1)
