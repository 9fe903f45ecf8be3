"""Which host can run a graph, and which models a graph names."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.errors import Unprocessable
from relay_server.models.workflows import ModelFile
from relay_server.workflows.fit import (
    checked_models,
    fits,
    missing_everywhere,
    models_named,
    unknown_model,
)
from relay_server.workflows.known import Known, together
from tests.workflows.hosts_said import both, linux, loader

HERE = ModelFile(kind="checkpoints", name="sdxl/only-here.safetensors")
NOWHERE = ModelFile(kind="loras", name="nowhere.safetensors")


def named(graph: dict[str, Any], known: Known | None = None, **skip: Any) -> list[str]:
    return [each.name for each in models_named(graph, known or both(), **skip)]


def test_every_host_says_what_it_lacks() -> None:
    linux, windows = fits(["KSampler", "Magic"], [HERE], both().hosts)
    assert (linux.host, linux.can_run) == ("linux", False)
    assert (linux.missing_classes, linux.missing_models) == (["Magic"], [HERE])
    assert (windows.host, windows.missing_models) == ("windows", [])


def test_a_host_with_all_of_it_can_run_it() -> None:
    assert [fit.can_run for fit in fits(["KSampler"], [HERE], both().hosts)] == [False, True]


def test_only_what_no_host_has_is_missing_everywhere() -> None:
    assert missing_everywhere(["KSampler", "Magic"], [HERE, NOWHERE], both()) == (
        ["Magic"], [NOWHERE],
    )  # fmt: skip
    assert missing_everywhere(["Magic"], [NOWHERE], Known()) == ([], [])


def test_a_graph_names_models_in_its_own_fields() -> None:
    graph = {
        "1": loader("sdxl\\dream.safetensors"),
        "2": loader({"__value__": "base.safetensors"}),
        "3": loader("sdxl/dream.safetensors"),
        "4": {"class_type": "KSampler", "inputs": {"sampler_name": "euler", "model": ["1", 0]}},
    }
    assert named(graph) == ["base.safetensors", "sdxl/dream.safetensors"]


def test_fields_that_the_form_sets_do_not_count() -> None:
    graph = {"1": loader("base.safetensors"), "2": loader("sdxl/dream.safetensors")}
    assert named(graph, skip={("1", "ckpt_name")}) == ["sdxl/dream.safetensors"]


@pytest.mark.parametrize(
    "value",
    [["9", 0], {"__type": "core/ASSET", "info": {"id": "x"}}, "", None, 3, ["a", "b", "c"]],
)
def test_what_is_no_text_names_no_model(value: Any) -> None:
    assert named({"1": loader(value)}) == []


def test_a_choice_that_is_no_file_is_no_model() -> None:
    graph = {"1": loader("taesd", "VAELoader", "vae_name")}
    assert checked_models(graph, both()) == []


def test_before_any_host_only_names_of_files_are_models() -> None:
    graph = {
        "1": loader("any.safetensors"),
        "2": loader("taesd", "VAELoader", "vae_name"),
        "3": loader("euler", "KSampler", "sampler_name"),
    }
    assert [each.name for each in checked_models(graph, Known())] == ["any.safetensors"]


def test_an_unknown_model_is_refused_with_its_place_and_the_nearest() -> None:
    with pytest.raises(Unprocessable, match=r"checkpoint 'sdxl/draem\.safetensors'") as refused:
        checked_models({"7": loader("sdxl\\draem.safetensors")}, both())
    assert refused.value.code == "unknown_model"
    assert refused.value.details
    assert refused.value.details["nearest"][0] == "sdxl/dream.safetensors"
    assert refused.value.details["name"] == "sdxl/draem.safetensors"
    assert (refused.value.details["node"], refused.value.details["field"]) == ("7", "ckpt_name")


def test_a_model_without_a_like_is_refused_all_the_same() -> None:
    refused = unknown_model("loras", "x" * 5000, together([linux()], "digest").models)
    assert refused.details
    assert refused.details["nearest"] == []
    assert len(refused.message) < 500
