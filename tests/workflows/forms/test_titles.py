"""What titles offer."""

from __future__ import annotations

import pytest

from tests.workflows.forms.graphs import filtered, text_to_image
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
)


def test_a_title_names_group_label_and_id() -> None:
    graph = filtered(amount=("4", 0)) | {"4": node("PrimitiveFloat", value=0.5)}
    form = form_of(graph, {"4": "Look/Grain amount", "1": "Plates/Größe"})
    amount = param(form, "grain_amount")
    assert (amount.label, amount.group, amount.type) == ("Grain amount", "Look", "float")
    assert sets(amount) == [("4", "value")]
    assert (input_(form, "grosse").label, input_(form, "grosse").group) == ("Größe", "Plates")
    assert form.groups == ["Look", "Plates"]


def test_a_primitive_has_the_bounds_of_what_it_sets() -> None:
    graph = filtered(size=("4", 0)) | {"4": node("PrimitiveInt", value=3)}
    size = param(form_of(graph, {"4": "Size"}), "size")
    assert (size.type, size.min, size.max, size.default) == ("int", 1, 9, 3)


def test_a_primitive_that_nothing_known_takes_is_a_plain_number() -> None:
    graph = {"4": node("PrimitiveInt", value=3), "5": node("PreviewAny", source=("4", 0))}
    count = param(form_of(graph, {"4": "Count"}), "count")
    assert (count.min, count.max, count.default) == (None, None, 3)


def test_a_boolean_and_a_text_are_offered() -> None:
    graph = text_to_image()
    graph["6"]["inputs"]["text"] = ["14", 0]
    graph |= {"14": node("PrimitiveString", value="a lighthouse")}
    form = form_of(graph, {"14": "Subject"})
    assert param(form, "subject").type == "text"
    assert param(form, "subject").multiline
    graph = filtered(colored=("4", 0)) | {"4": node("PrimitiveBoolean", value=True)}
    colored = param(form_of(graph, {"4": "Colored"}), "colored")
    assert (colored.type, colored.default) == ("bool", True)


def test_a_primitive_of_the_page_sets_all_its_targets() -> None:
    given = primitive("30", "Amount", ("2", "amount"), ("4", "amount"))
    graph = filtered() | {"4": node("Grain", image=("2", 0), amount=0.5)}
    graph["3"]["inputs"]["images"] = ["4", 0]
    amount = param(form_of(graph, {}, primitives=(given,)), "amount")
    assert sets(amount) == [("2", "amount"), ("4", "amount")]
    assert (amount.min, amount.max, amount.default) == (0.0, 2.0, 0.5)


def test_what_a_titled_primitive_sets_is_not_offered_twice() -> None:
    graph = text_to_image()
    of_page = primitive("30", "How many", ("3", "steps"))
    graph["5"]["inputs"]["width"] = ["31", 0]
    graph |= {"31": node("PrimitiveInt", value=512)}
    form = form_of(graph, {"31": "Wide"}, primitives=(of_page,))
    assert {"how_many", "wide"} <= {*ids(form)}
    assert not {"steps", "width"} & {*ids(form)}


def test_one_value_with_two_titles_is_offered_once() -> None:
    graph = filtered(amount=("4", 0), size=("5", 0)) | {
        "4": node("PrimitiveFloat", value=0.5),
        "5": node("PrimitiveFloat", value=0.5),
    }
    promoted = {("57", "both"): pairs(("4", "value"), ("5", "value"))}
    form = form_of(graph, {"4": "Amount", "5": "Size"}, promoted=promoted)
    assert [(each.id, sets(each)) for each in form.params] == [
        ("amount", [("4", "value"), ("5", "value")])
    ]


def test_fields_with_one_untitled_primitive_are_set_together() -> None:
    of_page = primitive("30", None, ("5", "width"), ("5", "height"))
    form = form_of(text_to_image(), {}, primitives=(of_page,))
    assert sets(param(form, "width")) == [("5", "width"), ("5", "height")]


@pytest.mark.parametrize("title", ["Plate (optional)", "Plate(Optional) "])
def test_optional_is_said_in_the_title(title: str) -> None:
    form = form_of(filtered(), {"1": title})
    assert (input_(form, "plate").label, input_(form, "plate").required) == ("Plate", False)


def test_an_untitled_loader_is_offered_with_a_hint() -> None:
    found = made(filtered())
    assert found.form is not None
    assert [(each.id, each.label) for each in found.form.inputs] == [("image", "Image")]
    assert codes(found.notes) == ["untitled_input"]


def test_untitled_loaders_are_told_apart() -> None:
    graph = filtered() | {"12": node("LoadImage", image="x.png")}
    graph["13"] = node("PreviewImage", images=("12", 0))
    form = form_of(graph)
    assert [(each.id, each.label) for each in form.inputs] == [
        ("image", "Image (node 1)"),
        ("image_12", "Image (node 12)"),
    ]


def test_a_titled_node_that_no_output_needs_is_left_out() -> None:
    graph = filtered() | {"7": node("LoadImage", image="x.png")}
    found = made(graph, {"1": "Plate", "7": "Spare"})
    assert found.form is not None
    assert [each.id for each in found.form.inputs] == ["plate"]
    assert [(each.code, each.node) for each in found.notes] == [("not_offered", "7")]


def test_a_loader_of_which_only_the_mask_is_used_asks_for_a_mask() -> None:
    graph = {
        "1": node("LoadImage", image="x.png"),
        "2": node("MaskToImage", mask=("1", 1)),
        "3": node("SaveImage", images=("2", 0), filename_prefix="x"),
    }
    assert input_(form_of(graph, {"1": "Matte"}), "matte").kind == "mask"


def test_a_loader_whose_alpha_is_used_says_so() -> None:
    graph = filtered() | {
        "4": node("MaskToImage", mask=("1", 1)),
        "5": node("PreviewImage", images=("4", 0)),
    }
    plate = input_(form_of(graph, {"1": "Plate"}), "plate")
    assert plate.kind == "image"
    assert "transparent" in plate.help


def test_a_video_is_data() -> None:
    graph = {
        "1": node("LoadVideo", file="x.mp4"),
        "2": node("SaveVideo", video=("1", 0), filename_prefix="x"),
    }
    form = form_of(graph)
    assert [(each.id, each.kind) for each in form.inputs] == [("video", "data")]
    assert [(each.id, each.kind) for each in form.outputs] == [("video", "video")]


@pytest.mark.parametrize(
    ("between", "multiple"), [("ImageInvert", 8), ("ImageScale", 1), (None, 8)]
)
def test_a_vae_asks_for_sides_of_eight(between: str | None, multiple: int) -> None:
    graph = text_to_image() | {
        "1": node("LoadImage", image="x.png"),
        "5": node("VAEEncode", pixels=("2" if between else "1", 0), vae=("4", 2)),
    }
    if between:
        graph["2"] = node(between, image=("1", 0))
    assert input_(form_of(graph), "image").multiple == multiple


def test_a_preview_is_needed_only_where_nothing_is_saved() -> None:
    graph = filtered() | {"4": node("PreviewImage", images=("2", 0))}
    outputs = form_of(graph, {"3": "Result", "4": "Check"}).outputs
    assert [(each.id, each.required) for each in outputs] == [("result", True), ("check", False)]
    del graph["3"]
    assert [(each.id, each.required) for each in form_of(graph).outputs] == [("image", True)]


def test_untitled_outputs_of_one_kind_are_told_apart() -> None:
    graph = filtered() | {"4": node("PreviewImage", images=("1", 0))}
    found = [(each.id, each.label) for each in form_of(graph).outputs]
    assert found == [("image", "Image (node 3)"), ("image_4", "Image (node 4)")]
    titled = form_of(graph, {"4": "Check"}).outputs
    assert [each.label for each in titled] == ["Image", "Check"]


def test_text_that_is_shown_is_an_output() -> None:
    graph = {"4": node("PrimitiveInt", value=3), "5": node("PreviewAny", source=("4", 0))}
    assert [(each.id, each.kind) for each in form_of(graph).outputs] == [("text", "text")]


def test_a_graph_that_saves_nothing_has_no_form() -> None:
    found = made({"1": node("LoadImage", image="x.png")})
    assert found.form is None
    assert codes(found.problems) == ["no_output"]
