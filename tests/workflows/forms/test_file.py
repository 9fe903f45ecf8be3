"""Forms by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from relay_server.workflows.forms.file import FormFile, schema
from relay_server.workflows.forms.live import written
from relay_server.workflows.forms.making import MadeForm, made_form
from relay_server.workflows.object_info import ObjectInfo
from tests.workflows.forms.graphs import filtered, sdxl_hires, text_to_image
from tests.workflows.forms.info import (
    codes,
    form_of,
    ids,
    input_,
    made,
    node,
    pairs,
    param,
    primitive,
    sets,
    workflow,
)

SCHEMA = Path(__file__).parents[3] / "schemas" / "workflow-form.schema.json"


def target(node: str, field: str) -> dict[str, str]:
    return {"node": node, "field": field}


def with_param(graph: dict[str, Any], **more: Any) -> MadeForm:
    """A file with one param, of the sampler's steps where nothing else is said."""
    entry = {"id": "x", "targets": [target("3", "steps")], **more}
    return made(graph, file={"params": [entry]})


def steps(**more: Any) -> MadeForm:
    return with_param(text_to_image(), **more)


def test_an_id_and_a_target_are_enough() -> None:
    form = form_of(
        text_to_image(), file={"params": [{"id": "steps", "targets": [target("3", "steps")]}]}
    )
    found = param(form, "steps")
    assert (found.type, found.min, found.max, found.default) == ("int", 1, 10000, 20)
    assert (found.label, found.help) == ("Steps", "The number of steps.")
    assert form.title == "A workflow"
    assert [each.node for each in form.outputs] == ["9"]


def test_what_the_file_says_goes_before_what_hosts_say() -> None:
    found = steps(label="Quality", help="More is slower.", group="Look", min=4, max=40, step=4)
    assert found.form is not None
    quality = found.form.params[0]
    assert (quality.label, quality.help, quality.group) == ("Quality", "More is slower.", "Look")
    assert (quality.min, quality.max, quality.step, quality.default) == (4, 40, 4, 20)
    assert found.form.groups == ["Look"]


def test_a_form_says_its_own_words() -> None:
    file = {
        "$schema": "x", "title": "Portrait", "description": "A face.", "groups": ["B", "A", "C"],
        "time_limit": 60, "params": [
            {"id": "cfg", "group": "C", "targets": [target("3", "cfg")]},
            {"id": "prompt", "group": "A", "targets": [target("6", "text")]},
        ],
    }  # fmt: skip
    form = form_of(text_to_image(), file=file)
    assert (form.title, form.description, form.time_limit) == ("Portrait", "A face.", 60)
    assert form.groups == ["B", "A", "C"]
    assert ids(form) == ["cfg", "prompt"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"min": 0}, "too_wide"),
        ({"max": 10001}, "too_wide"),
        ({"min": 9, "max": 8}, "bad_bounds"),
        ({"type": "text"}, "wrong_type"),
        ({"default": 0}, "bad_default"),
        ({"default": 20, "required": True}, "bad_default"),
        ({"targets": [target("99", "steps")]}, "no_such_node"),
        ({"targets": [target("3", "stepps")]}, "no_such_field"),
        ({"targets": [{"node": "3"}]}, "no_such_field"),
        ({"targets": [target("3", "model")]}, "linked_field"),
        ({"targets": [{"title": "Sampler", "field": "steps"}]}, "no_such_node"),
        ({"targets": [{"title": "CLIPTextEncode", "field": "text"}]}, "ambiguous_node"),
        (
            {"targets": [{"title": "KSampler", "class_type": "X", "field": "steps"}]},
            "wrong_class",
        ),
        ({"targets": [{"node": "3", "title": "KSampler", "field": "steps"}]}, "bad_target"),
        ({"targets": [target("8", "vae")]}, "linked_field"),
        ({"targets": []}, "form_file"),
        ({"id": "X"}, "form_file"),
        ({"stepp": 1}, "form_file"),
        ({"menu": ["1", "2"]}, "no_menu"),
        ({"targets": [target("6", "text")], "max": 4}, "bad_bounds"),
        ({"targets": [target("6", "text")], "type": "text", "menu": ["a"]}, "no_menu"),
        ({"targets": [target("4", "ckpt_name")], "models": "loras"}, "wrong_models"),
        ({"targets": [target("3", "sampler_name")], "models": "loras"}, "wrong_models"),
    ],
)
def test_what_does_not_fit_is_a_problem(more: dict[str, Any], code: str) -> None:
    found = steps(**more)
    assert found.form is None
    assert codes(found.problems) == [code]


def test_the_nearest_field_is_named() -> None:
    message = steps(targets=[target("3", "stepps")]).problems[0].message
    assert message == (
        "The form file, params 'x': node 3 (KSampler) has no field 'stepps'"
        " (did you mean 'steps'?)."
    )


PLURAL = [{"id": "a", "targets": [target("3", "steps")]}, {"id": "My Id", "targets": [{}]}]


@pytest.mark.parametrize(
    ("file", "messages"),
    [
        ({"titel": "x"}, ["there is no key 'titel' (did you mean 'title'?)."]),
        ({"time_limit": "x"}, ["'time_limit' must be a number."]),
        ({"groups": [1]}, ["the 1st of 'groups' must be text."]),
        ({"params": 3}, ["'params' must be a list."]),
        (
            {"params": PLURAL},
            ["the 2nd of params: the id 'My Id' may have small letters, digits and underscores,"
             " begins with a letter, and has at most 64 of them."],
        ),
        ({"inputs": [5]}, ["the 1st of inputs: it must be an object."]),
        ({"outputs": [{"node": "9"}]}, ["the 1st of outputs: the key 'id' is missing."]),
        (
            {"inputs": [{"id": "a", "kind": "picture", "multiple": 0, "targets": []}]},
            ["inputs 'a': 'kind' must be 'image', 'mask' or 'data'.",
             "inputs 'a': 'multiple' must be 1 or more.",
             "inputs 'a': 'targets' must be a list of at least one."],
        ),
        (
            {"params": [{"id": "a", "targets": [{"node": "3", "fild": "steps"}]}]},
            ["params 'a', its 1st target: there is no key 'fild' (did you mean 'field'?)."],
        ),
        (
            {"params": [{"id": "a", "min": "1e", "menu": [1], "targets": [target("3", "steps")]}]},
            ["params 'a': 'min' must be a number.",
             "params 'a': the 1st of 'menu' must be text."],
        ),
    ],
)  # fmt: skip
def test_what_is_no_form_file_is_said_in_words(file: Any, messages: list[str]) -> None:
    found = made(text_to_image(), file=file)
    said = [each.message.removeprefix("The form file").lstrip(",: ") for each in found.problems]
    assert said == messages


def test_a_wrong_key_hides_nothing_else() -> None:
    found = steps(stepp=1, max=99999)
    assert codes(found.problems) == ["form_file", "too_wide"]


def test_a_field_is_set_once() -> None:
    file = {
        "params": [{"id": name, "targets": [target("3", "steps")]} for name in ("a", "b")],
    }
    (found,) = made(text_to_image(), file=file).problems
    assert found.message == (
        "The form file, params 'b': the field 'steps' of node 3 is set by params 'a' already."
        " Take it out of one of the two."
    )


def test_a_group_that_is_not_listed_is_a_slip() -> None:
    entry = {"id": "x", "group": "Lok", "targets": [target("3", "steps")]}
    (found,) = made(text_to_image(), file={"params": [entry], "groups": ["Look"]}).problems
    assert found.message == (
        "The form file, params 'x': its group 'Lok' is not in `groups` (did you mean 'Look'?)."
    )


@pytest.mark.parametrize(("kind", "expected"), [("mask", ["other_kind"]), ("image", [])])
def test_a_picture_that_is_asked_for_as_a_mask_is_remarked(kind: str, expected: list[str]) -> None:
    entry = {"id": "plate", "kind": kind, "targets": [{"node": "1"}]}
    assert codes(made(filtered(), file={"inputs": [entry]}).notes) == expected


def test_what_the_file_leaves_out_is_made_of_titles() -> None:
    titles = {"1": "Plate"}
    param_ = {"id": "plate", "targets": [target("2", "amount")]}
    form = form_of(filtered(), titles, file={"params": [param_]})
    assert [(each.id, each.label) for each in form.inputs] == [("plate_1", "Plate")]
    assert form_of(filtered(), titles, file={"params": [], "inputs": []}).inputs == []
    made_ = form_of(text_to_image(), file={"title": "T", "inputs": []})
    assert (made_.title, made_.params) == ("T", form_of(text_to_image()).params)


@pytest.mark.parametrize(
    "entry",
    [
        {"title": "Look/Softness", "field": "value"}, {"title": "Softness"},
        {"title": "Look/Softness", "class_type": "PrimitiveNode"}, {"node": "30"},
    ],
)  # fmt: skip
def test_a_primitive_of_the_page_is_named_by_its_title(entry: dict[str, str]) -> None:
    given = primitive("30", "Look/Softness", ("3", "steps"), ("3", "cfg"))
    file = {"params": [{"id": "x", "targets": [entry]}]}
    form = form_of(text_to_image(), file=file, primitives=(given,))
    assert sets(param(form, "x")) == [("3", "steps"), ("3", "cfg")]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"title": "Softnes"}, "no node with the title 'Softnes' (did you mean 'Look/Softness'?)."),
        ({"title": "3"}, "no node with the title '3', but node 3 is there: use `node`."),
        ({"node": "Softness"}, "no node 'Softness', but node 30 has that title: use `title`."),
        (
            {"title": "Softness", "field": "x"},
            "the primitive 30 has one field, 'value', and no 'x'.",
        ),
        (
            {"title": "Softness", "class_type": "KSampler"},
            "the node with the title 'Softness' is a PrimitiveNode, not a KSampler.",
        ),
    ],
)
def test_a_title_that_is_not_there_is_helped_with(entry: dict[str, str], reason: str) -> None:
    given = primitive("30", "Look/Softness", ("3", "steps"))
    file = {"params": [{"id": "x", "targets": [entry]}]}
    (found,) = made(text_to_image(), file=file, primitives=(given,)).problems
    assert found.message.endswith(reason)


def test_a_primitive_is_no_output() -> None:
    given = primitive("30", "Softness", ("3", "steps"))
    file = {"outputs": [{"id": "x", "title": "Softness"}]}
    assert codes(made(text_to_image(), file=file, primitives=(given,)).problems) == [
        "no_such_output"
    ]


def test_all_problems_are_told_at_once() -> None:
    file = {
        "inputs": [{"id": "a", "targets": [target("99", "image")]}],
        "params": [
            {"id": "b", "targets": [target("3", "speed")]},
            {"id": "c", "max": 99999, "targets": [target("3", "steps")]},
        ],
        "outputs": [{"id": "d", "node": "8"}, {"id": "e", "title": "Nobody"}],
    }
    assert codes(made(text_to_image(), file=file).problems) == [
        "no_such_node", "no_such_field", "too_wide", "no_such_output", "no_such_node",
    ]  # fmt: skip


def test_an_id_is_used_once() -> None:
    entry = {"id": "x", "targets": [target("3", "steps")]}
    assert codes(made(text_to_image(), file={"params": [entry, entry]}).problems) == [
        "duplicate_id"
    ]


def test_a_node_is_found_by_its_title_and_class() -> None:
    entry = {"title": "Sampler", "class_type": "KSampler", "field": "steps"}
    file = {"params": [{"id": "x", "targets": [entry]}], "outputs": [{"id": "y", "title": "Out"}]}
    form = form_of(text_to_image(), {"3": "Sampler", "9": "Out"}, file=file)
    assert sets(param(form, "x")) == [("3", "steps")]
    assert [(each.id, each.node, each.required) for each in form.outputs] == [("y", "9", True)]


def test_a_widget_of_a_subgraphs_node_sets_what_is_inside() -> None:
    file = {"params": [{"id": "x", "targets": [target("57", "quality")]}]}
    form = form_of(text_to_image(), file=file, promoted={("57", "quality"): pairs(("3", "steps"))})
    assert sets(param(form, "x")) == [("3", "steps")]


def test_one_param_for_two_fields_allows_what_both_do() -> None:
    both = [target("4", "width"), target("5", "width")]
    graph = text_to_image() | {
        "4": node("ModelSamplingFlux", model=("20", 0), max_shift=1.0, width=1024, height=1024),
        "20": node("UNETLoader", unet_name="flux.safetensors", weight_dtype="default"),
    }
    found = with_param(graph, targets=both)
    assert found.form is not None
    assert (found.form.params[0].min, found.form.params[0].step) == (16, 16)


def test_a_menu_may_be_shorter_and_never_longer() -> None:
    sampler = {"targets": [target("3", "sampler_name")]}
    found = steps(**sampler, menu=["euler", "uni_pc"])
    assert found.form is not None
    assert (found.form.params[0].type, found.form.params[0].menu) == ("menu", ["euler", "uni_pc"])
    assert codes(steps(**sampler, menu=["euler", "new"]).problems) == ["too_wide"]


def test_a_fixed_menu_of_models_is_not_live() -> None:
    one = steps(targets=[target("4", "ckpt_name")], menu=["sdxl/dream.safetensors"])
    assert one.form is not None
    assert (one.form.params[0].models, one.form.params[0].default) == (
        None,
        "sdxl/dream.safetensors",
    )
    live = steps(targets=[target("4", "ckpt_name")])
    assert live.form is not None
    assert live.form.params[0].models == "checkpoints"


def test_a_text_may_be_a_menu() -> None:
    found = steps(targets=[target("7", "text")], menu=["blurry", "dark"])
    assert found.form is not None
    assert (found.form.params[0].type, found.form.params[0].default) == ("menu", "blurry")


def test_a_saved_value_outside_the_files_bounds_must_be_given() -> None:
    found = steps(max=10)
    assert found.form is not None
    assert (found.form.params[0].default, found.form.params[0].required) == (None, True)
    assert codes(found.notes) == ["default_does_not_fit"]


def test_a_default_may_be_given_or_taken_away() -> None:
    for default in (8, None):
        found = steps(default=default)
        assert found.form is not None
        assert (found.form.params[0].default, found.form.params[0].required) == (default, False)
    seed = steps(targets=[target("3", "seed")], default="random")
    assert seed.form is not None
    assert (seed.form.params[0].type, seed.form.params[0].default) == ("seed", "random")


def test_loras_go_in_place_of_a_chain_or_behind_a_loader() -> None:
    chain = with_param(sdxl_hires(), type="loras", targets=[{"node": "10"}, {"node": "11"}])
    assert chain.form is not None
    assert [each["name"] for each in chain.form.params[0].default] == [
        "detail.safetensors",
        "ink.safetensors",
    ]
    behind = steps(type="loras", targets=[{"node": "4"}])
    assert behind.form is not None
    found = behind.form.params[0]
    assert (found.default, found.models, found.menu[0]) == ([], "loras", "detail.safetensors")
    assert codes(steps(type="loras", targets=[{"node": "9"}]).problems) == ["not_offered"]


def test_a_loader_is_completed() -> None:
    entry: dict[str, Any] = {"id": "plate", "frames": True, "targets": [{"node": "1"}]}
    form = form_of(filtered(), file={"inputs": [entry]})
    plate = input_(form, "plate")
    assert (plate.label, plate.kind, plate.frames, plate.multiple) == ("Plate", "image", True, 1)
    assert sets(plate) == [("1", "image")]
    assert (
        input_(form_of(filtered(), file={"inputs": [{**entry, "multiple": 16}]}), "plate").multiple
        == 16
    )


def test_what_no_output_needs_cannot_be_set() -> None:
    graph = text_to_image() | {"20": node("PrimitiveInt", value=3)}
    assert codes(with_param(graph, targets=[target("20", "value")]).problems) == ["no_effect"]


def test_a_form_file_goes_before_app_mode() -> None:
    found = made(
        text_to_image(),
        app={"inputs": [[3, "cfg"]]},
        file={"params": [{"id": "steps", "targets": [target("3", "steps")]}]},
    )
    assert found.form is not None
    assert ids(found.form) == ["steps"]
    assert codes(found.notes) == ["app_mode_not_used"]


def test_a_whole_form_needs_no_host() -> None:
    file = {
        "inputs": [{"id": "plate", "targets": [target("1", "image")]}],
        "params": [
            {"id": "amount", "type": "float", "max": 1, "targets": [target("2", "amount")]},
            {"id": "colored", "type": "bool", "targets": [target("2", "colored")]},
            {"id": "model", "type": "menu", "models": "upscale_models", "default": "x.pth",
             "targets": [target("2", "size")]},
        ],
        "outputs": [{"id": "image", "node": "3"}],
    }  # fmt: skip
    found = made_form(workflow(filtered()), ObjectInfo({}), file, "Grain")
    assert found.form is not None, found.problems
    assert [(each.id, each.default) for each in found.form.params] == [
        ("amount", 0.5),
        ("colored", True),
        ("model", "x.pth"),
    ]
    assert [(each.kind, each.required) for each in found.form.outputs] == [("image", True)]


@pytest.mark.parametrize(("more", "code"), [({}, "type_needed"), ({"type": "menu"}, "menu_needed")])
def test_without_a_host_types_must_be_written(more: dict[str, Any], code: str) -> None:
    file = {"params": [{"id": "x", "targets": [target("2", "amount")], **more}], "inputs": []}
    found = made_form(workflow(filtered()), ObjectInfo({}), file, "Grain")
    assert codes(found.problems) == [code]


def test_without_a_host_and_a_file_there_is_no_form() -> None:
    found = made_form(workflow(filtered()), ObjectInfo({}), None, "Grain")
    assert codes(found.problems) == ["no_hosts"]


def test_a_form_as_it_is_published_is_a_form_file() -> None:
    form = form_of(sdxl_hires(), {"3": "First", "13": "Second"})
    again = form_of(sdxl_hires(), file=written(form))
    assert again == form


def test_the_committed_schema_is_current() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))
    FormFile.model_validate({"$schema": "../schemas/workflow-form.schema.json"})
