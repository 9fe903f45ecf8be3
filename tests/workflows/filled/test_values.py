"""A form's values: the relay and the published schema accept the same, and nothing else."""

from __future__ import annotations

import copy
import json
import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator

from relay_server.errors import Unprocessable
from relay_server.models.forms import Form, FormParam, ParamType, Target
from relay_server.workflows.filled.patching import patched
from relay_server.workflows.filled.values import (
    LARGEST_SEED,
    MOST_LORAS,
    RANDOM,
    checked_values,
    seed_pattern,
    spellings,
)
from relay_server.workflows.filled.values_schema import values_schema

LORAS = ["lora1.safetensors", "style/ink.safetensors", "style/old/film.safetensors"]
quick = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def param(id_: str, type_: ParamType, **fields: Any) -> FormParam:
    targets = fields.pop("targets", [Target(node="1", field=id_)])
    return FormParam(id=id_, type=type_, targets=targets, **fields)


def form_of(*params: FormParam) -> Form:
    return Form(title="A form", params=list(params))


def refusal(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    """What the refusal says of its only problem."""
    with pytest.raises(Unprocessable) as caught:
        checked_values(form, given)
    assert caught.value.code == "invalid_params"
    assert caught.value.details
    (problem,) = caught.value.details["params"]
    found: dict[str, Any] = problem
    return found


def accepted(form: Form, given: Any) -> bool:
    try:
        checked_values(form, given)
    except Unprocessable:
        return False
    return True


# forms, drawn


def bounds() -> st.SearchStrategy[dict[str, Any]]:
    edges = st.integers(-1000, 1000).map(float) | st.floats(-1e6, 1e6)
    both = st.tuples(edges, edges).map(sorted)
    return st.one_of(
        st.just({}),
        edges.map(lambda low: {"min": low}),
        edges.map(lambda high: {"max": high}),
        both.map(lambda pair: {"min": pair[0], "max": pair[1]}),
    )


menus = st.lists(
    st.sampled_from(["euler", "ddim", "a/b", "a\\c", "a/b/c.safetensors", " ", "ä", ""]),
    unique=True, max_size=5,
)  # fmt: skip
fields: dict[ParamType, st.SearchStrategy[dict[str, Any]]] = {
    ParamType.INT: bounds(),
    ParamType.FLOAT: bounds(),
    ParamType.TEXT: st.just({}),
    ParamType.BOOL: st.just({}),
    ParamType.MENU: st.fixed_dictionaries(
        {"menu": menus}, optional={"models": st.just("checkpoints")}
    ),
    ParamType.SEED: st.sampled_from([{}, {"max": 2.0**64}, {"max": 4294967295.0}, {"max": 0.0}]),
    ParamType.LORAS: st.fixed_dictionaries(
        {"menu": st.sampled_from([[], LORAS])}, optional={"models": st.just("loras")}
    ),
}


@st.composite
def forms(draw: st.DrawFn) -> Form:
    params = []
    for number in range(draw(st.integers(1, 5))):
        type_ = draw(st.sampled_from(list(ParamType)))
        about = draw(fields[type_])
        about |= draw(st.sampled_from([{}, {"required": True}, {"step": 0.5}]))
        if draw(st.booleans()):
            about["default"] = draw(right(param("x", type_, **about)) | anything)
        nodes = (
            ["8", "9"] if type_ is ParamType.LORAS else draw(st.sampled_from([["1"], ["1", "2"]]))
        )
        targets = [Target(node=node, field=f"p{number}") for node in nodes]
        params.append(param(f"p{number}", type_, targets=targets, **about))
    return form_of(*_one_list(params))


def _one_list(params: list[FormParam]) -> list[FormParam]:
    """There is one chain of LoRAs in the graph."""
    lists = [each for each in params if each.type is ParamType.LORAS]
    return [each for each in params if each not in lists[1:]]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63, 2**65)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-5, 20).map(float)
    | st.sampled_from(
        [RANDOM, "007", "7", str(2**64), str(2**64 - 1), "euler", "a\\b", "a/b\n", ""]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "strength_model", "strength_clip", "strength"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def right(about: FormParam) -> st.SearchStrategy[Any]:
    """Values that the form allows, in every way to write them."""
    by_type = {
        ParamType.INT: whole_numbers,
        ParamType.FLOAT: numbers,
        ParamType.TEXT: lambda _: st.text(),
        ParamType.BOOL: lambda _: st.booleans(),
        ParamType.SEED: seeds,
        ParamType.MENU: names,
        ParamType.LORAS: lists_of_loras,
    }
    return by_type[about.type](about)


def whole_numbers(about: FormParam) -> st.SearchStrategy[Any]:
    first = None if about.min is None else math.ceil(about.min)
    last = None if about.max is None else math.floor(about.max)
    if first is not None and last is not None and first > last:
        return st.nothing()
    whole = st.integers(first, last)
    return whole | whole.filter(lambda value: abs(value) < 2**50).map(float)


def numbers(about: FormParam) -> st.SearchStrategy[Any]:
    return st.floats(about.min, about.max, allow_nan=False, allow_infinity=False)


def seeds(about: FormParam) -> st.SearchStrategy[Any]:
    largest = LARGEST_SEED if about.max is None else min(LARGEST_SEED, int(about.max))
    found = st.integers(0, largest)
    return found | found.map(str) | st.just(RANDOM)


def lists_of_loras(about: FormParam) -> st.SearchStrategy[Any]:
    strengths = st.floats(-100, 100) | st.integers(-100, 100)
    entry = st.fixed_dictionaries(
        {"name": names(about)},
        optional={"strength_model": strengths, "strength_clip": strengths},
    )
    return st.lists(entry, max_size=4)


def names(about: FormParam) -> st.SearchStrategy[str]:
    if not about.menu and (about.models or about.type is ParamType.LORAS):
        return st.text(min_size=1)
    return st.sampled_from(list(spellings(about))) if about.menu else st.nothing()


def allowed(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of values that the form allows; a param that is not required may be missing."""
    needed = set(values_schema(form)["required"])
    each = {about.id: right(about) for about in form.params}
    return st.fixed_dictionaries(
        {name: drawn for name, drawn in each.items() if name in needed},
        optional={name: drawn for name, drawn in each.items() if name not in needed},
    )


def graph_of(form: Form) -> dict[str, Any]:
    """Nodes 1 and 2 with every field; 8 and 9 a chain of LoRAs, 3 what takes from it."""
    plain = {f"p{number}": "as saved" for number in range(6)}
    graph: dict[str, Any] = {
        node: {"class_type": "Any", "inputs": dict(plain), "_meta": {"title": node}}
        for node in ("1", "2")
    }
    graph["3"] = {"class_type": "Any", "inputs": {"model": ["9", 0], "clip": ["9", 1]}}
    for node, before in (("8", "1"), ("9", "8")):
        inputs = {"model": [before, 0], "clip": [before, 1], "lora_name": "x"}
        graph[node] = {"class_type": "LoraLoader", "inputs": inputs}
    return graph


@quick
@given(data=st.data())
def test_what_the_schema_allows_sets_the_fields_of_its_targets_and_no_other(data: Any) -> None:
    form = data.draw(forms(), label="form")
    given = data.draw(allowed(form), label="params")
    validator(form).validate(given)
    values = checked_values(form, given)
    assert set(given) <= set(values)
    graph = graph_of(form)
    before = copy.deepcopy(graph)
    after = patched(graph, form, values, {}, [])
    assert graph == before
    for about in form.params:
        if about.type is ParamType.LORAS:
            continue
        for target in about.targets:
            if about.id in values:
                assert after[target.node]["inputs"][target.field] == values[about.id]
                after[target.node]["inputs"][target.field] = "as saved"
    chain = [about for about in form.params if about.type is ParamType.LORAS and about.id in values]
    untouched = {"1", "2"} if chain else set(before)
    assert {node: after[node] for node in untouched} == {node: before[node] for node in untouched}
    if chain:
        added = set(after) - {"1", "2", "3"}
        assert added == {f"lora_{number + 1}" for number in range(len(values[chain[0].id]))}


@quick
@given(data=st.data())
def test_relay_and_schema_accept_the_same(data: Any) -> None:
    form = data.draw(forms(), label="form")
    ids = st.sampled_from([*(about.id for about in form.params), "p", "other"])
    given = data.draw(st.dictionaries(ids, anything, max_size=4), label="params")
    given |= data.draw(allowed(form) | st.just({}), label="right ones")
    if given and data.draw(st.booleans()):
        given[data.draw(st.sampled_from(sorted(given)))] = data.draw(anything)
    sent = json.loads(json.dumps(given))
    assert accepted(form, sent) == validator(form).is_valid(sent), sent


@quick
@given(data=st.data())
def test_the_schema_is_one(data: Any) -> None:
    Draft202012Validator.check_schema(values_schema(data.draw(forms())))


def validator(form: Form) -> Draft202012Validator:
    return Draft202012Validator(json.loads(json.dumps(values_schema(form))))


@pytest.mark.parametrize("largest", [0, 1, 9, 10, 99, 100, 1099, 2**32 - 1, LARGEST_SEED])
def test_the_text_of_a_seed_ends_where_the_seed_does(largest: int) -> None:
    fits = re.compile(seed_pattern(largest)).search
    near = {0, 1, 9, 10, largest - 1, largest, largest + 1, largest * 10, largest // 2}
    for value in (each for each in near if each >= 0):
        assert bool(fits(str(value))) == (value <= largest), value
    assert not any(map(fits, ("", "00", "01", f"{largest}\n", f" {largest}", "-1", "٣")))


# single values


@pytest.mark.parametrize(
    ("given", "used"),
    [(7, 7), (7.0, 7), ("7", 7), (str(2**64 - 1), 2**64 - 1), (float(2**63), 2**63)],
)
def test_a_seed_is_a_number_in_many_spellings(given: Any, used: int) -> None:
    found = checked_values(form_of(param("seed", ParamType.SEED)), {"seed": given})["seed"]
    assert found == used
    assert isinstance(found, int)


def test_a_drawn_seed_fits_the_node() -> None:
    form = form_of(param("seed", ParamType.SEED, default=RANDOM, max=3))
    drawn = {checked_values(form, {})["seed"] for _ in range(200)}
    assert drawn == {0, 1, 2, 3}
    assert "from 0 to 3" in refusal(form, {"seed": 4})["reason"]


def test_a_model_is_found_by_either_separator() -> None:
    form = form_of(param("m", ParamType.MENU, models="loras", menu=LORAS))
    for written in ("style/old/film.safetensors", "style\\old\\film.safetensors"):
        assert checked_values(form, {"m": written}) == {"m": "style/old/film.safetensors"}
    problem = refusal(form, {"m": "style/inc.safetensors"})
    assert "did you mean 'style/ink.safetensors'?" in problem["reason"]
    assert problem["menu"] == LORAS


def test_a_menu_of_no_models_is_literal() -> None:
    form = form_of(param("m", ParamType.MENU, menu=["a/b"]))
    assert "not on its menu" in refusal(form, {"m": "a\\b"})["reason"]


def test_until_a_host_was_seen_any_name_of_a_model_may_be_right() -> None:
    form = form_of(param("m", ParamType.MENU, models="vae"), param("l", ParamType.LORAS))
    values = checked_values(form, {"m": "x\\y", "l": [{"name": "z"}]})
    assert values["m"] == "x/y"
    assert values["l"][0]["name"] == "z"
    assert "not on its menu" in refusal(form, {"m": ""})["reason"]


def test_a_number_out_of_bounds_is_told_them() -> None:
    form = form_of(param("steps", ParamType.INT, min=1, max=150))
    problem = refusal(form, {"steps": 151})
    assert problem == {
        "param": "steps",
        "reason": "151 is over its maximum of 150",
        "min": 1,
        "max": 150,
    }


def test_a_default_that_is_gone_from_the_menu_makes_the_param_required() -> None:
    form = form_of(param("m", ParamType.MENU, models="vae", menu=["new"], default="old"))
    assert values_schema(form)["required"] == ["m"]
    assert "'old' is not on its menu" in refusal(form, {})["reason"]


# loras


def loras(**fields: Any) -> Form:
    return form_of(param("loras", ParamType.LORAS, models="loras", menu=LORAS, **fields))


def test_a_lora_has_both_strengths() -> None:
    given = [
        {"name": "lora1.safetensors"},
        {"name": "style\\ink.safetensors", "strength_model": 0.5},
        {"name": "lora1.safetensors", "strength_model": 2, "strength_clip": -1},
    ]
    assert checked_values(loras(), {"loras": given})["loras"] == [
        {"name": "lora1.safetensors", "strength_model": 1.0, "strength_clip": 1.0},
        {"name": "style/ink.safetensors", "strength_model": 0.5, "strength_clip": 0.5},
        {"name": "lora1.safetensors", "strength_model": 2, "strength_clip": -1},
    ]


GOOD = {"name": "lora1.safetensors"}
WRONG: list[tuple[Any, str]] = [
    ({}, "it must be a list of LoRAs"),
    ("lora1.safetensors", "it must be a list of LoRAs"),
    ([GOOD] * (MOST_LORAS + 1), "65 LoRAs, over its maximum of 64"),
    ([GOOD, "lora1.safetensors"], "LoRA 2: it must be an object"),
    ([{}], "LoRA 1: its `name` must be text"),
    ([{"name": 7}], "its `name` must be text"),
    ([{"name": "lora2.safetensors"}], "did you mean 'lora1.safetensors'?"),
    ([{**GOOD, "strenght_model": 1}], "did you mean 'strength_model'?"),
    ([{**GOOD, "strength_model": True}], "it must be a number"),
    ([{**GOOD, "strength_model": "1"}], "it must be a number"),
    ([{**GOOD, "strength_model": 100.5}], "100.5 is over its maximum of 100"),
    ([{**GOOD, "strength_clip": -101}], "-101 is under its minimum of -100"),
    ([{**GOOD, "strength_clip": None}], "it must be a number"),
    ([{**GOOD, "strength_clip": float("nan")}], "it must be a number"),
]


@pytest.mark.parametrize(("given", "says"), WRONG)
def test_a_wrong_list_of_loras_is_refused(given: Any, says: str) -> None:
    assert says in refusal(loras(), {"loras": given})["reason"]


def test_a_list_may_be_empty_or_full() -> None:
    for count in (0, MOST_LORAS):
        found = checked_values(loras(), {"loras": [GOOD] * count})["loras"]
        assert len(found) == count
