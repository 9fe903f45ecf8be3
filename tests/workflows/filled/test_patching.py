"""Patches: any field of any node, and none that would be passed over without a word."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form, FormInput, InputKind, Target
from relay_server.models.jobs import Patch
from relay_server.workflows.filled.patching import patched
from relay_server.workflows.filled.references import Reference
from relay_server.workflows.object_info import ObjectInfo

INFO = ObjectInfo(
    {
        "KSampler": {
            "input": {
                "required": {"model": ["MODEL"], "steps": ["INT", {}], "cfg": ["FLOAT", {}]},
                "optional": {"sampler_name": [["euler"]]},
            }
        },
        "Switch": {"input": {"required": {}}},
    }
)
GRAPH: dict[str, Any] = {
    "1": {"class_type": "Loader", "inputs": {}, "_meta": {"title": "Twice"}},
    "2": {"class_type": "Switch", "inputs": {"any_01": 1}, "_meta": {"title": "Twice"}},
    "57:3": {
        "class_type": "KSampler",
        "inputs": {"model": ["1", 0], "steps": 20},
        "_meta": {"title": "Sampler"},
    },
}


def run(info: ObjectInfo | None = INFO, **patch: Any) -> dict[str, Any]:
    return patched(GRAPH, Form(title=""), {}, {}, [Patch(**patch)], info)


@pytest.mark.parametrize("where", [{"node": "57:3"}, {"title": "Sampler"}])
@pytest.mark.parametrize("field", ["steps", "cfg", "sampler_name"])
@pytest.mark.parametrize("value", [7, "text", None, [1, 2, 3], {"a": 1}, True])
def test_any_field_of_a_node_is_set(where: dict[str, str], field: str, value: Any) -> None:
    after = run(**where, field=field, value=value)
    assert after["57:3"]["inputs"] == {**GRAPH["57:3"]["inputs"], field: value}
    assert {node: after[node] for node in ("1", "2")} == {node: GRAPH[node] for node in ("1", "2")}


def test_a_title_that_two_nodes_have_is_told_apart_by_the_class() -> None:
    after = run(title="Twice", class_type="Switch", field="any_01", value=5)
    assert after["2"]["inputs"] == {"any_01": 5}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": "Twice", "field": "a"}, "2 nodes have the title 'Twice': 1, 2; name one"),
    ({"title": "Nobody", "field": "a"}, "no node with the title 'Nobody'"),
    ({"node": "9", "field": "a"}, "no node with the id '9'"),
    ({"node": "57:3", "class_type": "Loader", "field": "steps"}, "is a KSampler, not a Loader"),
    ({"node": "57:3", "field": "model"}, "the field 'model' of the node .* is linked"),
    (
        {"node": "57:3", "field": "stepz"},
        "a KSampler has no field 'stepz' .did you mean 'steps'",
    ),
    ({"node": "57:3", "field": "q"}, r"a KSampler has no field 'q'\."),
    ({"node": "2", "field": "any_02"}, "a Switch has no field 'any_02'"),
]


@pytest.mark.parametrize(("patch", "says"), WRONG)
def test_a_patch_that_does_not_fit_says_why(patch: dict[str, Any], says: str) -> None:
    with pytest.raises(Unprocessable, match=says) as caught:
        run(**patch, value=1)
    assert caught.value.code == "invalid_patch"


def test_a_field_that_the_author_saved_is_there_whatever_the_class_says() -> None:
    assert run(node="2", field="any_01", value=3)["2"]["inputs"] == {"any_01": 3}


@pytest.mark.parametrize("info", [None, INFO])
def test_a_class_that_no_host_told_of_takes_any_field(info: ObjectInfo | None) -> None:
    assert run(info, node="1", field="whatever", value=3)["1"]["inputs"] == {"whatever": 3}


def test_only_the_reference_of_a_mask_says_what_it_is() -> None:
    form = Form(
        title="",
        inputs=[
            FormInput(id=name, kind=kind, targets=[Target(node=node, field="image")])
            for name, kind, node in (("a", InputKind.IMAGE, "1"), ("b", InputKind.MASK, "2"))
        ],
    )
    after = patched(GRAPH, form, {}, {"a": ["x"], "b": ["x"]}, [])
    assert after["1"]["inputs"]["image"] == {"__type": "core/ASSET", "info": {"id": "x"}}
    assert after["2"]["inputs"]["image"]["info"] == {"id": "x", "kind": "mask"}
    assert after["2"]["inputs"]["image"] == Reference("x", is_mask=True).json
