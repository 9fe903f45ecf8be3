"""Whatever is brought, there is a form or there are problems, and never an exception."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from relay_server.workflows.filled.values import checked_value
from relay_server.workflows.filled.values_schema import values_schema
from relay_server.workflows.forms.making import MadeForm, made_form
from relay_server.workflows.object_info import ObjectInfo
from tests.workflows.forms.graphs import sdxl_hires
from tests.workflows.forms.info import INFO, node, raw_info, workflow

QUIET = settings(derandomize=True, deadline=None, max_examples=100)
NUMBERS = st.sampled_from([0, -1, 5, 2**64, 10**400, 1.5, float("inf"), float("nan")])
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=5)
JSON = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=3), SCALARS)
NODES = st.sampled_from(["3", "13", "10", "99", "", ":", "a:3:steps", "::", "3:"])
FIELDS = st.sampled_from(["steps", "seed", "model", "lora_name", "text", ""])
APP = st.fixed_dictionaries(
    {},
    optional={
        "inputs": st.lists(st.lists(NODES | FIELDS | JSON, max_size=3) | JSON, max_size=4) | JSON,
        "outputs": st.lists(NODES | JSON, max_size=3) | JSON,
    },
)
TARGET = st.fixed_dictionaries({}, optional={"node": NODES, "title": NODES, "field": FIELDS})
PARAM = st.fixed_dictionaries(
    {"id": st.sampled_from(["x", "y", "X"]), "targets": st.lists(TARGET, max_size=2)},
    optional={
        "type": st.sampled_from(["int", "float", "seed", "menu", "loras", "text", "?"]),
        "default": JSON, "min": NUMBERS, "max": NUMBERS, "step": NUMBERS, "required": st.booleans(),
        "menu": st.lists(st.text(max_size=3), max_size=2), "models": st.text(max_size=3),
    },
)  # fmt: skip
FILE = st.fixed_dictionaries(
    {},
    optional={
        "params": st.lists(PARAM, max_size=3),
        "inputs": st.lists(PARAM, max_size=2) | JSON,
        "outputs": st.lists(st.fixed_dictionaries({"id": FIELDS}, optional={"node": NODES})),
        "groups": JSON,
    },
)
OPTIONS = st.dictionaries(
    st.sampled_from(
        ["min", "max", "step", "default", "multiline", "control_after_generate", "options",
         "image_upload", "tooltip", "multiselect"]
    ),
    JSON,
)  # fmt: skip
TYPES = st.sampled_from(["INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "IMAGE"]) | st.lists(SCALARS)


def is_sound(found: MadeForm) -> None:
    """A form, whose defaults fit, or problems."""
    assert (found.form is None) == bool(found.problems)
    if found.form is None:
        return
    values_schema(found.form)
    for param in found.form.params:
        if param.default is not None and param.models is None:
            checked_value(param, param.default)


@given(APP)
@QUIET
def test_any_app_mode(app: dict[str, Any]) -> None:
    is_sound(made_form(workflow(sdxl_hires(), app=app), INFO, None, "x"))


@given(FILE)
@QUIET
def test_any_form_file(file: dict[str, Any]) -> None:
    is_sound(made_form(workflow(sdxl_hires()), INFO, file, "x"))
    is_sound(made_form(workflow(sdxl_hires()), ObjectInfo({}), file, "x"))


@given(TYPES, OPTIONS, JSON, st.sampled_from(["seed", "x", "lora_name"]))
@QUIET
def test_any_field_of_any_host(kind: Any, options: dict[str, Any], value: Any, name: str) -> None:
    info = ObjectInfo(raw_info(SaveThing=({name: [kind, options]}, [])))
    graph = {"1": node("SaveThing", **{name: value})}
    is_sound(made_form(workflow(graph, app={"inputs": [["1", name]]}), info, None, "x"))
