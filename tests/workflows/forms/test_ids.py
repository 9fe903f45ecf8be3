"""Ids of a form's entries."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings, strategies as st

from relay_server.models.forms import ID, FormParam, ParamType, Target
from relay_server.workflows.forms.slugs import Draft, node_order, settled, slug
from tests.workflows.forms.graphs import filtered
from tests.workflows.forms.info import form_of, ids, node

NODES = st.lists(
    st.from_regex(r"[0-9]{1,3}(:[0-9]{1,2})?", fullmatch=True), unique=True, max_size=8
)
WISHES = st.sampled_from(["grain", "grain_12", "grain_12_12", "look", "a" * 64])
DRAFTS = st.lists(st.tuples(WISHES, st.sampled_from(["1", "12", "57:3", "a-b"])), max_size=12)


def draft(wish: str, at: str) -> Draft[FormParam]:
    target = Target(node=at, field="x")
    return Draft(FormParam(id=wish, type=ParamType.INT, targets=[target]), at)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grain amount", "grain_amount"),
        ("Größe", "grosse"),
        ("Été / œil", "ete_oeil"),
        ("2nd pass", "param_2nd_pass"),
        ("光", "param"),
        ("", "param"),
        ("_x_", "x"),
        ("a" * 80, "a" * 64),
    ],
)
def test_a_title_becomes_an_id(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text(max_size=100))
@settings(derandomize=True, deadline=None)
def test_any_text_becomes_an_id(text: str) -> None:
    assert re.fullmatch(ID, slug(text))


@given(DRAFTS)
@settings(derandomize=True, deadline=None)
def test_ids_are_ids_and_never_shared(wishes: list[tuple[str, str]]) -> None:
    found = [each.id for each in settled([draft(*each) for each in wishes], taken=["look"])]
    assert len({*found, "look"}) == len(found) + 1
    assert all(re.fullmatch(ID, each) for each in found)


@given(NODES, st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None)
def test_an_id_stays_when_a_later_node_is_added_or_all_are_moved(
    nodes: list[str], shuffler: random.Random
) -> None:
    def named(some: list[str]) -> dict[str, str]:
        drafts = [draft("grain", each) for each in some]
        return {at: each.id for at, each in zip(some, settled(drafts), strict=True)}

    before = named(nodes)
    more = [*nodes, "1000"]
    shuffler.shuffle(more)
    assert before.items() <= named(more).items()


def test_nodes_are_ordered_as_numbers() -> None:
    assert sorted(["10", "9", "10:2", "seed"], key=node_order) == ["9", "10", "10:2", "seed"]


def test_the_second_of_a_name_carries_its_nodes_id() -> None:
    graph = filtered(amount=("57:3", 0), size=("12", 0)) | {
        "57:3": node("PrimitiveFloat", value=0.5),
        "12": node("PrimitiveInt", value=1),
    }
    assert ids(form_of(graph, {"57:3": "Grain", "12": "Grain"})) == ["grain", "grain_57_3"]


def test_the_order_of_the_file_says_nothing() -> None:
    graph = filtered(amount=("12", 0)) | {"12": node("PrimitiveFloat", value=0.5)}
    backwards = dict(reversed(graph.items()))
    titles = {"12": "Grain", "1": "Plate"}
    assert form_of(graph, titles) == form_of(backwards, titles)
