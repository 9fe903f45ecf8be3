"""What everyone sets, and when it is not offered."""

from __future__ import annotations

from typing import Any

from tests.workflows.forms.graphs import sampler, sdxl_hires, text_to_image
from tests.workflows.forms.info import form_of, ids, made, node, param, primitive, sets


def notes(graph: dict[str, Any]) -> str:
    return " ".join(each.message for each in made(graph).notes)


def test_a_prompt_is_found_behind_a_controlnet() -> None:
    graph = text_to_image() | {
        "3": sampler("5", positive=("12", 0), negative=("12", 1)),
        "12": node("ControlNetApplyAdvanced", positive=("6", 0), negative=("7", 0), strength=1.0),
    }
    form = form_of(graph)
    assert sets(param(form, "prompt")) == [("6", "text")]
    assert sets(param(form, "negative_prompt")) == [("7", "text")]


def test_a_zeroed_negative_is_no_text() -> None:
    graph = text_to_image() | {
        "3": sampler("5", negative=("12", 0)),
        "12": node("ConditioningZeroOut", conditioning=("6", 0)),
    }
    assert "negative_prompt" not in ids(form_of(graph))


def test_combined_texts_are_not_guessed() -> None:
    graph = text_to_image() | {
        "3": sampler("5", positive=("12", 0)),
        "12": node("ConditioningCombine", conditioning_1=("6", 0), conditioning_2=("7", 0)),
    }
    assert "prompt" not in ids(form_of(graph))
    assert notes(graph) == (
        "Node 3 (KSampler): Prompt is not offered: node 12 (ConditioningCombine) combines several"
        " conditionings. Feed the texts from Primitive strings with titles, or use a form file."
    )


def test_one_doubt_of_several_samplers_is_told_once() -> None:
    graph = sdxl_hires() | {
        "3": sampler("5", positive=("14", 0)),
        "13": sampler("12", positive=("14", 0)),
        "14": node("ConditioningCombine", conditioning_1=("6", 0), conditioning_2=("7", 0)),
    }
    assert notes(graph).count("Prompt of node 3 and 13 is not offered") == 1


def test_one_text_for_both_ways_is_the_prompt_alone() -> None:
    graph = text_to_image() | {"3": sampler("5", negative=("6", 0))}
    assert "negative_prompt" not in ids(form_of(graph))


def test_different_texts_of_one_encoder_are_two_params() -> None:
    graph = sdxl_hires()
    graph["6"]["inputs"]["text_l"] = "in oil"
    form = form_of(graph)
    assert sets(param(form, "prompt")) == [("6", "text_g")]
    assert sets(param(form, "prompt_text_l")) == [("6", "text_l")]
    assert param(form, "prompt_text_l").label == "Prompt: Text l"


def test_fields_that_mean_different_things_are_never_one() -> None:
    graph = text_to_image() | {"6": node("TextEncodeSong", tags="", lyrics="", clip=("4", 1))}
    form = form_of(graph)
    assert sets(param(form, "prompt")) == [("6", "tags")]
    assert sets(param(form, "prompt_lyrics")) == [("6", "lyrics")]


def test_a_prompt_from_a_string_node_is_set_there() -> None:
    graph = text_to_image() | {"14": node("PrimitiveString", value="a lighthouse")}
    graph["6"]["inputs"]["text"] = ["14", 0]
    prompt = param(form_of(graph), "prompt")
    assert (sets(prompt), prompt.default) == ([("14", "value")], "a lighthouse")


def test_a_text_that_a_node_computes_is_left_out() -> None:
    graph = text_to_image() | {"14": node("ReadText", path="prompt.txt")}
    graph["6"]["inputs"]["text"] = ["14", 0]
    assert "prompt" not in ids(form_of(graph))


def test_a_size_taken_from_a_picture_is_left_out() -> None:
    graph = text_to_image() | {
        "1": node("LoadImage", image="there.png"),
        "2": node("GetImageSize", image=("1", 0)),
        "5": node("EmptyLatentImage", width=("2", 0), height=("2", 1), batch_size=1),
    }
    found = ids(form_of(graph))
    assert "batch" in found
    assert not {"width", "height"} & {*found}


def test_the_length_of_a_video_is_offered() -> None:
    video = node("EmptyVideoLatent", width=512, height=512, batch_size=1, length=25)
    assert param(form_of(text_to_image() | {"5": video}), "length").default == 25


def test_denoise_is_offered_where_it_means_something() -> None:
    assert "denoise" not in ids(form_of(text_to_image()))
    assert "denoise" in ids(form_of(text_to_image() | {"3": sampler("5", denoise=0.7)}))
    encoded = {
        "1": node("LoadImage", image="there.png"),
        "5": node("VAEEncode", pixels=("1", 0), vae=("4", 2)),
    }
    assert param(form_of(text_to_image() | encoded), "denoise").default == 1.0


def test_a_sampler_that_goes_on_without_noise_shares_all_but_the_seed() -> None:
    common = {
        "model": ("4", 0), "positive": ("6", 0), "negative": ("7", 0), "steps": 20, "cfg": 7.0,
        "sampler_name": "euler", "scheduler": "karras",
    }  # fmt: skip
    graph = text_to_image() | {
        "3": node(
            "KSamplerAdvanced", add_noise="enable", noise_seed=5, latent_image=("5", 0), **common
        ),
        "13": node(
            "KSamplerAdvanced", add_noise="disable", noise_seed=0, latent_image=("3", 0), **common
        ),
    }
    graph["8"]["inputs"]["samples"] = ["13", 0]
    form = form_of(graph)
    assert sets(param(form, "seed")) == [("3", "noise_seed")]
    assert sets(param(form, "steps")) == [("3", "steps"), ("13", "steps")]
    graph["13"]["inputs"]["cfg"] = 3.5
    assert "cfg" not in ids(form_of(graph))
    assert "steps" in ids(form_of(graph))


def test_a_seed_that_the_page_draws_anew_is_random() -> None:
    drawn = frozenset({("3", "seed"), ("3", "steps")})
    form = form_of(text_to_image(), {}, randomized=drawn)
    assert (param(form, "seed").default, param(form, "steps").default) == ("random", 20)


def test_two_samplers_with_one_seed_share_it() -> None:
    shared = primitive("30", None, ("3", "seed"), ("13", "seed"))
    seed = param(form_of(sdxl_hires(), {}, primitives=(shared,)), "seed")
    assert sets(seed) == [("3", "seed"), ("13", "seed")]
    assert seed.type == "seed"


def test_loras_that_something_else_uses_are_not_replaced() -> None:
    graph = sdxl_hires()
    graph["7"]["inputs"]["clip"] = ["10", 1]
    assert "loras" not in ids(form_of(graph))
    assert "the middle" in notes(graph)


def test_a_linked_strength_keeps_a_lora_as_it_is() -> None:
    graph = sdxl_hires() | {"30": node("PrimitiveFloat", value=0.5)}
    graph["10"]["inputs"]["strength_model"] = ["30", 0]
    assert "loras" not in ids(form_of(graph))


def test_a_sampler_that_no_output_needs_does_not_count() -> None:
    graph = text_to_image() | {"20": sampler("5", steps=99)}
    assert param(form_of(graph), "steps").default == 20
