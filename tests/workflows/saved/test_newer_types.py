"""Files of newer pages: inputs that bring others, and widgets of new types."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.workflows.object_info import ObjectInfo
from relay_server.workflows.saved.reading import read as read_with
from tests.workflows.saved.newer import converted, refusals
from tests.workflows.saved.ui import RAW, load, node, save, slot, workflow


def around(under_test: dict[str, Any]) -> dict[str, Any]:
    """A workflow that needs node 2, fed with a picture."""
    return workflow([load(1), under_test, save(9, 3)], [(1, 1, 0, 2, 0), (3, 2, 0, 9, 0)])


def read(kind: str, values: Any, *inputs: Any, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = converted(around(node(2, kind, *inputs, values=values) | more)).graph
    return found["2"]["inputs"]


def test_links_that_grow_have_no_value_and_the_next_widget_is_not_shifted() -> None:
    assert read("Format", ["{a} of {b}"], slot("values.a", "*", 1)) == {
        "values.a": ["1", 0], "pattern": "{a} of {b}",
    }  # fmt: skip


def test_links_of_a_growing_input_keep_their_dotted_names() -> None:
    found = read("Batch", [], slot("images.image0", link=1), slot("images.image1"))
    assert found == {"images.image0": ["1", 0]}


def test_a_field_of_several_types_has_the_widget_that_the_host_names() -> None:
    assert read("Paced", [12, 3], slot("image", link=1)) == {
        "image": ["1", 0], "rate": 12, "count": 3,
    }  # fmt: skip


def test_a_color_is_a_widget_although_a_node_gives_colors_out() -> None:
    assert read("Pick", ["#0a9299"]) == {"color": "#0a9299"}
    assert read("Tint", ["#0a9299", 0.5], slot("image", link=1))["color"] == "#0a9299"


def test_a_color_that_is_only_linked_is_no_widget() -> None:
    found = read("Tint", [0.5], slot("image", link=1), slot("color", "COLOR"))
    assert found == {"image": ["1", 0], "amount": 0.5}


def test_the_numbers_that_the_page_saves_after_a_box_are_its_own() -> None:
    box = {"x": 1, "y": 2, "width": 30, "height": 40}
    found = read("Crop", [box, 0, 0, 512, 512, 7], slot("image", link=1))
    assert found == {"image": ["1", 0], "region": box, "by": 7}


def test_a_curve_is_wrapped_with_its_type() -> None:
    curve = {"points": [[0, 0.5], [1, 1]], "interpolation": "linear"}
    assert read("Grade", [curve])["curve"] == {"__type__": "CURVE", "__value__": curve}


def test_a_widget_that_only_shows_saves_nothing_and_is_sent() -> None:
    raw = workflow([node(1, "Compare", values=[])], [])
    assert converted(raw).graph["1"]["inputs"] == {"view": {"__value__": ["", ""]}}


def test_rows_bring_their_fields_and_their_number_is_not_sent() -> None:
    assert read("Stack", [2, "a.safetensors", 0.5, "b.safetensors", 1.5, "tail"]) == {
        "loras.0.name": "a.safetensors", "loras.0.strength": 0.5,
        "loras.1.name": "b.safetensors", "loras.1.strength": 1.5, "after": "tail",
    }  # fmt: skip
    assert read("Stack", [0, "tail"]) == {"after": "tail"}


def test_a_menu_that_the_file_does_not_know_brings_the_fields_of_its_default() -> None:
    assert read("Write", [], slot("image", link=1)) == {
        "image": ["1", 0], "format": "jpg", "format.quality": 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    "values", [["HSL", 1, "RGB", "HSL", ""], ["HSL", "RGB", "HSL", ""]], ids=["newer", "older"]
)
def test_a_menu_of_the_author_is_sent_with_the_number_of_the_choice(values: list[Any]) -> None:
    assert read("CustomCombo", values) == {
        "choice": "HSL", "index": 1, "option1": "RGB", "option2": "HSL", "option3": "",
    }  # fmt: skip


def test_a_value_that_old_pages_saved_for_a_field_that_must_be_linked_is_passed_over() -> None:
    forced = {"input": {"required": {
        "image": ["IMAGE"], "wide": ["INT", {"forceInput": True}], "method": [["area"]],
    }}, "output": ["IMAGE"]}  # fmt: skip
    raw = around(
        node(2, "Forced", slot("image", link=1), slot("wide", "INT", widget=True),
             values=[0, "area"])
    )  # fmt: skip
    found = read_with(raw, ObjectInfo({**RAW, "Forced": forced}), 100)
    assert found.graph["2"]["inputs"] == {"image": ["1", 0], "method": "area"}


def test_a_linked_field_that_the_class_does_not_have_is_refused() -> None:
    raw = around(node(2, "EmptyImage", slot("breadth", "INT", 1, widget=True), values=[8, 8, 1, 0]))
    assert "'breadth' is linked" in refusals(raw)[0]


def test_links_that_exist_only_on_the_page_are_refused_where_a_host_knows_their_node() -> None:
    everything = node(5, "Anything Everywhere", slot("anything", "*", 5))
    raw = around(node(2, "ImageInvert", slot("image", link=1)))
    raw["nodes"].append(everything)
    raw["links"].append([5, 1, 0, 5, 0, "*"])
    assert "only on ComfyUI's page" in refusals(raw)[0]
