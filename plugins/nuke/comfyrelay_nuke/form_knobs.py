"""A form as knobs, and what its knobs are called. Pure: values in, values out, no `nuke`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from comfyrelay.form import Form
from comfyrelay.form_controls import PREFIX, form_controls

from .knobs import knobs
from .nk import UserKnob


def form_knobs(form: Form, rows: int = 1) -> list[UserKnob]:
    """All knobs of a form in its order, its groups as groups of knobs. `rows` of LoRAs, or as many
    as the form begins with."""
    return list(knobs(form_controls(form), rows))


def types(form: Form) -> Mapping[str, str]:
    """The type of each param by its id; an input that is no picture is a file."""
    files = {each.id: "file" for each in form.inputs if not each.is_picture}
    return {**files, **{param.id: param.type for param in form.params}}


def id_of(knob: str) -> str:
    """The param, or the input, that a knob holds a part of; "" if none."""
    found = re.fullmatch(rf"{PREFIX}([a-z][a-z0-9_]*?)(_[A-Z].*)?", knob)
    return found[1] if found else ""
