"""Values whose names the newest pages write beside them, in `widgets_values_named`."""

from __future__ import annotations

from typing import Any

from tests.workflows.saved.newer import converted, refusals
from tests.workflows.saved.ui import load, node, save, slot, subgraph, workflow


def named(kind: str, names: dict[str, Any], values: list[Any] | None = None) -> dict[str, Any]:
    """A workflow whose node 2 has these values, with their names."""
    under_test = node(2, kind, slot("image", link=1), values=values or list(names.values()))
    under_test["widgets_values_named"] = names
    return workflow([load(1), under_test, save(9, 3)], [(1, 1, 0, 2, 0), (3, 2, 0, 9, 0)])


def inputs(kind: str, names: dict[str, Any], values: list[Any] | None = None) -> dict[str, Any]:
    found = converted(named(kind, names, values)).graph["2"]["inputs"]
    return {name: value for name, value in found.items() if name != "image"}


def test_names_tell_the_field_where_the_order_is_another() -> None:
    assert inputs("ImageBlend", {"blend_mode": "multiply", "blend_factor": 0.25}) == {
        "blend_mode": "multiply", "blend_factor": 0.25,
    }  # fmt: skip


def test_a_value_edited_without_its_name_counts_as_on_the_page() -> None:
    names = {"blend_factor": 0.25, "blend_mode": "normal"}
    assert inputs("ImageBlend", names, [0.75, "multiply"]) == {
        "blend_factor": 0.75, "blend_mode": "multiply",
    }  # fmt: skip


def test_fields_of_a_choice_are_found_by_their_names() -> None:
    names = {"format": "png", "format.depth": "16", "format.quality": 3}
    assert inputs("Write", names) == names


def test_what_the_page_names_for_itself_is_passed_over() -> None:
    names = {"first": 3, "control_after_generate": "fixed", "later": 0.5, "upload": "image"}
    assert inputs("Grown", names) == {"first": 3, "later": 0.5}


def test_a_newer_field_that_changes_nothing_is_left_out_with_a_note() -> None:
    found = converted(named("Grown", {"first": 3, "later": 0.5, "codec": "auto"}))
    assert found.graph["2"]["inputs"] == {"image": ["1", 0], "first": 3, "later": 0.5}
    assert [(note.code, note.field) for note in found.notes] == [("unknown_value", "codec")]


def test_a_newer_field_that_may_change_something_is_refused_by_its_name() -> None:
    (why,) = refusals(named("Grown", {"first": 3, "later": 0.5, "codec": "h265"}))
    assert "'codec' was saved as 'h265' and has no field" in why


def test_a_field_that_may_have_been_renamed_is_refused() -> None:
    (why,) = refusals(named("Grown", {"first": 3, "last": "auto"}))
    assert "'last' was saved as 'auto'" in why


def test_a_field_that_went_under_a_menu_keeps_its_value() -> None:
    assert inputs("Write", {"format": "jpg", "quality": 55}) == {
        "format": "jpg", "format.quality": 55,
    }  # fmt: skip


def test_a_named_value_of_another_type_is_refused() -> None:
    (why,) = refusals(named("Grown", {"first": "three", "later": 0.5}))
    assert "'three' does not fit the field 'first'" in why


def test_a_subgraphs_values_go_to_the_inputs_of_their_names() -> None:
    blends = subgraph(
        "blends",
        [
            node(
                4, "ImageBlend", slot("image1", link=1),
                slot("blend_factor", "FLOAT", 2, widget=True),
                slot("blend_mode", "COMBO", 3, widget=True), values=[0.5, "normal"],
            )
        ],
        [(1, -10, 0, 4, 0), (2, -10, 1, 4, 1), (3, -10, 2, 4, 2), (4, 4, 0, -20, 0)],
        [("image", "IMAGE"), ("factor", "FLOAT"), ("mode", "COMBO")],
        [("image", "IMAGE")],
    )  # fmt: skip
    host = node(57, "blends", slot("image", link=1), values=["multiply", 0.125])
    host["widgets_values_named"] = {"mode": "multiply", "factor": 0.125}
    raw = workflow(
        [load(1), host, save(9, 2)],
        [(1, 1, 0, 57, 0), (2, 57, 0, 9, 0)],
        definitions={"subgraphs": [blends]},
    )
    found = converted(raw).graph["57:4"]["inputs"]
    assert (found["blend_factor"], found["blend_mode"]) == (0.125, "multiply")
    host["widgets_values_named"] = {"mode": "multiply", "gone": 0.125}
    assert "'gone'" in refusals(raw)[0]
