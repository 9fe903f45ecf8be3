"""Forms from ComfyUI's App mode."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.workflows.saved.reading import read
from tests.workflows.forms.graphs import filtered, flux, text_to_image
from tests.workflows.forms.info import (
    INFO,
    codes,
    form_of,
    ids,
    input_,
    made,
    made_form,
    node,
    pairs,
    param,
    primitive,
    sets,
)


def app(*inputs: Any, outputs: Any = ()) -> dict[str, Any]:
    return {"inputs": list(inputs), "outputs": list(outputs)}


def test_the_author_chooses_what_is_offered_and_in_which_order() -> None:
    chosen = app([3, "steps"], ["6", "text", {"height": 160, "description": "What to show."}])
    form = form_of(text_to_image(), app=chosen)
    assert ids(form) == ["steps", "prompt"]
    assert (param(form, "steps").label, param(form, "steps").max) == ("Steps", 10000)
    assert param(form, "prompt").help == "What to show."
    assert (form.groups, [each.node for each in form.outputs]) == ([], ["9"])


def test_a_title_names_the_one_field_of_its_node() -> None:
    graph = filtered(amount=("4", 0)) | {"4": node("PrimitiveFloat", value=0.5)}
    titles = {"1": "Plates/Back (optional)", "4": "Look/Grain"}
    form = form_of(graph, titles, app=app([1, "image"], [4, "value"]))
    back, grain = input_(form, "back"), param(form, "grain")
    assert (back.label, back.group, back.required) == ("Back", "Plates", False)
    assert (grain.label, grain.group, grain.max) == ("Grain", "Look", 2.0)


def test_several_fields_of_a_titled_node_carry_its_title_before_their_own() -> None:
    form = form_of(filtered(), {"2": "Look/Grain"}, app=app([2, "amount"], [2, "size"]))
    assert [(each.id, each.label, each.group) for each in form.params] == [
        ("grain_amount", "Grain: Amount", "Look"), ("grain_size", "Grain: Size", "Look"),
    ]  # fmt: skip


def test_a_titled_primitive_of_the_page_has_its_title() -> None:
    given = primitive("30", "Size/Width", ("5", "width"))
    promoted = {("30", "value"): given.targets}
    chosen = app([30, "value"])
    form = form_of(text_to_image(), app=chosen, primitives=(given,), promoted=promoted)
    assert [(each.id, each.label, each.group) for each in form.params] == [
        ("width", "Width", "Size")
    ]


def test_what_everyone_sets_is_called_the_same_in_every_workflow() -> None:
    chosen = app([11, "noise_seed"], [8, "noise_seed"], [9, "sampler_name"], [5, "value"])
    form = form_of(flux(), app=chosen)
    assert [(each.id, each.label) for each in form.params] == [
        ("seed", "Seed"), ("sampler", "Sampler"), ("width", "Width"),
    ]  # fmt: skip
    texts = form_of(text_to_image(), app=app([6, "text"], [7, "text"]))
    assert [(each.id, each.label) for each in texts.params] == [
        ("prompt", "Prompt"), ("negative_prompt", "Negative prompt"),
    ]  # fmt: skip


def test_a_title_that_comes_with_comfyui_is_none() -> None:
    titles = {"6": "CLIP Text Encode (Positive Prompt)", "7": "Not this"}
    form = form_of(text_to_image(), titles, app=app([6, "text"], [7, "text"]))
    assert ids(form) == ["prompt", "not_this"]


def test_values_of_one_name_are_called_what_they_set() -> None:
    graph = filtered(amount=("4", 0), size=("5", 0)) | {
        "4": node("PrimitiveFloat", value=0.5),
        "5": node("PrimitiveInt", value=2),
    }
    form = form_of(graph, app=app([4, "value"], [5, "value"]))
    assert [(each.id, each.label) for each in form.params] == [
        ("value", "Amount"), ("value_5", "Size"),
    ]  # fmt: skip


def test_untitled_nodes_are_told_apart_by_their_ids() -> None:
    graph = filtered() | {"5": node("Grain", image=("2", 0), amount=0.5)}
    graph["3"]["inputs"]["images"] = ["5", 0]
    form = form_of(graph, app=app([2, "amount"], [5, "amount"]))
    assert [each.label for each in form.params] == [
        "Grain: Amount (node 2)", "Grain: Amount (node 5)",
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["any-graph:3:steps", "3:steps"])
def test_the_longer_shape_brings_its_own_label(first: str) -> None:
    form = form_of(text_to_image(), app=app([first, "Quality", {}]))
    quality = param(form, "quality")
    assert (quality.label, sets(quality)) == ("Quality", [("3", "steps")])


def test_a_path_leads_into_subgraphs() -> None:
    definitions = {"a-b-c": ("57",)}
    chosen = app(["57:3", "cfg"], ["a-b-c:3:steps", "Quality"], ["root:57:6:text", "Words"])
    form = form_of(inside("57"), app=chosen, definitions=definitions)
    assert [sets(each) for each in form.params] == [
        [("57:3", "cfg")], [("57:3", "steps")], [("57:6", "text")],
    ]  # fmt: skip


def test_a_node_of_a_subgraph_that_is_used_twice_is_set_in_both() -> None:
    graph = {
        "1": node("LoadImage", image="there.png"),
        "4:2": node("Grain", image=("1", 0), amount=0.5),
        "5:2": node("Grain", image=("4:2", 0), amount=0.5),
        "3": node("SaveImage", images=("5:2", 0), filename_prefix="x"),
    }
    form = form_of(graph, app=app(["def:2:amount", "Grain"]), definitions={"def": ("4", "5")})
    assert sets(param(form, "grain")) == [("4:2", "amount"), ("5:2", "amount")]


def inside(path: str) -> dict[str, Any]:
    """The same graph, as it is inside a subgraph's node."""
    graph = {f"{path}:{name}": spec for name, spec in text_to_image().items()}
    for spec in graph.values():
        for field, value in spec["inputs"].items():
            if isinstance(value, list):
                spec["inputs"][field] = [f"{path}:{value[0]}", value[1]]
    return graph


def test_a_node_inside_a_subgraph_is_found_by_its_own_id() -> None:
    form = form_of(inside("57"), app=app(["3", "steps"], ["r:6:text", "text"], outputs=["9"]))
    assert [(each.label, sets(each)) for each in form.params] == [
        ("Steps", [("57:3", "steps")]), ("Prompt", [("57:6", "text")]),
    ]  # fmt: skip
    assert [each.node for each in form.outputs] == ["57:9"]


def test_an_id_that_several_subgraphs_have_is_not_guessed() -> None:
    graph = inside("57") | inside("58")
    chosen = app(["57:3", "cfg"], ["3", "steps"])
    assert ids(form_of(graph, app=chosen)) == ["cfg"]
    used_twice = {"definition": ("57", "58")}
    steps = param(form_of(graph, app=chosen, definitions=used_twice), "steps")
    assert sets(steps) == [("57:3", "steps"), ("58:3", "steps")]


def test_a_promoted_widget_and_a_primitive_set_what_they_lead_to() -> None:
    promoted = {
        ("57", "strength"): pairs(("2", "amount")),
        ("60", "value"): pairs(("2", "size"), ("5", "size")),
    }
    graph = filtered() | {"5": node("Grain", image=("2", 0), amount=0.5, size=2)}
    graph["3"]["inputs"]["images"] = ["5", 0]
    form = form_of(graph, app=app([57, "strength"], [60, "some.widget"]), promoted=promoted)
    assert sets(param(form, "strength")) == [("2", "amount")]
    assert sets(param(form, "some_widget")) == [("2", "size"), ("5", "size")]


def test_a_value_node_is_bounded_by_what_takes_it() -> None:
    width = param(form_of(flux(), app=app([5, "value"])), "width")
    assert (width.type, width.min, width.step) == ("int", 16, 16)


def test_a_file_is_an_input() -> None:
    chosen = app([1, "image", {"description": "The plate."}])
    form = form_of(filtered(), {"1": "Plate (optional)"}, app=chosen)
    plate = input_(form, "plate")
    assert (plate.label, plate.help, plate.required) == ("Plate", "The plate.", False)


def test_what_cannot_be_offered_is_left_out_with_its_reason() -> None:
    chosen = app(
        [99, "text"], [3, "speed"], [3, "model"], [9, "filename_prefix"], [3, "steps"], "what",
        [5],
    )  # fmt: skip
    found = made(text_to_image(), app=chosen)
    assert found.form is not None
    assert ids(found.form) == ["steps"]
    assert sorted(codes(found.notes)) == [
        "app_mode", "app_mode", "no_such_field", "no_such_node", "not_offered", "not_offered",
    ]  # fmt: skip


def test_what_is_listed_twice_is_offered_once() -> None:
    assert ids(form_of(text_to_image(), app=app([3, "steps"], ["3", "steps"]))) == ["steps"]


def test_outputs_are_those_that_are_listed() -> None:
    graph = text_to_image() | {"10": node("PreviewImage", images=("8", 0))}
    found = made(graph, app=app([3, "steps"], outputs=["10", 77]))
    assert found.form is not None
    assert [(each.node, each.required) for each in found.form.outputs] == [("10", True)]
    assert codes(found.notes) == ["no_such_output"]


def test_a_file_that_is_not_offered_stays_the_authors() -> None:
    chosen = app([2, "amount"])
    found = made(filtered(), app=chosen)
    assert found.form is not None
    assert found.form.inputs == []
    assert [(each.code, each.node) for each in found.notes] == [("keeps_file", "1")]
    there = filtered() | {"1": node("LoadImage", image="there.png")}
    assert made(there, app=chosen).notes == ()


@pytest.mark.parametrize("data", [app(), app([99, "text"]), {"inputs": 3}, {}])
def test_without_a_usable_entry_the_titles_count(data: dict[str, Any]) -> None:
    assert "prompt" in ids(form_of(text_to_image(), app=data))


def test_a_saved_workflow_is_read_with_its_app_mode() -> None:
    def slot(name: str, type_: str, link: int | None, *, widget: bool = False) -> dict[str, Any]:
        about = {"widget": {"name": name}} if widget else {}
        return {"name": name, "type": type_, "link": link, **about}

    raw = {
        "version": 0.4,
        "nodes": [
            {"id": 1, "type": "LoadImage", "mode": 0, "title": "Plate", "inputs": [],
             "outputs": [{"name": "IMAGE", "type": "IMAGE"}],
             "widgets_values": ["plate.png", "image"]},
            {"id": 2, "type": "ImageScale", "mode": 0, "outputs": [{"type": "IMAGE"}],
             "inputs": [slot("image", "IMAGE", 1), slot("width", "INT", 3, widget=True)],
             "widgets_values": [64, 32]},
            {"id": 4, "type": "PrimitiveNode", "mode": 0, "title": "Wide", "inputs": [],
             "outputs": [{"name": "INT", "type": "INT", "widget": {"name": "width"}}],
             "widgets_values": [96, "fixed"]},
            {"id": 3, "type": "SaveImage", "mode": 0, "outputs": [],
             "inputs": [slot("images", "IMAGE", 2)], "widgets_values": ["x"]},
        ],
        "links": [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"], [3, 4, 0, 2, 1, "INT"]],
        "extra": {"linearMode": True, "linearData": app([1, "image"], [2, "height"], [4, "value"])},
    }  # fmt: skip
    found = made_form(read(raw, INFO, 100), INFO, None, "Scaled")
    assert found.form is not None
    assert [each.id for each in found.form.inputs] == ["plate"]
    assert [(each.id, each.default, sets(each)) for each in found.form.params] == [
        ("height", 32, [("2", "height")]),
        ("wide", 96, [("2", "width")]),
    ]
