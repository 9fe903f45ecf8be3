"""How the plugin finds its nodes again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.nuke.comp import Comp


def test_a_result_lands_while_the_artist_is_inside_another_group(comp: Comp) -> None:
    node = comp.node("invert")
    with comp.nuke.nodes.Group(name="Elsewhere"):
        comp.generate(node)

    assert node["version"].value() == "v001"


def test_a_node_that_stays_where_it_was_is_found_without_a_look_at_all_groups(
    comp: Comp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comfyrelay_nuke import scene

    node, looks = comp.node("invert"), []
    found, all_groups = scene.NukeScene(), scene.ours

    def counted() -> Any:
        looks.append(1)
        return all_groups()

    monkeypatch.setattr(scene, "ours", counted)
    uid = node["relay_uid"].value()
    paths = [found.node(uid).path for _ in range(3)]  # type: ignore[union-attr]
    node.setName("Renamed")
    paths += [found.node(uid).path for _ in range(2)]  # type: ignore[union-attr]

    assert paths == ["ComfyRelay"] * 3 + ["Renamed"] * 2
    assert len(looks) == 2


def test_what_a_callback_leaves_for_later_is_done_in_its_order(comp: Comp) -> None:
    from comfyrelay_nuke.plugin import plugin

    done: list[int] = []
    for number in range(100):
        plugin().later(lambda number=number: done.append(number))  # type: ignore[misc]
    assert done == []

    comp.app.pump_until(lambda: len(done) == 100)
    assert done == sorted(done)


def test_a_node_that_comes_costs_nothing_for_each_of_the_others(
    comp: Comp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comfyrelay_nuke.node import GizmoNode

    comp.node("invert")
    told: list[str] = []
    describe = GizmoNode.describe

    def counted(node: GizmoNode, newest: int = 0) -> None:
        told.append(node.path)
        describe(node, newest)

    monkeypatch.setattr(GizmoNode, "describe", counted)
    other = comp.node()
    comp.app.pump_until(lambda: "blur" in other["workflow"].values())

    assert set(told) <= {other.fullName()}
