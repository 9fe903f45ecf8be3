"""The classes of the nodes that hold or show plain values."""

from __future__ import annotations

import json
import sys

from .node import Input, NodeCall, NodeClass, NodeResult

_BOUNDS = {"min": -sys.maxsize, "max": sys.maxsize}


def _value(call: NodeCall) -> NodeResult:
    return NodeResult((call.inputs["value"],))


def _preview_any(call: NodeCall) -> NodeResult:
    return NodeResult(ui={"text": [shown(call.inputs["source"])]})


def shown(value: object) -> str:
    """A value as text: strings as they are, else JSON where that is possible."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return str(value)


def _primitive(name: str, title: str, kind: str, **details: object) -> NodeClass:
    return NodeClass(
        name,
        _value,
        inputs=(Input("value", kind, details),),
        outputs=(kind,),
        title=title,
        category="utils/primitive",
        module="comfy_extras.nodes_primitive",
        new_style=True,
    )


CLASSES = (
    _primitive("PrimitiveString", "String", "STRING", multiline=False),
    _primitive("PrimitiveStringMultiline", "String (Multiline)", "STRING", multiline=True),
    _primitive("PrimitiveInt", "Int", "INT", **_BOUNDS, control_after_generate=True),
    _primitive("PrimitiveFloat", "Float", "FLOAT", **_BOUNDS),
    _primitive("PrimitiveBoolean", "Boolean", "BOOLEAN"),
    NodeClass(
        "PreviewAny",
        _preview_any,
        inputs=(Input("source", "*", {}),),
        title="Preview Any",
        category="utils",
        module="comfy_extras.nodes_preview_any",
        is_output=True,
    ),
)
