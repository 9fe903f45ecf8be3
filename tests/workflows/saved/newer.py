"""Classes as newer ComfyUIs describe them: inputs that bring others, and widgets of new types."""

from __future__ import annotations

from typing import Any

from relay_server.workflows.object_info import ObjectInfo
from relay_server.workflows.problems import Unreadable
from relay_server.workflows.saved.reading import ReadWorkflow, read
from tests.workflows.saved.ui import RAW

PICTURES = {"input": {"required": {"image": ["IMAGE", {}]}}, "prefix": "image", "min": 2, "max": 9}
TEXTS = {"input": {"required": {"text": ["*", {}]}}, "names": ["a", "b"], "min": 0}
LORAS = {
    "required": {"name": ["COMBO", {"options": ["a.safetensors"]}]},
    "optional": {"strength": ["FLOAT", {"default": 1.0, "max": 2.0}]},
}
QUALITY = {"required": {"quality": ["INT", {"default": 90, "min": 1, "max": 100}]}}
DEPTH = {"required": {"depth": ["COMBO", {"options": ["8", "16"]}], "quality": ["INT", {"max": 9}]}}


def _same(kind: str) -> list[Any]:
    return ["COMFY_MATCHTYPE_V3", {"template": {"template_id": kind, "allowed_types": "*"}}]


def _class(outputs: list[str], *, output: bool = False, **required: Any) -> dict[str, Any]:
    return {"input": {"required": required}, "output": outputs, "output_node": output}


NEWER: dict[str, Any] = RAW | {
    "Batch": _class(["IMAGE"], images=["COMFY_AUTOGROW_V3", {"template": PICTURES}]),
    "Format": _class(
        ["STRING"],
        values=["COMFY_AUTOGROW_V3", {"template": TEXTS}],
        pattern=["STRING", {"default": "{a}"}],
    ),
    "Switch": _class(["COMFY_MATCHTYPE_V3"], switch=["BOOLEAN", {}], on_true=_same("a")),
    "Paced": _class(
        ["IMAGE"],
        image=["IMAGE,MASK"],
        rate=["FLOAT,INT", {"widgetType": "FLOAT", "default": 25.0, "min": 1.0}],
        count=["INT", {"default": 1}],
    ),
    "Pick": _class(["COLOR", "IMAGE"], color=["COLOR", {"default": "#ffffff", "socketless": True}]),
    "Tint": _class(["IMAGE"], image=["IMAGE"], color=["COLOR", {}], amount=["FLOAT", {}]),
    "Crop": _class(
        ["IMAGE"], image=["IMAGE"], region=["BOUNDING_BOX", {"socketless": True}], by=["INT", {}]
    ),
    "Grade": _class(
        ["IMAGE"], image=["IMAGE"],
        curve=["CURVE", {"default": {"points": [[0, 0], [1, 1]]}, "socketless": True}],
    ),
    "Compare": _class([], output=True, view=["IMAGECOMPARE", {"socketless": True}]),
    "Stack": _class(
        ["IMAGE"], image=["IMAGE"],
        loras=["COMFY_DYNAMICGROUP_V3", {"min": 0, "max": 9, "template": LORAS}],
        after=["STRING", {}],
    ),
    "Write": _class(
        ["IMAGE"], image=["IMAGE"],
        format=["COMFY_DYNAMICCOMBO_V3", {"options": [
            {"key": "jpg", "inputs": QUALITY}, {"key": "png", "inputs": DEPTH},
        ]}],
    ),
    "CustomCombo": _class(["STRING", "INT"], choice=["COMBO", {"options": []}]),
    "Everything": _class(["IMAGE"], image=["IMAGE"]),
}  # fmt: skip
INFO = ObjectInfo(NEWER)


def converted(raw: Any) -> ReadWorkflow:
    """Read with the classes above."""
    return read(raw, INFO, 100)


def refusals(raw: Any) -> list[str]:
    """Why it was not read; fails if it was."""
    try:
        converted(raw)
    except Unreadable as error:
        return [each.message for each in error.problems]
    raise AssertionError("it was read")
