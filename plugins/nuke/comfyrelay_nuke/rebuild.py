"""The knobs of a form on a node, made anew. Main thread, and never inside the callback that asked.

What an artist set stays where the new form has a param of the same id and type: value, animation,
expression, and which groups are folded. Knobs that an artist added stay, behind the form's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import nuke

from comfyrelay.form import Form
from comfyrelay.form_controls import PREFIX

from . import gizmos, nk, values
from .carrying import Kept, kept, restored
from .form_knobs import form_knobs
from .inputs import rewire

LAST = f"{gizmos.PARAMS}_end"


def rebuild(group: nuke.Group, before: Form | None, form: Form, rows: int = 0) -> Sequence[str]:
    """Show another form. Answers with a sentence for each wire and value that is lost."""
    ours, theirs = _apart(group)
    stays: list[Kept] = kept(ours, before)
    rows = max(rows, 1, *(values.rows(group, p) for p in form.params if p.type == "loras"), 1)
    lost = list(rewire(group, before, form))
    for knob in reversed([*ours, *theirs]):
        group.removeKnob(knob)
    _add(group, form, rows)
    for knob in theirs:
        group.addKnob(knob)
    return [*lost, *restored(group, stays, before, form)]


def _apart(group: nuke.Group) -> tuple[list[nuke.Knob], list[nuke.Knob]]:
    """What comes after the begin of the form's group: the form's knobs, and the artist's own."""
    every = cast("list[nuke.Knob]", cast("Any", group).allKnobs())
    names = [str(knob.name()) for knob in every]
    begin = names.index(gizmos.PARAMS) + 1 if gizmos.PARAMS in names else len(every)
    end = names.index(LAST) if LAST in names else len(every)
    ours = [k for k, name in zip(every[begin:end], names[begin:end]) if name.startswith(PREFIX)]
    ours += every[end : end + 1]
    return ours, [knob for knob in every[begin:] if not any(knob is each for each in ours)]


def _add(group: nuke.Group, form: Form, rows: int) -> None:
    """As a script would: Nuke reads the same lines that a gizmo has."""
    end = nk.UserKnob(nk.TAB, LAST, "", group=nk.END)
    group.readKnobs("\n".join(nk.knob_lines([*form_knobs(form, rows), end])))
