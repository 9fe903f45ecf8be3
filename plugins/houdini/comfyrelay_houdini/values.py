"""The parms of a form's params read and set. Main thread."""

from __future__ import annotations

import json

import hou

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
from comfyrelay.params import ParamError

from . import network
from .parms import put as put_parm, text, text_at

PICTURE = "picture"  # the parm for the picture of a node that has no connectors


def value(node: hou.OpNode, param: Param, frame: int) -> JsonValue:
    """A param's value at a frame, as the relay takes it; None if the node has no parm for it. Only
    of work items is a text expanded, and only where it has backticks. Raises ParamError for an
    expression that cannot be evaluated."""
    try:
        return _evaluated(node, param, frame)
    except hou.OperationFailed as error:
        said = error.instanceMessage().strip().splitlines() or ["it has an error"]
        raise ParamError(
            f"{param.label or param.id} cannot be evaluated: {said[-1]}", "Correct its expression."
        ) from error


def _evaluated(node: hou.OpNode, param: Param, frame: int) -> JsonValue:
    if param.type == "loras":
        return _loras(node, param, frame)
    name = control_name(param)
    parm = node.parm(name)
    if parm is None:
        return None
    if _is_number(parm):
        return _number_of(param, float(parm.evalAsFloatAtFrame(frame)))
    typed = text_at(node, name, frame)
    if "`" in typed and node.type().category().name() == network.TOP:
        typed = str(parm.evalAsStringAtFrame(frame))  # an attribute, as everywhere in TOPs
    if param.type == "int":
        return _whole(typed)
    return typed if param.type in ("text", "menu", "seed") else _json(typed)


def put(node: hou.OpNode, param: Param, new: JsonValue) -> None:
    """Set a param's parm; what has none is left out."""
    parm = node.parm(control_name(param))
    if parm is None or param.type == "loras":
        return
    if _is_number(parm):
        put_parm(node, parm.name(), new)
    else:
        put_parm(node, parm.name(), new if isinstance(new, str) else json.dumps(new))


def seed_policy(node: hou.OpNode) -> str:
    """What is chosen beside the first seed; "" if the form has none."""
    names = [parm.name() for parm in node.parms()]
    found = (name for name in names if name.startswith(PREFIX) and name.endswith(POLICY))
    return text(node, next(found, ""))


def chosen_file(node: hou.OpNode, wanted: Input) -> str:
    """The file for what is not connected; "" if none is named."""
    parm = node.parm(PICTURE if wanted.is_picture else file_name(wanted))
    return "" if parm is None else str(parm.evalAsString())


def _loras(node: hou.OpNode, param: Param, frame: int) -> JsonValue:
    count = node.parm(control_name(param))
    if count is None:
        return None
    found: list[JsonValue] = []
    for row in range(1, int(count.evalAsInt()) + 1):
        name = lora_name(param, row)
        chosen = text_at(node, name, frame)
        if chosen not in ("", NO_LORA):
            strengths = {
                f"strength_{what}": _number(node, f"{name}{part}", frame)
                for what, part in PARTS.items()
            }
            found.append({"name": chosen, **strengths})
    return found


def _number(node: hou.OpNode, name: str, frame: int) -> float:
    parm = node.parm(name)
    return 1.0 if parm is None else float(parm.evalAsFloatAtFrame(frame))


def _number_of(param: Param, found: float) -> JsonValue:
    if param.type == "bool":
        return bool(found)
    return int(found) if param.type == "int" else found


def _is_number(parm: hou.Parm) -> bool:
    kind = parm.parmTemplate().type()
    return kind in (
        hou.parmTemplateType.Int,
        hou.parmTemplateType.Float,
        hou.parmTemplateType.Toggle,
    )


def _whole(typed: str) -> JsonValue:
    """A whole number that no parm holds, from a text; if it is none, that text."""
    try:
        return int(typed.strip())
    except ValueError:
        return typed.strip()


def _json(typed: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(typed)
    except ValueError:
        return typed
    return found
