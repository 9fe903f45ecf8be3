"""The knobs of a form's params read and set. Main thread."""

from __future__ import annotations

import json
from typing import Any, cast

import nuke

from comfyrelay.form import Input, JsonValue, Param
from comfyrelay.form_controls import (
    NO_LORA,
    PARTS,
    POLICY,
    PREFIX,
    control_name,
    file_name,
    lora_name,
)


def value(group: nuke.Group, param: Param, frame: int) -> JsonValue:
    """A param's value at a frame, as the relay takes it; None if the node has no knob for it."""
    if param.type == "loras":
        return _loras(group.knobs(), param, frame)
    knob = group.knob(control_name(param))
    if knob is None:
        return None
    if param.type == "bool":
        return bool(_number(knob, frame))
    if param.type == "float":
        return _number(knob, frame)
    if param.type == "int":
        return int(_number(knob, frame)) if isinstance(knob, nuke.Array_Knob) else _int(knob)
    text = str(knob.value()) if param.type == "menu" else _typed(knob)
    return text if param.type in ("text", "menu", "seed") else _json(text)


def put(group: nuke.Group, param: Param, new: JsonValue) -> None:
    """Set a param's knob; what has none is left out."""
    knob = cast("Any", group.knob(control_name(param)))
    if knob is None or param.type == "loras":
        return
    if param.type in ("bool", "float"):
        knob.setValue(new)
    elif param.type == "int" and isinstance(knob, nuke.Array_Knob):
        knob.setValue(int(cast("float", new)))
    else:
        knob.setValue(new if isinstance(new, str) else json.dumps(new))


def seed_policy(group: nuke.Group) -> str:
    """The label that is chosen beside the first seed; "" if the form has none."""
    for name, knob in group.knobs().items():
        if name.startswith(PREFIX) and name.endswith(POLICY):
            return str(knob.value())
    return ""


def chosen_file(group: nuke.Group, wanted: Input) -> str:
    """The file for an input that is no picture; "" if none is named."""
    knob = group.knob(file_name(wanted))
    return "" if knob is None else str(cast("Any", knob).evaluate() or "")


def rows(group: nuke.Group, param: Param) -> int:
    """How many rows of LoRAs the node has."""
    knobs, count = group.knobs(), 0
    while lora_name(param, count + 1) in knobs:
        count += 1
    return count


def _loras(knobs: dict[str, nuke.Knob], param: Param, frame: int) -> JsonValue:
    found: list[JsonValue] = []
    row = 1
    while name := (lora_name(param, row) if lora_name(param, row) in knobs else ""):
        chosen = str(knobs[name].value())
        if chosen != NO_LORA:
            model, clip = (_number(knobs[f"{name}{p}"], frame) for p in PARTS.values())
            found.append({"name": chosen, "strength_model": model, "strength_clip": clip})
        row += 1
    return found


def _number(knob: nuke.Knob, frame: int) -> float:
    """Animation and expressions evaluated."""
    return float(cast("Any", knob).valueAt(frame))


def _typed(knob: nuke.Knob) -> str:
    """A text exactly as it was typed: brackets and dollars are not run as Tcl."""
    return str(cast("Any", knob).getText())


def _int(knob: nuke.Knob) -> JsonValue:
    """A whole number that no Int_Knob holds, from a text; if it is none, that text."""
    text = _typed(knob).strip()
    try:
        return int(text)
    except ValueError:
        return text


def _json(text: str) -> JsonValue:
    try:
        return cast("JsonValue", json.loads(text))
    except ValueError:
        return text
