"""From a field of a host to a param."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.models.forms import FormParam
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.params import offered
from relay_server.workflows.object_info import ObjectInfo
from tests.workflows.forms.info import node, raw_info, workflow


def of_field(
    spec: list[Any], value: Any, name: str = "x"
) -> tuple[FormParam | None, list[Problem]]:
    info = ObjectInfo(raw_info(SaveThing=({name: spec}, [])))
    graph = FormGraph(workflow({"1": node("SaveThing", **{name: value})}), info)
    setting = graph.setting("1", name)
    assert setting is not None
    return offered(graph, setting, id="x", label="X")


def param(spec: list[Any], value: Any, name: str = "x") -> FormParam:
    found, notes = of_field(spec, value, name)
    assert found is not None
    assert notes == []
    return found


def test_a_number_has_the_hosts_bounds_and_the_authors_value() -> None:
    found = param(["FLOAT", {"min": 0.0, "max": 2.0, "step": 0.1, "tooltip": "How much."}], 1)
    assert (found.type, found.min, found.max, found.step) == ("float", 0.0, 2.0, 0.1)
    assert (found.default, found.help, found.required) == (1.0, "How much.", False)


@pytest.mark.parametrize("bound", [2**64 - 1, float("inf"), 10**400, "9", True])
def test_a_bound_that_is_none_is_left_out(bound: Any) -> None:
    assert param(["INT", {"min": 0, "max": bound}], 4).max is None


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("seed", {"max": 2**64 - 1}),
        ("noise_seed", {"max": 2**64 - 1}),
        ("x", {"max": 2**64 - 1, "control_after_generate": True}),
    ],
)
def test_a_seed_is_told_by_its_name_or_its_control(name: str, options: dict[str, Any]) -> None:
    found = param(["INT", options], 2**64 - 1, name)
    assert (found.type, found.default) == ("seed", 2**64 - 1)
    assert (found.min, found.max) == (None, None)


def test_a_seed_of_fewer_bits_never_gets_more() -> None:
    assert param(["INT", {"max": 2**32 - 1}], 3, "seed").max == 2**32 - 1
    high = param(["INT", {"max": 2**63 - 1}], 3, "seed").max
    assert high is not None
    assert int(high) <= 2**63 - 1


def test_a_small_number_with_a_control_is_no_seed() -> None:
    assert param(["INT", {"max": 64, "control_after_generate": True}], 3).type == "int"


def test_numbers_saved_as_text_are_numbers() -> None:
    assert param(["INT", {}], "12").default == 12
    assert param(["FLOAT", {}], "1.5").default == 1.5


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (["INT", {"max": 10}], 11),
        (["INT", {}], 1.5),
        (["FLOAT", {}], "much"),
        (["BOOLEAN", {}], "yes"),
        ([["a", "b"]], "c"),
        (["INT", {"max": 2**64 - 1, "control_after_generate": True}], -1),
        (["STRING", {}], {"__value__": ["a"]}),
    ],
)
def test_a_saved_value_that_does_not_fit_must_be_given(spec: list[Any], value: Any) -> None:
    found, notes = of_field(spec, value)
    assert found is not None
    assert (found.default, found.required) == (None, True)
    assert [each.code for each in notes] == ["default_does_not_fit"]


def test_a_model_that_no_host_has_stays_the_authors_choice() -> None:
    found, notes = of_field([["a.safetensors"]], "sub\\b.safetensors", "lora_name")
    assert found is not None
    assert (found.default, found.required) == ("sub/b.safetensors", False)
    assert [each.message for each in notes] == [
        "Node 1 (SaveThing): no host has the LoRA 'sub/b.safetensors'; until one does, a job must"
        " choose another (X)."
    ]


def test_a_menu_in_the_newer_spelling_is_a_menu() -> None:
    found = param(["COMBO", {"options": ["a", "b"]}], "b")
    assert (found.type, found.menu, found.default) == ("menu", ["a", "b"], "b")


@pytest.mark.parametrize(
    "spec",
    [
        [[6, 10]],
        ["COMBO", {"options": ["a"], "multiselect": True}],
        ["COMBO", {"options": []}],
        ["IMAGE"],
        ["INT", {"forceInput": True}],
    ],
)
def test_what_cannot_be_a_param_is_left_out_with_a_note(spec: list[Any]) -> None:
    found, notes = of_field(spec, 6)
    assert found is None
    assert [(each.code, each.node, each.field) for each in notes] == [("not_offered", "1", "x")]
