"""The schema that the relay gives out says what it takes: no more, and no less."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator

from tests.bad_input.asking import TEXT_TO_IMAGE, nothing_kept, refused
from tests.rig import Rig

GOOD: dict[str, Any] = {"prompt": "hills", "checkpoint": "sim-landscape.safetensors"}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 200)
    | st.integers(2**64 - 2, 2**64 + 1)
    | st.integers(-2, 40).map(float)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["random", "0", "12", "012", str(2**64), "euler", "karras", "euler\n", ""])
    | st.sampled_from(["sim-dream.safetensors", "sim-film.safetensors", "Euler"])
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "strength_model", "weight"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def schema(strict: Rig) -> dict[str, Any]:
    """That of the params of text to image, as it is given out."""
    answer = strict.client.get(TEXT_TO_IMAGE.removesuffix("/jobs"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["values_schema"]
    Draft202012Validator.check_schema(found)
    return found


@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_params_are_taken_if_and_only_if_the_schema_allows_them(
    strict: Rig, client: httpx.Client, schema: dict[str, Any], data: Any
) -> None:
    names = st.sampled_from([*schema["properties"], "other"])
    changes = data.draw(st.dictionaries(names, values, max_size=2), label="changes")
    params = json.loads(json.dumps({**GOOD, **changes}))
    for name in data.draw(st.sets(st.sampled_from(list(GOOD)), max_size=1), label="left out"):
        params.pop(name)
    if Draft202012Validator(schema).is_valid(params):
        answer = client.post(TEXT_TO_IMAGE, json={"params": params})
        assert answer.status_code == 201, (params, answer.text)
        assert client.post(answer.json()["urls"]["cancel"]).status_code == 200
        return
    with nothing_kept(strict):
        refused(client.post(TEXT_TO_IMAGE, json={"params": params}), "invalid_params")
