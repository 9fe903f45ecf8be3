"""Models' names are written as the host spells them."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.worker.spelling import respelled, spellings_of

WINDOWS = {"checkpoints": ["base.safetensors", "sdxl\\dream.safetensors"], "diffusers": ["a\\b"]}
LINUX = {"checkpoints": ["base.safetensors", "sdxl/dream.safetensors"]}


def written(value: Any, models: dict[str, list[str]]) -> Any:
    prompt = {"1": {"class_type": "X", "inputs": {"name": value}, "_meta": {"title": "T"}}}
    found = respelled(prompt, spellings_of(models))
    assert found["1"]["_meta"] == {"title": "T"}
    return found["1"]["inputs"]["name"]


@pytest.mark.parametrize("name", ["sdxl/dream.safetensors", "sdxl\\dream.safetensors"])
def test_a_name_is_written_with_the_hosts_separator(name: str) -> None:
    assert written(name, WINDOWS) == "sdxl\\dream.safetensors"
    assert written(name, LINUX) == "sdxl/dream.safetensors"


def test_a_wrapped_name_stays_wrapped() -> None:
    wrapped = {"__value__": "sdxl/dream.safetensors"}
    assert written(wrapped, WINDOWS) == {"__value__": "sdxl\\dream.safetensors"}


@pytest.mark.parametrize(
    "value",
    [
        "base.safetensors",
        "sdxl/other.safetensors",
        "a prompt with/slashes",
        ["4", 0],
        7,
        None,
        True,
    ],
)
def test_what_names_no_model_stays_as_it_is(value: Any) -> None:
    assert written(value, WINDOWS) == value


def test_a_file_whose_name_has_both_is_written_as_the_host_lists_it() -> None:
    assert written("odd/a/b.ckpt", {"loras": ["odd/a\\b.ckpt"]}) == "odd/a\\b.ckpt"
