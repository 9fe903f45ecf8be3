"""Forms of whole graphs, as artists make them."""

from __future__ import annotations

from tests.workflows.forms.graphs import flux, inpaint, sdxl_hires, text_to_image
from tests.workflows.forms.info import (
    codes,
    form_of,
    ids,
    input_,
    made,
    node,
    param,
    primitive,
    sets,
)

SAMPLING = ["seed", "steps", "cfg", "sampler", "scheduler"]


def test_a_picture_from_text_offers_what_everyone_sets() -> None:
    form = form_of(text_to_image())
    wanted = ["prompt", "negative_prompt", "checkpoint", "width", "height", "batch", *SAMPLING]
    assert ids(form) == wanted
    assert form.groups == ["Prompt", "Model", "Size", "Sampling"]
    assert sets(param(form, "prompt")) == [("6", "text")]
    assert sets(param(form, "negative_prompt")) == [("7", "text")]
    assert param(form, "prompt").default == "a lighthouse"
    assert param(form, "prompt").multiline
    width = param(form, "width")
    assert (width.default, width.min, width.max, width.step) == (1024, 16, 16384, 8)
    seed = param(form, "seed")
    assert (seed.type, seed.default, seed.max) == ("seed", 5, None)
    assert [each.id for each in form.outputs] == ["image"]


def test_names_of_models_are_written_the_same_for_every_host() -> None:
    checkpoint = param(form_of(text_to_image()), "checkpoint")
    assert checkpoint.models == "checkpoints"
    assert checkpoint.menu == ["base.safetensors", "sdxl/dream.safetensors"]
    assert checkpoint.default == "sdxl/dream.safetensors"


def test_the_first_of_two_passes_is_the_one_that_is_meant() -> None:
    made_ = made(sdxl_hires())
    assert made_.form is not None
    shared = ["prompt", "negative_prompt", "checkpoint", "loras", "width", "height", "batch"]
    assert ids(made_.form) == [*shared, *SAMPLING]
    assert {sets(param(made_.form, name))[0][0] for name in SAMPLING} == {"3"}
    assert [each.message for each in made_.notes] == [
        "The sampling that is offered is that of the first sampler, node 3."
        " Give it and node 13 titles to offer theirs, too."
    ]


def test_a_later_pass_that_the_author_offers_needs_no_note() -> None:
    graph = sdxl_hires()
    fields = ("seed", "steps", "cfg", "sampler_name", "scheduler", "denoise")
    given = [primitive(f"3{at}", f"Fix {each}", ("13", each)) for at, each in enumerate(fields)]
    made_ = made(graph, primitives=tuple(given))
    assert made_.form is not None
    assert {"steps", "fix_steps"} <= {*ids(made_.form)}
    assert made_.notes == ()


def test_two_passes_over_a_loaded_picture_are_told_apart_by_nothing() -> None:
    graph = sdxl_hires() | {
        "1": node("LoadImage", image="there.png"),
        "5": node("VAEEncode", pixels=("1", 0), vae=("4", 2)),
    }
    made_ = made(graph, {"1": "Plate"})
    assert made_.form is not None
    assert not {*SAMPLING} & {*ids(made_.form)}
    assert codes(made_.notes) == ["ambiguous"]
    assert "seed, steps, cfg, sampler, scheduler, denoise of node 3 and 13" in (
        made_.notes[0].message
    )


def test_a_second_pass_that_takes_in_something_else_leaves_a_doubt() -> None:
    graph = sdxl_hires() | {"12": node("VAEEncode", pixels=("1", 0), vae=("4", 2))}
    graph["1"] = node("LoadImage", image="there.png")
    graph["14"] = node("SaveLatent", samples=("3", 0))
    assert "seed" not in ids(form_of(graph))


def test_a_pass_through_pixels_is_a_later_one() -> None:
    graph = sdxl_hires() | {
        "12": node("VAEEncode", pixels=("15", 0), vae=("4", 2)),
        "15": node("ImageScale", image=("16", 0), width=2048, height=2048),
        "16": node("VAEDecode", samples=("3", 0), vae=("4", 2)),
    }
    assert sets(param(form_of(graph), "steps")) == [("3", "steps")]


def test_titles_tell_two_samplers_apart() -> None:
    form = form_of(sdxl_hires(), {"3": "First pass", "13": "Hires fix"})
    assert [each for each in ids(form) if each.endswith("steps")] == [
        "first_pass_steps",
        "hires_fix_steps",
    ]
    assert param(form, "hires_fix_steps").default == 12
    assert param(form, "hires_fix_steps").group == "Hires fix"
    assert form.groups[-2:] == ["First pass", "Hires fix"]
    groups = [each.group for each in form.params]
    assert groups == sorted(groups, key=form.groups.index)


def test_one_title_is_enough_for_that_sampler() -> None:
    made_ = made(sdxl_hires(), {"13": "Hires fix"})
    assert made_.form is not None
    assert "hires_fix_seed" in ids(made_.form)
    assert "node 3." in made_.notes[0].message


def test_a_chain_of_loras_is_one_list() -> None:
    loras = param(form_of(sdxl_hires()), "loras")
    assert (loras.type, loras.models) == ("loras", "loras")
    assert [target.node for target in loras.targets] == ["10", "11"]
    assert loras.default == [
        {"name": "detail.safetensors", "strength_model": 0.8, "strength_clip": 0.6},
        {"name": "ink.safetensors", "strength_model": 0.5, "strength_clip": 0.5},
    ]


def test_the_same_text_for_two_encoders_is_one_prompt() -> None:
    prompt = param(form_of(sdxl_hires()), "prompt")
    assert sets(prompt) == [("6", "text_g"), ("6", "text_l")]


def test_flux_is_followed_through_its_parts() -> None:
    form = form_of(flux())
    sampling = [each for each in SAMPLING if each != "cfg"]  # Flux has none
    assert ids(form) == ["prompt", "guidance", "checkpoint", "width", "height", "batch", *sampling]
    where = {each.id: sets(each)[0] for each in form.params}
    assert where["guidance"] == ("3", "guidance")
    assert where["checkpoint"] == ("1", "unet_name")
    assert where["seed"] == ("8", "noise_seed")
    assert where["steps"] == ("10", "steps")
    assert where["sampler"] == ("9", "sampler_name")
    assert where["scheduler"] == ("10", "scheduler")
    assert param(form, "seed").default == 2**63 + 1
    assert param(form, "checkpoint").models == "diffusion_models"


def test_a_linked_size_is_set_where_it_comes_from_within_what_all_take() -> None:
    width = param(form_of(flux()), "width")
    assert sets(width) == [("5", "value")]
    assert (width.type, width.default, width.min, width.step) == ("int", 1024, 16, 16)


def test_inpainting_asks_for_a_picture_and_a_mask() -> None:
    form = form_of(inpaint(), {"10": "Plate", "11": "Matte"})
    plate, matte = input_(form, "plate"), input_(form, "matte")
    assert (plate.kind, plate.multiple, plate.required) == ("image", 8, True)
    assert matte.kind == "mask"
    assert sets(param(form, "prompt")) == [("6", "text")]
    assert sets(param(form, "negative_prompt")) == [("7", "text")]
    assert "width" not in ids(form)
    assert param(form, "denoise").default == 1.0
