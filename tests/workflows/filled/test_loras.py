"""LoRAs as graph surgery: the chain changes, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from relay_server.errors import Unprocessable
from relay_server.workflows.filled.loras import place_of, with_loras
from relay_server.workflows.object_info import ObjectInfo

Graph = dict[str, Any]
COUNTS = [0, 1, 5, 64]


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": class_type}}


def loader(model: list[Any], clip: list[Any] | None = None) -> dict[str, Any]:
    clips = {} if clip is None else {"clip": clip, "strength_clip": 1.0}
    kind = "LoraLoaderModelOnly" if clip is None else "LoraLoader"
    return node(kind, model=model, lora_name="saved", strength_model=1.0, **clips)


def consumers(model: list[Any], clip: list[Any]) -> Graph:
    """Two samplers and two prompts."""
    return {
        "pos": node("CLIPTextEncode", text="hills", clip=clip),
        "neg": node("CLIPTextEncode", text="", clip=clip),
        "s1": node("KSampler", model=model, positive=["pos", 0], negative=["neg", 0], seed=1),
        "s2": node("KSampler", model=model, positive=["pos", 0], negative=["neg", 0], seed=2),
        "dec": node("VAEDecode", samples=["s1", 0], vae=["ckpt", 2]),
    }


def bare() -> Graph:
    """A checkpoint without LoRAs."""
    checkpoint = {"ckpt": node("CheckpointLoaderSimple", ckpt_name="a")}
    return checkpoint | consumers(["ckpt", 0], ["ckpt", 1])


def chained(length: int) -> Graph:
    """The same behind a chain: a, b, c, ..."""
    graph = {"ckpt": node("CheckpointLoaderSimple", ckpt_name="a")}
    before = "ckpt"
    for name in "abcdefgh"[:length]:
        graph[name] = loader([before, 0], [before, 1])
        before = name
    return graph | consumers([before, 0], [before, 1])


def some(count: int) -> list[dict[str, Any]]:
    return [
        {"name": f"l{number}", "strength_model": number / 8, "strength_clip": -number / 8}
        for number in range(count)
    ]


def followed(
    graph: Graph, link: list[Any], field: str
) -> tuple[list[tuple[str, float]], list[Any]]:
    """The LoRAs from the source to this link, by the links of `field`; and that source."""
    found: list[tuple[str, float]] = []
    while graph[link[0]]["class_type"].startswith("LoraLoader"):
        inputs = graph[link[0]]["inputs"]
        found.append((inputs["lora_name"], inputs[f"strength_{field}"]))
        link = inputs[field]
    return found[::-1], link


def check(graph: Graph, count: int) -> None:
    """Every consumer sees exactly these LoRAs in their order, and the checkpoint behind them."""
    wanted = some(count)
    for sampler in ("s1", "s2"):
        seen, source = followed(graph, graph[sampler]["inputs"]["model"], "model")
        assert seen == [(lora["name"], lora["strength_model"]) for lora in wanted]
        assert source == ["ckpt", 0]
    for prompt in ("pos", "neg"):
        seen, source = followed(graph, graph[prompt]["inputs"]["clip"], "clip")
        assert seen == [(lora["name"], lora["strength_clip"]) for lora in wanted]
        assert source == ["ckpt", 1]


def without_loras(graph: Graph) -> Graph:
    """The graph as if it never had one: what must be the same before and after."""
    rest = {}
    for name, spec in graph.items():
        if not spec["class_type"].startswith("LoraLoader"):
            inputs = {
                field: followed(graph, value, field)[1] if field in {"model", "clip"} else value
                for field, value in spec["inputs"].items()
            }
            rest[name] = {**spec, "inputs": inputs}
    return rest


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_list_takes_the_place_of_the_whole_chain(length: int, count: int) -> None:
    graph = chained(length)
    before = copy.deepcopy(graph)
    after = with_loras(graph, list("abcdefgh"[:length]), some(count))
    assert graph == before
    assert not set("abcdefgh") & set(after)
    assert len(after) == len(bare()) + count
    check(after, count)
    assert without_loras(after) == without_loras(before) == bare()


@pytest.mark.parametrize("count", COUNTS)
def test_a_list_goes_behind_a_loader(count: int) -> None:
    after = with_loras(bare(), ["ckpt"], some(count))
    check(after, count)
    assert without_loras(after) == bare()
    if not count:
        assert after == bare()


def test_the_order_of_the_targets_does_not_matter() -> None:
    assert with_loras(chained(3), ["c", "a", "b"], some(2)) == with_loras(
        chained(3), ["a", "b", "c"], some(2)
    )


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_hangs_on_the_middle_is_moved_to_the_end(count: int) -> None:
    graph = chained(3)
    graph["s2"]["inputs"]["model"] = ["b", 0]
    graph["neg"]["inputs"]["clip"] = ["a", 1]
    check(with_loras(graph, ["a", "b", "c"], some(count)), count)


def test_loras_outside_of_the_list_stay() -> None:
    after = with_loras(chained(3), ["b"], some(1))
    assert after["lora_1"]["inputs"]["model"] == ["a", 0]
    assert after["c"]["inputs"]["clip"] == ["lora_1", 1]
    assert {"a", "c"} < set(after)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_chain_for_the_model_alone_stays_so(count: int) -> None:
    graph = {"ckpt": node("UNETLoader", unet_name="flux"), "a": loader(["ckpt", 0])}
    graph["s"] = node("KSampler", model=["a", 0])
    after = with_loras(graph, ["a"], some(count))
    added = [spec for name, spec in after.items() if name.startswith("lora_")]
    assert [spec["class_type"] for spec in added] == ["LoraLoaderModelOnly"] * count
    assert all("clip" not in spec["inputs"] for spec in added)
    seen, source = followed(after, after["s"]["inputs"]["model"], "model")
    assert len(seen) == count
    assert source == ["ckpt", 0]


def test_a_mixed_chain_feeds_both() -> None:
    graph = chained(1)
    graph["b"] = loader(["a", 0])
    graph["s1"]["inputs"]["model"] = graph["s2"]["inputs"]["model"] = ["b", 0]
    check(with_loras(graph, ["a", "b"], some(2)), 2)


def test_a_loader_whose_clip_nobody_takes_gets_a_chain_for_its_model() -> None:
    graph = {"ckpt": node("UNETLoader"), "s": node("KSampler", model=["ckpt", 0])}
    after = with_loras(graph, ["ckpt"], some(1))
    assert after["lora_1"]["class_type"] == "LoraLoaderModelOnly"
    assert after["s"]["inputs"]["model"] == ["lora_1", 0]


def test_an_output_that_is_no_clip_is_left_alone() -> None:
    graph = {
        "ckpt": node("ImageOnlyCheckpointLoader"),
        "s": node("KSampler", model=["ckpt", 0], vision=["ckpt", 1]),
    }
    info = ObjectInfo({"ImageOnlyCheckpointLoader": {"output": ["MODEL", "CLIP_VISION", "VAE"]}})
    after = with_loras(graph, ["ckpt"], some(1), info)
    assert after["s"]["inputs"] == {"model": ["lora_1", 0], "vision": ["ckpt", 1]}


def test_ids_never_collide() -> None:
    graph = bare()
    graph["lora_1"] = graph["lora_3"] = node("Note")
    after = with_loras(graph, ["ckpt"], some(4))
    assert after["lora_1"] == after["lora_3"] == node("Note")
    assert len(after) == len(graph) + 4
    check(after, 4)


def fork() -> Graph:
    graph = chained(1)
    graph["b"], graph["c"] = loader(["a", 0], ["a", 1]), loader(["a", 0], ["a", 1])
    return graph


def detour() -> Graph:
    graph = chained(2)
    graph["skip"] = node("CLIPSetLastLayer", clip=["a", 1])
    graph["b"]["inputs"]["clip"] = ["skip", 0]
    return graph


def unlinked() -> Graph:
    graph = chained(1)
    graph["a"]["inputs"]["model"] = "none"
    return graph


def circle() -> Graph:
    graph = chained(2)
    graph["a"]["inputs"]["model"] = ["b", 0]
    return graph


NO_CHAIN: list[tuple[Graph, list[str], str]] = [
    (fork(), ["a", "b", "c"], "no chain"),
    (circle(), ["a", "b"], "no chain"),
    (chained(3), ["a", "c"], "no chain"),
    (detour(), ["a", "b"], "another way"),
    (unlinked(), ["a"], "`model` is not linked"),
    (bare(), ["ckpt", "s1"], "neither LoRA loaders nor"),
    (bare(), ["gone"], "neither LoRA loaders nor"),
    (bare(), [], "neither LoRA loaders nor"),
]


@pytest.mark.parametrize(("graph", "nodes", "says"), NO_CHAIN)
def test_what_is_no_chain_is_refused(graph: Graph, nodes: list[str], says: str) -> None:
    with pytest.raises(Unprocessable, match=says) as caught:
        place_of(graph, nodes)
    assert caught.value.code == "invalid_workflow"


def test_a_loader_without_a_model_is_refused() -> None:
    info = ObjectInfo({"KSampler": {"output": ["LATENT"]}})
    with pytest.raises(Unprocessable, match="a KSampler gives no model"):
        place_of(bare(), ["s1"], info)
