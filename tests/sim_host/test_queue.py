"""What is queued, in which order it runs, and how it is told to stop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from relay_server.sim_host import SimOptions
from relay_server.sim_host.catalog import CLASSES
from relay_server.sim_host.folders import Folders
from relay_server.sim_host.node import Offered
from relay_server.sim_host.validation import validate

from .conftest import StartHost
from .driver import Driver, Gate, Graph, Socket, node, save


def graph(color: int = 0, prefix: str = "t") -> Graph:
    return {
        "1": node("EmptyImage", width=8, height=8, batch_size=1, color=color),
        "2": save("1", prefix=prefix),
    }


async def starts(socket: Socket, count: int) -> list[str]:
    """The next prompts that start, as they start."""
    return [(await socket.hear_until("execution_start"))["prompt_id"] for _ in range(count)]


async def held(start_host: StartHost, place: object = "1", **options: Any) -> tuple[Driver, Gate]:
    """A host with one prompt, `first`, that stands before its node 1."""
    gate = Gate()
    gate.hold(("first", place))
    driver = await start_host(gate, **options)
    await driver.submit(graph(1), prompt_id="first", client_id="first")
    await gate.reached(("first", place))
    return driver, gate


async def test_lower_numbers_first_and_later_front_before_earlier(start_host: StartHost) -> None:
    driver, gate = await held(start_host)
    socket = await driver.listen("c")
    wishes: dict[str, dict[str, Any]] = {
        "plain": {},
        "front": {"front": True},
        "later front": {"front": True},
        "lowest": {"number": -99},
        "between": {"number": "0.5"},
    }
    for name, more in wishes.items():
        await driver.submit(graph(), prompt_id=name, client_id="c", **more)
    gate.let_go(("first", "1"))
    order = await starts(socket, 5)
    assert order == ["lowest", "later front", "front", "between", "plain"]


async def test_numbers_count_on_over_rejected_prompts(host: Driver) -> None:
    await host.post("/prompt", {"prompt": {}})
    _, answer = await host.post("/prompt", {"prompt": graph()})
    assert answer["number"] == 1


@pytest.mark.parametrize(("given", "kept"), [(12, "12"), (None, "None"), ("x/y", "x/y")])
async def test_the_client_chooses_the_id(host: Driver, given: object, kept: str) -> None:
    assert await host.submit(graph(), prompt_id=given) == kept


async def test_same_number_and_id_is_500_but_queued(start_host: StartHost) -> None:
    driver, gate = await held(start_host)
    body = {"prompt_id": "twin", "number": 5}
    first, _ = await driver.post("/prompt", body | {"prompt": graph(2)})
    second, text = await driver.post("/prompt", body | {"prompt": graph(3)})
    waiting = [item[1] for item in (await driver.get("/queue"))["queue_pending"]]
    gate.let_go(("first", "1"))
    assert (first, second, waiting) == (200, 500, ["twin", "twin"])
    assert text == "500 Internal Server Error\n\nServer got itself in trouble"


async def test_bad_number_is_500(host: Driver) -> None:
    status, _ = await host.post("/prompt", {"prompt": graph(), "number": "abc"})
    assert status == 500


async def test_only_the_wanted_outputs_run(host: Driver) -> None:
    both = graph() | {"3": save("1", prefix="other")}
    finished = await host.run(both, partial_execution_targets=["3"])
    assert list(finished.history["outputs"]) == ["3"]


async def test_valid_outputs_run_though_others_are_not(host: Driver) -> None:
    broken = graph() | {"8": node("LoadImage", image="nope.png"), "9": save("8")}
    status, answer = await host.post("/prompt", {"prompt": broken})
    assert status == 200
    assert answer["node_errors"]["8"]["dependent_outputs"] == ["9"]
    assert answer["node_errors"]["8"]["errors"][0]["type"] == "custom_validation_failed"


async def test_clear_leaves_what_runs(start_host: StartHost) -> None:
    driver, gate = await held(start_host)
    await driver.submit(graph(2))
    assert await driver.post("/queue", {"clear": True}) == (200, "")
    queue = await driver.get("/queue")
    gate.let_go(("first", "1"))
    assert [item[1] for item in queue["queue_running"]] == ["first"]
    assert queue["queue_pending"] == []


async def test_interrupt_without_id_ends_whatever_runs(start_host: StartHost) -> None:
    driver, gate = await held(start_host)
    socket = await driver.listen("first")
    async with driver.client.post("/interrupt") as answer:
        assert answer.status == 200
    gate.let_go(("first", "1"))
    told = await socket.hear_until("execution_interrupted")
    assert (told["node_id"], told["node_type"], told["executed"]) == ("2", "SaveImage", ["1"])
    await socket.hear_end("first")
    status = (await driver.history("first"))["status"]
    assert (status["status_str"], status["completed"]) == ("error", False)


async def test_interrupt_of_nobody_does_not_reach_the_next_prompt(host: Driver) -> None:
    await host.post("/interrupt", {})
    assert (await host.run(graph())).last[0] == "execution_success"


async def test_an_interrupted_prompt_keeps_what_it_had(start_host: StartHost) -> None:
    gate = Gate()
    gate.hold("3")
    driver = await start_host(gate)
    more = graph() | {"3": node("ImageInvert", image=["1", 0]), "4": save("3", prefix="u")}
    socket = await driver.listen("c")
    prompt_id = await driver.submit(more, client_id="c")
    await gate.reached("3")
    await driver.post("/interrupt", {"prompt_id": prompt_id})
    gate.let_go("3")
    await socket.hear_end(prompt_id)
    entry = await driver.history(prompt_id)
    assert entry["status"]["status_str"] == "error"
    assert list(entry["outputs"]) == ["2"]


async def test_history_pages(host: Driver) -> None:
    ids = [(await host.run(graph(color))).prompt_id for color in range(4)]
    pages = [{}, {"max_items": "2"}, {"max_items": "2", "offset": "1"}, {"offset": "3"}]
    seen = [list(await host.get("/history", **page)) for page in pages]
    assert seen == [ids, ids[2:], ids[1:3], ids[3:]]
    async with host.client.get("/history", params={"max_items": "x"}) as answer:
        assert answer.status == 500


async def test_history_can_be_cleared(host: Driver) -> None:
    await host.run(graph())
    await host.post("/history", {"clear": True})
    assert await host.get("/history") == {}


async def test_secrets_do_not_reach_the_history(start_host: StartHost) -> None:
    driver, gate = await held(start_host)
    socket = await driver.listen("c")
    extra = {"api_key_comfy_org": "secret", "other": 1}
    prompt_id = await driver.submit(graph(2), extra_data=extra, client_id="c")
    assert "secret" in json.dumps(await driver.get("/queue"))
    gate.let_go(("first", "1"))
    await socket.hear_end(prompt_id)
    entry = await driver.history(prompt_id)
    assert entry["prompt"][3] == {"other": 1, "client_id": "c"}


async def test_the_runs_log_has_one_line_per_start(start_host: StartHost, tmp_path: Path) -> None:
    log = tmp_path / "runs.jsonl"
    driver = await start_host(runs_log=log)
    ids = [(await driver.run(graph())).prompt_id for _ in range(2)]
    await driver.post("/prompt", {"prompt": {}})
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["prompt_id"] for line in lines] == ids
    assert [line["number"] for line in lines] == [0, 1]
    assert all(line.keys() == {"prompt_id", "number", "time", "host"} for line in lines)


async def test_a_node_without_inputs_ends_the_execution_thread(start_host: StartHost) -> None:
    """As in ComfyUI: the server still answers, but nothing runs any more."""
    driver, gate = await held(start_host)
    await driver.submit(graph(2) | {"7": {"class_type": "ImageInvert"}}, prompt_id="poison")
    gate.let_go(("first", "1"))
    await driver.wait_for_thread_end()
    queue = await driver.get("/queue")
    assert [item[1] for item in queue["queue_running"]] == ["poison"]


def test_long_chains_are_validated(tmp_path: Path) -> None:
    chain: Graph = {"0": node("PrimitiveInt", value=7)}
    for index in range(1, 2000):
        chain[str(index)] = node("PrimitiveInt", value=[str(index - 1), 0])
    chain["out"] = node("PreviewAny", source=["1999", 0])
    verdict = validate(chain, CLASSES, Offered(SimOptions(), Folders(tmp_path)))
    assert (verdict.error, verdict.outputs) == (None, ["out"])
