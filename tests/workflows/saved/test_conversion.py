"""From the UI format to the API format: links, modes and what exists only on ComfyUI's page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.saved.ui import (
    converted,
    inputs_of,
    load,
    node,
    problems_of,
    save,
    slot,
    workflow,
)


def chain(*between: dict[str, Any], extra: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """LoadImage, then nodes with one picture in and out, then SaveImage."""
    nodes = [load(1), *between, save(99, len(between) + 1)]
    links = [
        (number + 1, nodes[number]["id"], 0, nodes[number + 1]["id"], 0)
        for number in range(len(nodes) - 1)
    ]
    return workflow([*nodes, *extra], links)


def test_links_values_and_titles_become_the_api_format() -> None:
    raw = chain(node(2, "ImageInvert", slot("image", link=1), title="Turn it"))
    found = converted(raw)
    assert found.format == "ui"
    assert found.graph == {
        "1": {
            "class_type": "LoadImage",
            "inputs": {"image": "plate.png"},
            "_meta": {"title": "Load Image"},
        },
        "2": {
            "class_type": "ImageInvert",
            "inputs": {"image": ["1", 0]},
            "_meta": {"title": "Turn it"},
        },
        "99": {
            "class_type": "SaveImage",
            "inputs": {"filename_prefix": "out", "images": ["2", 0]},
            "_meta": {"title": "Save Image"},
        },
    }
    assert found.titled == {"2"}


def test_the_other_version_of_the_format_reads_the_same() -> None:
    old = chain(node(2, "ImageInvert", slot("image", link=1)))
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    new = {
        **old,
        "version": 1,
        "links": [dict(zip(names, link, strict=True)) for link in old["links"]],
        "state": {"lastNodeId": 99},
    }
    assert inputs_of(new) == inputs_of(old)


@pytest.mark.parametrize("kind", ["Reroute", "Reroute (rgthree)"])
def test_a_reroute_is_passed_through(kind: str) -> None:
    raw = chain(node(5, kind, slot("", "*", link=1), outputs=("*",)))
    assert inputs_of(raw)["99"]["images"] == ["1", 0]
    assert "5" not in inputs_of(raw)


def test_a_muted_reroute_is_still_passed_through() -> None:
    raw = chain(node(5, "Reroute", slot("", "*", link=1), outputs=("*",), mode=2))
    assert inputs_of(raw)["99"]["images"] == ["1", 0]


def test_a_bypassed_node_gives_on_its_input_of_the_same_type() -> None:
    raw = chain(node(2, "ImageInvert", slot("image", link=1), mode=4))
    assert inputs_of(raw) == {
        "1": {"image": "plate.png"}, "99": {"filename_prefix": "out", "images": ["1", 0]},
    }  # fmt: skip


def test_a_bypassed_node_without_a_fitting_input_gives_nothing() -> None:
    raw = workflow(
        [load(1), node(2, "EmptyImage", values=[8, 8, 1, 0], mode=4),
         node(3, "ImageBlend", slot("image1", link=1), slot("image2", link=2),
              values=[0.5, "normal"]), save(9, 3)],
        [(1, 1, 0, 3, 0), (2, 2, 0, 3, 1), (3, 3, 0, 9, 0)],
    )  # fmt: skip
    assert inputs_of(raw)["3"] == {
        "image1": ["1", 0], "blend_factor": 0.5, "blend_mode": "normal",
    }  # fmt: skip


def test_a_muted_node_is_gone_and_so_are_the_links_to_it() -> None:
    raw = chain(
        node(2, "ImageInvert", slot("image", link=1), mode=2),
        extra=(load(7), save(8, 50)),
    )
    raw["links"].append([50, 7, 0, 8, 0, "IMAGE"])
    assert inputs_of(raw)["99"] == {"filename_prefix": "out"}
    assert inputs_of(raw)["8"]["images"] == ["7", 0]


def test_notes_are_nothing() -> None:
    note = node(3, "Note", values=["read me"], outputs=())
    markdown = node(4, "MarkdownNote", values=["# read me"], outputs=())
    assert set(inputs_of(chain(extra=(note, markdown)))) == {"1", "99"}


def test_a_primitive_sets_every_field_that_it_feeds() -> None:
    size = node(5, "PrimitiveNode", values=[96, "fixed"], outputs=("INT",), title="Size")
    empty = node(
        2, "EmptyImage", slot("width", "INT", 1, widget=True),
        slot("height", "INT", 2, widget=True), values=[512, 512, 1, 0],
    )  # fmt: skip
    raw = workflow([size, empty, save(9, 3)], [(1, 5, 0, 2, 0), (2, 5, 0, 2, 1), (3, 2, 0, 9, 0)])
    assert inputs_of(raw)["2"] == {"width": 96, "height": 96, "batch_size": 1, "color": 0}
    (primitive,) = converted(raw).primitives
    assert (primitive.id, primitive.title) == ("5", "Size")
    assert [(each.node, each.field) for each in primitive.targets] == [
        ("2", "width"), ("2", "height"),
    ]  # fmt: skip


def test_a_converted_widget_is_linked_and_keeps_its_place_among_the_values() -> None:
    width = node(5, "PrimitiveInt", values=[64], outputs=("INT",))
    empty = node(
        2, "EmptyImage", slot("width", "INT", 1, widget=True), values=[512, 48, 3, 7]
    )  # fmt: skip
    raw = workflow([width, empty, save(9, 3)], [(1, 5, 0, 2, 0), (3, 2, 0, 9, 0)])
    assert inputs_of(raw)["2"] == {"width": ["5", 0], "height": 48, "batch_size": 3, "color": 7}


def test_get_finds_the_set_of_its_name() -> None:
    setter = node(5, "SetNode", slot("IMAGE", link=1), values=["plate"])
    other = node(6, "SetNode", slot("IMAGE", link=2), values=["other"])
    getter = node(7, "GetNode", values=["plate"])
    raw = workflow(
        [load(1), load(2, "b.png"), setter, other, getter, save(9, 3)],
        [(1, 1, 0, 5, 0), (2, 2, 0, 6, 0), (3, 7, 0, 9, 0)],
    )
    assert inputs_of(raw)["9"]["images"] == ["1", 0]


def test_a_get_without_its_set_is_refused() -> None:
    getter = node(7, "GetNode", values=["plate"])
    raw = workflow([getter, save(9, 3)], [(3, 7, 0, 9, 0)])
    assert problems_of(raw) == [("missing_setter", "7")]


def test_what_no_output_needs_may_be_of_any_class() -> None:
    found = converted(chain(extra=(node(40, "SomebodysNode", values=[1]),)))
    assert "40" not in found.graph
    assert [(note.code, note.node) for note in found.notes] == [("left_out", "40")]


def test_every_node_that_cannot_be_read_is_named_at_once() -> None:
    raw = chain(
        node(2, "SomebodysNode", slot("image", link=1), title="Mine"),
        node(3, "workflow>Old group", slot("image", link=2)),
        node(4, "Anything Everywhere", slot("image", link=3)),
    )
    assert sorted(problems_of(raw)) == [
        ("group_node", "3"), ("needs_page", "4"), ("unknown_class", "2"),
    ]  # fmt: skip


def test_a_value_that_only_the_page_can_make_is_refused() -> None:
    raw = workflow([node(1, "Webcam", values=[""]), save(9, 1)], [(1, 1, 0, 9, 0)])
    assert problems_of(raw) == [("needs_page", "1")]


def test_a_link_that_is_not_in_the_file_is_refused() -> None:
    assert problems_of(workflow([save(9, 77)], [])) == [("missing_link", "9")]


def test_a_link_to_a_node_that_is_not_there_is_refused() -> None:
    assert problems_of(workflow([save(9, 1)], [(1, 5, 0, 9, 0)])) == [("missing_node", "9")]


def test_reroutes_in_a_ring_are_refused() -> None:
    one = node(5, "Reroute", slot("", "*", link=2), outputs=("*",))
    two = node(6, "Reroute", slot("", "*", link=1), outputs=("*",))
    raw = workflow([one, two, save(9, 3)], [(1, 5, 0, 6, 0), (2, 6, 0, 5, 0), (3, 5, 0, 9, 0)])
    assert [code for code, _ in problems_of(raw)] == ["cycle"]


def test_two_nodes_of_one_id_are_refused() -> None:
    raw = workflow([load(1), load(1, "other.png"), save(9, 1)], [(1, 1, 0, 9, 0)])
    assert problems_of(raw) == [("duplicate_id", "1")]


def test_a_workflow_that_saves_nothing_is_refused() -> None:
    assert problems_of(workflow([load(1)], [])) == [("no_output", None)]


def test_too_many_nodes_are_refused_before_they_are_looked_at() -> None:
    many = [node(number, "Note") for number in range(50_000)]
    assert problems_of(workflow(many, [])) == [("too_many_nodes", None)]


@pytest.mark.parametrize("raw", [None, [], {}, "text", {"a": 1}, {"nodes": "x"}, {"1": {"x": 2}}])
def test_what_is_no_workflow_is_said_to_be_none(raw: Any) -> None:
    assert [code for code, _ in problems_of(raw)] == ["unknown_format"]


@pytest.mark.parametrize("bad", [{}, {"id": 1}, {"type": "LoadImage"}, None, 5, "x"])
def test_a_node_that_is_none_is_refused(bad: Any) -> None:
    assert ("malformed", None) in problems_of(workflow([bad, load(1), save(9, 1)], []))


def test_the_api_format_is_taken_as_it_is() -> None:
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "a.png"},
              "_meta": {"title": "Plate"}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }  # fmt: skip
    found = converted({"prompt": graph})
    assert found.format == "api"
    assert found.titled == {"1"}
    assert found.graph["2"]["_meta"] == {"title": "Save Image"}
    assert found.graph["1"] == graph["1"]
