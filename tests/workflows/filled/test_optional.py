"""Optional inputs that a job does not bring."""

from __future__ import annotations

from typing import Any

from relay_server.models.forms import FormInput, InputKind, Target
from relay_server.workflows.filled.optional import can_do_without, without
from relay_server.workflows.object_info import ObjectInfo

INFO = ObjectInfo(
    {
        "Over": {
            "input": {
                "required": {"below": ["IMAGE"], "above": ["IMAGE"]},
                "optional": {"mask": ["MASK"]},
            }
        },
        "LoadImageMask": {"input": {"required": {"image": [["a.png"], {"image_upload": True}]}}},
    }
)
AREA = FormInput(
    id="area", kind=InputKind.MASK, required=False, targets=[Target(node="2", field="image")]
)


def graph(field: str) -> dict[str, Any]:
    over = {"below": ["1", 0], "above": ["1", 0]} | {field: ["2", 0]}
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "plate.png"}},
        "2": {"class_type": "LoadImageMask", "inputs": {"image": "a.png"}},
        "3": {"class_type": "Over", "inputs": over},
    }


def test_a_loader_that_only_optional_fields_take_from_goes() -> None:
    before = graph("mask")
    assert can_do_without(before, AREA, INFO)
    assert without(before, AREA, INFO) == {
        "1": before["1"],
        "3": {"class_type": "Over", "inputs": {"below": ["1", 0], "above": ["1", 0]}},
    }
    assert before == graph("mask")


def test_a_loader_that_something_needs_stays() -> None:
    assert not can_do_without(graph("above"), AREA, INFO)
    assert without(graph("above"), AREA, INFO) == graph("above")


def test_a_class_that_is_not_known_needs_what_it_takes() -> None:
    assert without(graph("mask"), AREA, ObjectInfo({})) == graph("mask")
