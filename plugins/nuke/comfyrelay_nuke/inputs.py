"""The inputs of a node and the artist's wires, when its form changes. Main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import nuke

from comfyrelay.form import Form, Input

from . import gizmos
from .roles import EXTRA, ROLES, numbers


def input_number(group: nuke.Group, form: Form, wanted: Input) -> int | None:
    """None: the gizmo has no such input."""
    number = numbers(form).get(wanted.id)
    return number if number is not None and number < group.maxInputs() else None


def mask_channel(group: nuke.Group, form: Form, wanted: Input) -> str:
    """Only of the first mask can another be chosen than alpha."""
    matte: Any = group.node(gizmos.MATTE)
    first = numbers(form).get(wanted.id) == ROLES.index(gizmos.MASK)
    return str(matte["from0"].value()) if matte is not None and first else "alpha"


def rewire(group: nuke.Group, before: Form | None, after: Form) -> Sequence[str]:
    """Give the node the inputs of another form; wires stay with their role or id.

    Answers with a sentence for each wire that is lost.
    """
    old = _names(before)
    wires = {
        old.get(number, f"input {number}"): group.input(number)
        for number in range(len(ROLES), group.inputs())
    }
    for number in range(len(ROLES), group.inputs()):
        group.setInput(number, None)
    _make_inputs(group, after)
    new = numbers(after)
    lost = []
    for name, upstream in wires.items():
        if upstream is None:
            continue
        if name in new and group.input(new[name]) is None:
            group.setInput(new[name], upstream)
        else:
            lost.append(f"{after.title or after.workflow} has no input {name!r}; it was connected"
                        f" to {upstream.fullName()}.")  # fmt: skip
    return lost


def _names(form: Form | None) -> Mapping[int, str]:
    return {} if form is None else {number: name for name, number in numbers(form).items()}


def _make_inputs(group: nuke.Group, form: Form) -> None:
    """The Input nodes inside, beyond plate and mask, each at its place of the Switch."""
    wanted = {
        ROLES[number] if number < len(ROLES) else f"{EXTRA}{name}": number
        for name, number in numbers(form).items()
        if number >= len(ROLES) or group.node(ROLES[number]) is None  # texts begin without a mask
    }
    with group:
        for node in nuke.allNodes("Input", group):
            if node.name().startswith(EXTRA) and node.name() not in wanted:
                nuke.delete(node)
        pick = cast("nuke.Node", group.node(gizmos.PICK))
        for name, number in wanted.items():
            node = group.node(name) or cast("Any", nuke.nodes).Input(name=name)
            cast("Any", node["number"]).setValue(number)
            pick.setInput(number, node)
