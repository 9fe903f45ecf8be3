"""Subgraphs: nodes inside nodes, and values that stand outside for widgets inside."""

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
    subgraph,
    workflow,
)

INVERTS = subgraph(
    "inverts",
    [node(3, "ImageInvert", slot("image", link=1))],
    [(1, -10, 0, 3, 0), (2, 3, 0, -20, 0)],
    [("image", "IMAGE")],
    [("image", "IMAGE")],
)
BLENDS = subgraph(
    "blends",
    [
        node(
            4, "ImageBlend", slot("image1", link=1), slot("image2", link=2),
            slot("blend_factor", "FLOAT", 3, widget=True), values=[0.5, "normal"],
        )
    ],
    [(1, -10, 0, 4, 0), (2, -10, 0, 4, 1), (3, -10, 1, 4, 2), (4, 4, 0, -20, 0)],
    [("image", "IMAGE"), ("factor", "FLOAT")],
    [("image", "IMAGE")],
)  # fmt: skip


def using(definition: Any, host: Any, *others: Any) -> dict[str, Any]:
    """LoadImage, the subgraph's node 57, SaveImage."""
    return workflow(
        [load(1), host, save(9, 2)],
        [(1, 1, 0, 57, 0), (2, 57, 0, 9, 0)],
        definitions={"subgraphs": [definition, *others]},
    )


def blending(**host: Any) -> dict[str, Any]:
    found = using(BLENDS, node(57, "blends", slot("image", link=1), **host))
    return inputs_of(found)["57:4"]


def test_nodes_inside_are_named_by_their_path() -> None:
    raw = using(INVERTS, node(57, "inverts", slot("image", link=1)))
    assert inputs_of(raw) == {
        "1": {"image": "plate.png"},
        "57:3": {"image": ["1", 0]},
        "9": {"filename_prefix": "out", "images": ["57:3", 0]},
    }


def test_subgraphs_in_subgraphs() -> None:
    outer = subgraph(
        "outer",
        [node(8, "inverts", slot("image", link=1)), node(7, "inverts", slot("image", link=2))],
        [(1, -10, 0, 8, 0), (2, 8, 0, 7, 0), (3, 7, 0, -20, 0)],
        [("image", "IMAGE")],
        [("image", "IMAGE")],
    )
    found = converted(using(outer, node(57, "outer", slot("image", link=1)), INVERTS))
    assert found.graph["57:8:3"]["inputs"] == {"image": ["1", 0]}
    assert found.graph["57:7:3"]["inputs"] == {"image": ["57:8:3", 0]}
    assert found.graph["9"]["inputs"]["images"] == ["57:7:3", 0]
    assert found.definitions == {"outer": ("57",), "inverts": ("57:8", "57:7")}


def test_a_subgraph_that_only_passes_on() -> None:
    passes = subgraph(
        "passes", [], [(1, -10, 0, -20, 0)], [("image", "IMAGE")], [("image", "IMAGE")]
    )
    raw = using(passes, node(57, "passes", slot("image", link=1)))
    assert inputs_of(raw)["9"]["images"] == ["1", 0]


def test_a_widget_keeps_its_own_value_where_nothing_stands_outside() -> None:
    assert blending()["blend_factor"] == 0.5


def test_a_value_outside_counts_by_the_order_of_the_inputs_with_a_widget() -> None:
    assert blending(values=[0.125])["blend_factor"] == 0.125


def test_a_value_outside_counts_by_the_list_of_proxied_widgets() -> None:
    proxied = {"proxyWidgets": [["4", "blend_mode"], ["4", "blend_factor"]]}
    found = blending(values=["multiply", None], properties=proxied)
    assert (found["blend_mode"], found["blend_factor"]) == ("multiply", 0.5)


def test_a_proxied_widget_may_be_named_by_the_input() -> None:
    found = blending(values=[0.25], properties={"proxyWidgets": [["-1", "factor"]]})
    assert found["blend_factor"] == 0.25


def test_a_link_from_outside_wins_over_every_value() -> None:
    host = node(
        57, "blends", slot("image", link=1), slot("factor", "FLOAT", 5, widget=True), values=[0.125]
    )
    raw = using(BLENDS, host)
    raw["nodes"].append(node(6, "PrimitiveNode", values=[0.75], outputs=("FLOAT",)))
    raw["links"].append([5, 6, 0, 57, 1, "FLOAT"])
    assert inputs_of(raw)["57:4"]["blend_factor"] == 0.75


def test_values_that_cannot_be_told_apart_are_refused() -> None:
    raw = using(BLENDS, node(57, "blends", slot("image", link=1), values=[1, 2, 3]))
    assert problems_of(raw) == [("widget_values", "57")]


def test_what_stands_outside_can_be_offered() -> None:
    proxied = {"proxyWidgets": [["4", "blend_mode"]]}
    host = node(57, "blends", slot("image", link=1), properties=proxied)
    promoted = converted(using(BLENDS, host)).promoted
    shown = {key: [(each.node, each.field) for each in value] for key, value in promoted.items()}
    assert shown == {
        ("57", "factor"): [("57:4", "blend_factor")],
        ("57", "blend_mode"): [("57:4", "blend_mode")],
    }


def test_a_subgraph_that_contains_itself_is_refused() -> None:
    endless = subgraph(
        "endless",
        [node(3, "endless", slot("image", link=1))],
        [(1, -10, 0, 3, 0), (2, 3, 0, -20, 0)],
        [("image", "IMAGE")],
        [("image", "IMAGE")],
    )
    raw = using(endless, node(57, "endless", slot("image", link=1)))
    assert problems_of(raw) == [("recursive_subgraph", "57:3")]


def test_subgraphs_that_contain_each_other_are_refused() -> None:
    one = subgraph("one", [node(3, "two")], [], [], [])
    two = subgraph("two", [node(4, "one")], [], [], [])
    assert problems_of(using(one, node(57, "one"), two)) == [("recursive_subgraph", "57:3:4")]


def test_subgraphs_that_grow_like_rice_on_a_chessboard_are_refused_in_time() -> None:
    levels = [
        subgraph(f"s{level}", [node(1, f"s{level + 1}"), node(2, f"s{level + 1}")], [], [], [])
        for level in range(40)
    ]
    last = subgraph("s40", [load(1)], [], [], [])
    raw = using(levels[0], node(57, "s0"), *levels[1:], last)
    assert problems_of(raw) == [("too_many_nodes", None)]


@pytest.mark.parametrize("mode", [2, 4])
def test_a_subgraph_that_is_off_is_off_with_all_that_is_inside(mode: int) -> None:
    raw = using(INVERTS, node(57, "inverts", slot("image", link=1), mode=mode))
    assert "57:3" not in inputs_of(raw)
    assert inputs_of(raw)["9"].get("images") == (["1", 0] if mode == 4 else None)
