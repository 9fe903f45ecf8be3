"""Every fault that a simulated host can be told: it happens, when it should, and no more often."""

from __future__ import annotations

import asyncio
import json
import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from relay_server.sim_host.__main__ import read_options
from relay_server.sim_host.fault import KINDS, Moment, UnknownFault, parse_fault

from .conftest import StartHost
from .driver import PATIENCE_S, Driver, Graph, Socket, node, save
from .test_process import running


def graph(color: int = 1) -> Graph:
    size = {"width": 16, "height": 16, "batch_size": 1, "color": color}
    return {"1": node("EmptyImage", **size), "2": save()}


def sampled(steps: int = 5) -> Graph:
    return {
        "3": node(
            "KSampler", seed=1, steps=steps, cfg=7.0, sampler_name="euler", scheduler="normal",
            denoise=1.0, model=["4", 0], positive=["6", 0], negative=["6", 0],
            latent_image=["5", 0],
        ),
        "4": node("CheckpointLoaderSimple", ckpt_name="sim-landscape.safetensors"),
        "5": node("EmptyLatentImage", width=16, height=16, batch_size=1),
        "6": node("CLIPTextEncode", text="hills", clip=["4", 1]),
        "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": save("8"),
    }  # fmt: skip


async def told(start_host: StartHost, *faults: str, **options: Any) -> Driver:
    """A host with faults and control routes."""
    return await start_host(faults=faults, control=True, **options)


async def runs(driver: Driver) -> list[tuple[str, str | None]]:
    """(prompt id, how it ended) of all runs."""
    return [(run["prompt_id"], run["how"]) for run in (await driver.get("/sim/runs"))["runs"]]


async def happened(driver: Driver) -> list[int]:
    """How often each fault has happened."""
    return [fault["happened"] for fault in (await driver.get("/sim/faults"))["faults"]]


async def over(driver: Driver, prompt_id: str) -> dict[str, Any]:
    """The history entry, as soon as it is there."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found: dict[str, Any] = await driver.get(f"/history/{prompt_id}")
            if found:
                return dict(found[prompt_id])
            await asyncio.sleep(0.01)


async def until_it_happened(driver: Driver) -> None:
    """Until the one fault that was told has happened."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await happened(driver) == [1]:
                return
            await asyncio.sleep(0.01)


async def hear_out(socket: Socket) -> None:
    """Go on until nothing comes any more."""
    with suppress(TimeoutError):
        while True:
            await asyncio.wait_for(socket.hear(), 0.1)


async def tell(driver: Driver, *faults: str) -> None:
    status, answer = await driver.post("/sim/faults", {"faults": faults})
    assert status == 200, answer


async def let_go(driver: Driver) -> None:
    """What was told to stand goes on."""
    async with driver.client.delete("/sim/holds") as answer:
        assert answer.status == 200


# told, read, counted


async def test_without_control_there_are_no_such_routes(host: Driver) -> None:
    async with host.client.get("/sim/faults") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("text", ["melt", "oom:at", "oom:at=x", "oom:color=3", "oom:when=end"])
def test_an_unknown_fault_is_refused(text: str) -> None:
    with pytest.raises(UnknownFault):
        parse_fault(text)


def test_the_command_line_takes_faults(capsys: pytest.CaptureFixture[str]) -> None:
    options = read_options(["--control", "--fault", "oom:times=2", "--fault", "wipe:when=now"])
    assert (options.control, options.faults) == (True, ("oom:times=2", "wipe:when=now"))
    with pytest.raises(SystemExit):
        read_options(["--fault", "melt"])
    assert "There is no fault 'melt'" in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_told(kind: str) -> None:
    assert parse_fault(kind).kind == kind
    assert parse_fault(f"{kind}:at=3,times=2").due(4)


def test_a_fault_happens_at_its_moment_and_so_often() -> None:
    fault = parse_fault("oom:at=2,times=2")
    assert [fault.due(count) for count in range(1, 6)] == [False, True, True, False, False]
    assert parse_fault("oom:times=0").due(1000)
    assert parse_fault("wipe:when=now").when is Moment.NOW


async def test_faults_are_told_while_it_runs_and_forgotten(start_host: StartHost) -> None:
    driver = await told(start_host)
    await tell(driver, "oom")
    assert (await driver.run(graph(1))).last[0] == "execution_error"
    assert await happened(driver) == [1]
    await tell(driver, "oom:times=0")
    async with driver.client.delete("/sim/faults") as answer:
        assert answer.status == 200
    assert (await driver.run(graph(2))).last[0] == "execution_success"
    assert [how for _, how in await runs(driver)] == ["error", "success"]
    status, answer = await driver.post("/sim/faults", {"faults": ["melt"]})
    assert (status, "melt" in answer["error"]) == (400, True)


# the websocket


async def test_the_websocket_is_cut_at_a_message(start_host: StartHost) -> None:
    driver = await told(start_host, "ws-drop:event=executing")
    socket = await driver.listen("c")
    prompt_id = await driver.submit(graph(), client_id="c")
    with pytest.raises(AssertionError):
        await socket.hear_end(prompt_id)
    assert socket.socket.closed
    assert socket.events()[-1][0] == "progress_state"
    assert (await over(driver, prompt_id))["status"]["completed"]


async def test_a_frozen_websocket_stays_open_and_says_nothing(start_host: StartHost) -> None:
    driver = await told(start_host, "ws-freeze:event=execution_cached")
    socket = await driver.listen("c")
    prompt_id = await driver.submit(graph(), client_id="c")
    await over(driver, prompt_id)
    await socket.hear_until("execution_start")
    await hear_out(socket)
    assert [kind for kind, _ in socket.events()] == ["execution_start"]
    assert not socket.socket.closed


async def test_messages_come_twice(start_host: StartHost) -> None:
    driver = await told(start_host, "ws-duplicate:times=0")
    kinds = [kind for kind, _ in (await driver.run(graph())).socket.events()]
    assert kinds.count("execution_success") == 2
    assert kinds.count("executed") == 2


async def test_messages_come_in_another_order(start_host: StartHost) -> None:
    driver = await told(start_host, "ws-late:event=executed,by=4")
    finished = await driver.run(graph())
    await finished.socket.hear_until("executed")
    events = finished.socket.events()
    assert events.index(("executing", None)) < [kind for kind, _ in events].index("executed")


async def test_an_end_is_told_that_is_none(start_host: StartHost) -> None:
    driver = await told(start_host, "ws-false-end", "hold-node:when=node,at=2")
    socket = await driver.listen("c")
    prompt_id = await driver.submit(graph(), client_id="c")
    await socket.hear_end(prompt_id)
    assert await driver.get(f"/history/{prompt_id}") == {}
    await let_go(driver)
    await over(driver, prompt_id)


async def test_progress_is_not_a_number(start_host: StartHost) -> None:
    driver = await told(start_host, "ws-nan:event=progress")
    socket = (await driver.run(sampled())).socket
    values = [m["text"]["data"]["value"] for m in socket.heard if "text" in m
              and m["text"]["type"] == "progress"]  # fmt: skip
    assert [math.isnan(value) for value in values] == [True, False, False, False, False]


# POST /prompt


@pytest.mark.parametrize("kind", ["submit-500", "submit-timeout", "submit-reset"])
async def test_a_prompt_is_queued_and_nobody_says_so(start_host: StartHost, kind: str) -> None:
    driver = await told(start_host, f"{kind}:at=2")
    await driver.submit(graph(1), prompt_id="one")
    body = {"prompt": graph(2), "prompt_id": "two"}
    timeout = aiohttp.ClientTimeout(total=0.5)
    if kind == "submit-500":
        assert (await driver.post("/prompt", body))[0] == 500
    else:
        error = TimeoutError if kind == "submit-timeout" else aiohttp.ClientConnectionError
        with pytest.raises(error):
            await driver.client.post("/prompt", json=body, timeout=timeout)
    assert (await over(driver, "two"))["status"]["completed"]
    assert [prompt_id for prompt_id, _ in await runs(driver)] == ["one", "two"]


async def test_a_prompt_is_refused_by_a_reset(start_host: StartHost) -> None:
    driver = await told(start_host, "submit-refused")
    with pytest.raises(aiohttp.ClientConnectionError):
        await driver.post("/prompt", {"prompt": graph(), "prompt_id": "one"})
    assert await driver.get("/prompt") == {"exec_info": {"queue_remaining": 0}}
    assert await runs(driver) == []


async def test_a_prompt_is_queued_with_node_errors(start_host: StartHost) -> None:
    driver = await told(start_host, "submit-node-errors", "hold-node:when=node")
    status, answer = await driver.post("/prompt", {"prompt": graph(), "prompt_id": "one"})
    assert (status, answer["prompt_id"], list(answer["node_errors"])) == (200, "one", ["9"])
    await let_go(driver)
    await over(driver, "one")


# answers


async def test_answers_are_slow(start_host: StartHost) -> None:
    driver = await told(start_host, "slow:path=/history/,kb_s=2")
    started = asyncio.get_running_loop().time()
    finished = await driver.run(graph())
    assert finished.history["status"]["completed"]
    assert asyncio.get_running_loop().time() - started > 0.2


async def test_a_file_stops_in_the_middle(start_host: StartHost) -> None:
    driver = await told(start_host)
    (file,) = (await driver.run(graph())).files("2")
    whole = await driver.bytes_of(file)
    await tell(driver, "stall:seconds=0.05")
    with pytest.raises(aiohttp.ClientPayloadError):
        await driver.bytes_of(file)
    assert await driver.bytes_of(file) == whole


async def test_a_silent_host_answers_nothing_and_then_goes_on(start_host: StartHost) -> None:
    driver = await told(start_host, "silent:at=2,seconds=600")
    await driver.get("/prompt")
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await driver.client.get("/prompt", timeout=aiohttp.ClientTimeout(total=0.05))
    async with driver.client.delete("/sim/faults") as answer:
        assert answer.status == 200
    await tell(driver, "silent:seconds=0.05")
    with pytest.raises(aiohttp.ClientConnectionError):
        await driver.get("/queue")
    assert await driver.get("/prompt") == {"exec_info": {"queue_remaining": 0}}


# memory


async def test_the_history_is_wiped_before_the_client_hears_the_end(
    start_host: StartHost,
) -> None:
    driver = await told(start_host, "wipe:at=2")
    await driver.run(graph(1), prompt_id="one")
    socket = await driver.listen("c")
    await driver.submit(graph(2), prompt_id="two", client_id="c")
    await socket.hear_end("two")
    assert await driver.get("/history") == {}


async def test_a_restart_forgets_everything_but_the_files(start_host: StartHost) -> None:
    driver = await told(start_host, step_s=0.02)
    (file,) = (await driver.run(graph())).files("2")
    await tell(driver, "restart:at=3")
    socket = await driver.listen("c")
    for name in ("running", "waiting"):
        await driver.submit(sampled(500), prompt_id=name, client_id="c")
    with pytest.raises(AssertionError):
        await socket.hear_end("running")
    assert await driver.get("/queue") == {"queue_running": [], "queue_pending": []}
    assert await driver.get("/history") == {}
    assert await driver.bytes_of(file)
    assert (await driver.run(sampled(2))).last[0] == "execution_success"
    assert [how for _, how in await runs(driver)] == ["success", None, "success"]


async def test_a_restarting_host_resets_every_connection(start_host: StartHost) -> None:
    driver = await told(start_host)
    await tell(driver, "restart:when=now,seconds=60")
    await asyncio.sleep(0)  # it happens in the next turn of the loop
    with pytest.raises(aiohttp.ClientConnectionError):
        await driver.get("/prompt")
    async with driver.client.delete("/sim/faults") as answer:
        assert answer.status == 200
    assert (await driver.run(graph())).last[0] == "execution_success"


async def test_a_zombie_answers_and_never_goes_on(start_host: StartHost) -> None:
    driver = await told(start_host, "zombie:at=2")
    await driver.submit(sampled(), prompt_id="one", client_id="c")
    await driver.wait_for_thread_end()
    await driver.submit(graph(), prompt_id="two")
    await driver.post("/interrupt", {"prompt_id": "one"})
    queue = await driver.get("/queue")
    assert [item[1] for item in queue["queue_running"]] == ["one"]
    assert [item[1] for item in queue["queue_pending"]] == ["two"]
    assert await runs(driver) == [("one", None)]


async def test_a_history_entry_is_huge(start_host: StartHost) -> None:
    driver = await told(start_host, "huge-history:mb=3")
    async with driver.client.get(f"/history/{(await driver.run(graph())).prompt_id}") as answer:
        assert len(await answer.read()) > 3_000_000


# nodes


async def test_a_stuck_node_does_not_hear_an_interrupt(start_host: StartHost) -> None:
    driver = await told(start_host, "stuck:at=2,seconds=1.5")
    socket = await driver.listen("c")
    await driver.submit(graph(), prompt_id="one", client_id="c")
    await socket.hear_until("executing", node="2")
    await driver.post("/interrupt", {"prompt_id": "one"})
    assert (await driver.get("/queue"))["queue_running"]
    assert (await over(driver, "one"))["status"]["messages"][-1][0] == "execution_success"


@pytest.mark.parametrize("at", [1, 2], ids=["the first node", "the last"])
async def test_what_stands_hears_an_interrupt_when_it_goes_on(
    start_host: StartHost, at: int
) -> None:
    driver = await told(start_host, f"hold-node:when=node,at={at}")
    await driver.submit(graph(), prompt_id="one")
    await until_it_happened(driver)
    assert not (await driver.get("/sim/runs"))["interrupt"]
    await driver.post("/interrupt", {"prompt_id": "one"})
    assert (await driver.get("/sim/runs"))["interrupt"]
    assert await runs(driver) == [("one", None)]
    async with driver.client.delete("/sim/holds") as answer:
        assert answer.status == 200
    assert (await over(driver, "one"))["status"]["messages"][-1][0] == "execution_interrupted"
    assert not (await driver.get("/sim/runs"))["interrupt"]


async def test_memory_is_short_until_it_is_freed(start_host: StartHost) -> None:
    driver = await told(start_host, "oom:times=0,until_free=1")
    for color in (1, 2):
        kind, error = (await driver.run(graph(color))).last
        assert (kind, error["exception_type"]) == ("execution_error", "torch.OutOfMemoryError")
    await driver.post("/free", {"unload_models": True, "free_memory": True})
    assert (await driver.run(graph(3))).last[0] == "execution_success"


async def test_what_a_node_shows_has_nan_in_it(start_host: StartHost) -> None:
    driver = await told(start_host, "nan")
    finished = await driver.run(graph())
    assert math.isnan(finished.history["outputs"]["2"]["score"][0])
    executed = [m["text"]["data"] for m in finished.socket.heard
                if m.get("text", {}).get("type") == "executed"]  # fmt: skip
    assert math.isnan(executed[0]["output"]["score"][0])


# the process


async def test_the_process_ends_in_the_middle(tmp_path: Path) -> None:
    logs = {name: tmp_path / f"{name}.log" for name in ("runs", "ends")}
    arguments = ["--root", str(tmp_path), "--fault", "exit:when=node,at=4,code=3"]
    for name, path in logs.items():
        arguments += [f"--{name}-log", str(path)]
    async with running(*arguments) as (process, url), aiohttp.ClientSession(url) as session:
        for number, prompt_id in enumerate(("one", "two")):
            body = {"prompt": graph(number), "prompt_id": prompt_id}
            with suppress(aiohttp.ClientConnectionError):  # it may end before it answers
                await session.post("/prompt", json=body)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 3
    begun, ended = (
        [json.loads(line) for line in path.read_text().splitlines()] for path in logs.values()
    )
    assert [line["prompt_id"] for line in begun] == ["one", "two"]
    assert [(line["prompt_id"], line["how"]) for line in ended] == [("one", "success")]


async def test_what_executes_stands_still_until_it_is_released(start_host: StartHost) -> None:
    driver = await told(start_host, "hold-node:when=node,at=2")
    await driver.submit(graph(), prompt_id="one", client_id="c")
    await until_it_happened(driver)
    assert (await driver.get("/queue"))["queue_running"]
    await let_go(driver)
    assert (await over(driver, "one"))["status"]["completed"]
    assert await happened(driver) == []


async def test_an_answer_trickles_until_it_is_released(start_host: StartHost) -> None:
    driver = await told(start_host)
    (file,) = (await driver.run(sampled())).files("9")
    whole = await driver.bytes_of(file)
    await tell(driver, "hold-answer")
    reading = asyncio.create_task(driver.bytes_of(file))
    await until_it_happened(driver)
    async with driver.client.delete("/sim/holds"):
        assert await reading == whole
