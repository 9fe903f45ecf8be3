"""The values that are saved without names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.saved.ui import (
    SEED_MAX,
    converted,
    inputs_of,
    load,
    node,
    problems_of,
    save,
    slot,
    workflow as made,
)

SAMPLER: dict[str, Any] = {
    "seed": 5, "steps": 30, "cfg": 6.5, "sampler_name": "euler", "scheduler": "karras",
    "denoise": 0.75,
}  # fmt: skip


def around(under_test: dict[str, Any]) -> dict[str, Any]:
    """A workflow that needs node 2, fed with a picture."""
    return made([load(1), under_test, save(9, 3)], [(1, 1, 0, 2, 0), (3, 2, 0, 9, 0)])


def read(kind: str, values: Any, *inputs: Any) -> dict[str, Any]:
    return inputs_of(around(node(2, kind, *inputs, values=values)))["2"]


@pytest.mark.parametrize("control", ["fixed", "randomize", "increment", "decrement", True, False])
def test_what_the_page_does_with_a_seed_is_no_value(control: Any) -> None:
    values = [5, control, 30, 6.5, "euler", "karras", 0.75]
    assert read("KSampler", values) == SAMPLER


def test_the_oldest_files_have_no_word_about_the_seed() -> None:
    assert read("KSampler", [5, 30, 6.5, "euler", "karras", 0.75]) == SAMPLER


def test_a_seed_keeps_its_64_bits() -> None:
    values = [SEED_MAX, "fixed", 30, 6.5, "euler", "karras", 0.75]
    assert read("KSampler", values)["seed"] == 18446744073709551615


def test_values_may_have_names() -> None:
    assert read("KSampler", {**SAMPLER, "videopreview": {"hidden": True}}) == SAMPLER


def test_what_an_upload_button_saved_is_no_value() -> None:
    assert inputs_of(around(node(2, "LoadImageMask", values=["a.png", "red", "image"])))["2"] == {
        "image": "a.png", "channel": "red",
    }  # fmt: skip


def test_a_field_that_the_class_got_later_has_its_default() -> None:
    found = read("Grown", [7], slot("image", link=1))
    assert found == {"image": ["1", 0], "first": 7, "later": 0.25}


def test_a_dynamic_menu_brings_the_fields_of_its_choice() -> None:
    found = read("Resize", ["size", 96, 48, "area"], slot("image", link=1))
    assert found == {
        "image": ["1", 0], "resize_type": "size", "resize_type.width": 96,
        "resize_type.height": 48, "method": "area",
    }  # fmt: skip
    assert read("Resize", ["factor", 1.5, "lanczos"])["resize_type.factor"] == 1.5


def test_a_list_is_wrapped_so_that_it_is_no_link() -> None:
    assert read("Picks", [["a", "b"]])["tags"] == {"__value__": ["a", "b"]}


@pytest.mark.parametrize(
    "values",
    [
        [5, "fixed", 30, 6.5, "euler", "karras", 0.75, 12],  # one too many
        [5, "fixed", 30, "euler", "karras", 0.75],  # one too few, in the middle
        ["euler", 5, "fixed", 30, 6.5, "karras", 0.75],  # another order
        [5, "fixed", 30.5, 6.5, "euler", "karras", 0.75],  # no whole number
        [5, "fixed", True, 6.5, "euler", "karras", 0.75],  # a switch for a number
    ],
)
def test_values_that_do_not_fit_are_refused_and_not_guessed(values: list[Any]) -> None:
    raw = around(node(2, "KSampler", values=values))
    assert problems_of(raw) == [("widget_values", "2")]


def test_a_value_that_was_never_set_is_left_out() -> None:
    assert "blend_mode" not in read("ImageBlend", [0.5, None], slot("image1", link=1))


def test_comments_in_a_text_prompt_are_left_out_as_on_the_page() -> None:
    text = "a cat // the client's\nin /* maybe */ the sun"
    raw = around(node(2, "CLIPTextEncode", values=[text]))
    assert inputs_of(raw)["2"] == {"text": "a cat \nin  the sun"}


def test_words_that_the_page_would_draw_are_noted() -> None:
    found = converted(around(node(2, "CLIPTextEncode", values=["a {red|blue} cat"])))
    assert found.graph["2"]["inputs"]["text"] == "a {red|blue} cat"
    assert [(note.code, note.field) for note in found.notes] == [("dynamic_prompt", "text")]
