"""A published workflow as a gizmo of its own: one version, with all of its knobs and inputs.

Pure: a form in, the description of a gizmo out.
"""

from __future__ import annotations

from dataclasses import replace

from comfyrelay.form import Form
from comfyrelay.keeping import kept_from_the_start

from . import gizmos, nk
from .form_knobs import form_knobs
from .roles import EXTRA, ROLES, numbers


def published(form: Form) -> nk.Group:
    """The gizmo. It has no menu of workflows: it is one, and keeps its version."""
    describe = gizmos.comfy_relay_text if form.makes_text else gizmos.comfy_relay
    more = [f"{EXTRA}{name}" for name, at in numbers(form).items() if at >= len(ROLES)]
    made = describe(more)
    return replace(made, name=class_name(form), user_knobs=_knobs(made, form))


def class_name(form: Form) -> str:
    """Of the gizmo's file and nodes: `upscale_v3`. A name begins with a letter."""
    plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in form.workflow)
    return f"{'' if plain[:1].isalpha() else 'w'}{plain}_v{form.version}"


def _knobs(made: nk.Group, form: Form) -> list[nk.UserKnob]:
    own = kept_from_the_start(form)
    *knobs, end = (
        replace(knob, value=own[knob.name]) if knob.name in own else knob
        for knob in made.user_knobs
        if knob.name != gizmos.WORKFLOW
    )
    return [*knobs, *form_knobs(form), end]
