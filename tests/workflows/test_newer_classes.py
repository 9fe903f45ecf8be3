"""Classes of newer ComfyUIs: dotted fields, and what is refused of a prompt."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.workflows.guard import names_file
from relay_server.workflows.saved.reading import read
from relay_server.workflows.validation import invalid
from tests.workflows.saved.newer import INFO

PICTURE = {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1,
                                                  "color": 0}}  # fmt: skip


def refused(class_type: str, **inputs: Any) -> list[str | None]:
    """The fields that are refused."""
    graph = {"1": PICTURE, "2": {"class_type": class_type, "inputs": inputs}}
    return [each.field for each in invalid(graph, INFO)]


def test_a_dotted_field_is_found_under_every_choice() -> None:
    depth = INFO.field("Write", "format.depth")
    assert depth is not None
    assert depth.menu == ("8", "16")


def test_a_dotted_field_of_one_choice_is_that_of_the_choice() -> None:
    for choice, most in (("jpg", 100), ("png", 9)):
        found = INFO.field("Write", "format.quality", {"format": choice})
        assert found is not None
        assert found.options["max"] == most
    assert INFO.field("Write", "format.depth", {"format": "jpg"}) is None


@pytest.mark.parametrize(
    ("class_type", "name", "kind"),
    [
        ("Batch", "images.image8", "IMAGE"),
        ("Format", "values.b", "*"),
        ("Stack", "loras.3.strength", "FLOAT"),
        ("Paced", "rate", "FLOAT"),
    ],
)
def test_fields_that_an_input_brings_are_found_by_name(
    class_type: str, name: str, kind: str
) -> None:
    found = INFO.field(class_type, name)
    assert found is not None
    assert found.type == kind


@pytest.mark.parametrize("name", ["images.image9", "images", "images.image1.x", "loras.a.name"])
def test_what_an_input_does_not_bring_is_unknown(name: str) -> None:
    found = INFO.field("Batch", name)
    assert (found is None) == (name != "images")


def test_fields_of_the_other_choices_are_not_missed() -> None:
    assert refused("Write", image=["1", 0], format="jpg", **{"format.quality": 90}) == []


def test_fields_of_the_choice_are_missed_and_held_to_their_bounds() -> None:
    assert refused("Write", image=["1", 0], format="jpg") == ["format.quality"]
    too_much = {"format.quality": 90, "format.depth": "8"}
    assert refused("Write", image=["1", 0], format="png", **too_much) == ["format.quality"]


def test_a_choice_that_there_is_not_is_refused() -> None:
    assert refused("Write", image=["1", 0], format="tga") == ["format"]


def test_a_growing_input_needs_its_least_number_of_links() -> None:
    assert refused("Batch", **{"images.image0": ["1", 0]}) == ["images.image1"]
    both = {"images.image0": ["1", 0], "images.image1": ["1", 0]}
    assert refused("Batch", **both) == []
    assert refused("Format", pattern="x") == []


def test_an_input_that_takes_any_type_is_missed_and_takes_any() -> None:
    assert refused("Switch", switch=True) == ["on_true"]
    assert refused("Switch", switch=True, on_true=["1", 0]) == []


def test_one_of_several_types_is_enough() -> None:
    graph = {
        "1": PICTURE,
        "3": {"class_type": "PrimitiveInt", "inputs": {"value": 3}},
        "2": {"class_type": "Paced", "inputs": {"image": ["1", 0], "rate": ["3", 0], "count": 1}},
    }
    assert list(invalid(graph, INFO)) == []
    assert refused("Paced", image=["1", 0], rate=0.5, count=1) == ["rate"]


def test_values_of_new_types_are_not_judged() -> None:
    curve = {"__type__": "CURVE", "__value__": {"points": []}}
    assert refused("Grade", image=["1", 0], curve=curve) == []
    assert refused("Tint", image=["1", 0], color="#ffffff", amount=1.0) == []


def test_the_api_format_keeps_dotted_names() -> None:
    inputs = {"image": ["1", 0], "format": "png", "format.depth": "8", "format.quality": 3}
    graph = {"1": PICTURE, "2": {"class_type": "Write", "inputs": inputs}}
    found = read(graph, INFO, 10)
    assert found.graph["2"]["inputs"] == inputs
    assert list(invalid(found.graph, INFO)) == []


def test_a_dotted_field_may_name_a_file() -> None:
    assert not names_file("Write", "format.depth", INFO)
    assert names_file("Unknown", "format.file_path", INFO)
