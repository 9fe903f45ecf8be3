"""The knobs of a form on a node, made anew. Main thread, and never inside the callback that asked.

What an artist set stays where a knob of the same name is there again: value, animation, expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import nuke

from comfyrelay.form import Form

from . import gizmos, nk, values
from .form_knobs import PREFIX, form_knobs
from .inputs import rewire


def rebuild(group: nuke.Group, before: Form | None, form: Form, rows: int = 0) -> Sequence[str]:
    """Show another form. Answers with a sentence for each wire and value that is lost."""
    kept = _kept(group)
    rows = max(rows, 1, *(values.rows(group, p) for p in form.params if p.type == "loras"), 1)
    lost = list(rewire(group, before, form))
    _remove(group)
    _add(group, form, rows)
    lost += _restore(group, kept, before)
    return lost


def _kept(group: nuke.Group) -> Mapping[str, str]:
    """The values as script text, animation and expressions included."""
    return {
        name: str(knob.toScript())
        for name, knob in group.knobs().items()
        if name.startswith(PREFIX) and not isinstance(knob, (nuke.Tab_Knob, nuke.PyScript_Knob))
    }


def _remove(group: nuke.Group) -> None:
    """The form's knobs and the end of their group, which comes again after the new ones."""
    last = f"{gizmos.PARAMS}_end"
    for name in reversed([n for n in group.knobs() if n.startswith(PREFIX) or n == last]):
        group.removeKnob(group.knobs()[name])


def _add(group: nuke.Group, form: Form, rows: int) -> None:
    """As a script would: Nuke reads the same lines that a gizmo has."""
    end = nk.UserKnob(nk.TAB, f"{gizmos.PARAMS}_end", "", group=nk.END)
    group.readKnobs("\n".join(nk.knob_lines([*form_knobs(form, rows), end])))


def _restore(group: nuke.Group, kept: Mapping[str, str], before: Form | None) -> list[str]:
    """Set what was there; a menu that lacks the value gets it, for an artist chose it."""
    lost, knobs = [], group.knobs()
    labels = {} if before is None else {f"{PREFIX}{p.id}": p.label or p.id for p in before.params}
    for name, script in kept.items():
        knob = knobs.get(name)
        if knob is None:
            if name in labels:
                lost.append(f"{labels[name]} is gone; it was {script[:80]}.")
        elif isinstance(knob, nuke.Enumeration_Knob):
            _choose(knob, script)
        else:
            knob.fromScript(script)
    return lost


def _choose(knob: nuke.Enumeration_Knob, script: str) -> None:
    text = script.strip('"{}')
    names = list(knob.values())
    if text and text not in names:
        knob.setValues([text, *names])
    knob.setValue(text)
