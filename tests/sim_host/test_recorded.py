"""Contract: the recorded exchanges of a real ComfyUI, replayed against the simulated host."""

from __future__ import annotations

import copy
from typing import Any

import aiohttp
import numpy as np
import pytest

from .comparing import differences, recorded
from .conftest import StartHost
from .driver import Driver, Gate, Graph, node, png, save

BLACK = png(np.zeros((64, 64, 3), np.uint8))
MODELS = {
    "checkpoints": ("random-sd15.safetensors",),
    "loras": ("random-style.safetensors",),
}


def cases(name: str) -> list[Any]:
    """The entries of a recording as test parameters."""
    return [
        pytest.param(entry, id=entry.get("case", entry["request"]["path"]))
        for entry in recorded(name)
    ]


async def ask(driver: Driver, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Send a recorded request; the answer in the form of the recordings."""
    options = {"json": request["json"], "params": request["params"]} | more
    async with driver.client.request(request["method"], request["path"], **options) as answer:
        seen: dict[str, Any] = {
            "request": request,
            "status": answer.status,
            "content_type": answer.headers.get("Content-Type", ""),
        }
        if answer.content_type == "application/json":
            seen["json"] = await answer.json()
        elif answer.content_type.startswith("image/"):
            seen["body"] = f"<{len(await answer.read())} bytes {answer.content_type}>"
        else:
            seen["body"] = await answer.text()
        kept = ("Content-Disposition", "Content-Length")
        seen["headers"] = {k: answer.headers[k] for k in kept if k in answer.headers}
    return seen


async def replayed(driver: Driver, recording: dict[str, Any], **hello: Any) -> dict[str, Any]:
    """Run a recorded prompt; all that a client saw of it, in the form of the recordings."""
    request = recording["post"]["request"]
    driver.host.next_number = recording["post"]["json"]["number"]
    socket = await driver.listen(request["json"]["client_id"])
    if hello:
        await socket.socket.send_json(hello)
        await socket.hear()
    post = await ask(driver, request)
    await socket.hear_end(request["json"]["prompt_id"])
    return {
        "post": post,
        "ws": socket.heard,
        "history": await ask(driver, recording["history"]["request"]),
    }


def prompt_of(recording: dict[str, Any]) -> Graph:
    graph: Graph = copy.deepcopy(recording["post"]["request"]["json"]["prompt"])
    return graph


async def with_history(driver: Driver, entries: dict[str, Any]) -> None:
    """Run prompts so that the history holds what the recorded one did."""
    for number, prompt_id, graph, extra, _ in [e["prompt"] for e in entries.values()]:
        socket = await driver.listen(extra["client_id"])
        driver.host.next_number = number
        await driver.submit(graph, prompt_id=prompt_id, client_id=extra["client_id"])
        await socket.hear_end(prompt_id)


async def test_reads(start_host: StartHost) -> None:
    """01: one read after the other, on a host that has run two prompts and holds six files."""
    driver = await start_host(checkpoints=(), loras=())
    names = ["..%2F..%2Fevil.png", "example.png", "in1.png", "junk.png", "plate (1).png"]
    for name in [*names, "plate.png"]:
        driver.put(name, BLACK)
    reads = recorded("01")
    (history,) = [r["json"] for r in reads if r["request"]["path"] == "/history"]
    await with_history(driver, history)
    found = []
    for entry in reads:
        seen = await ask(driver, entry["request"])
        found += differences(_read(entry), _read(seen))
    assert found == []


def _read(entry: dict[str, Any]) -> dict[str, Any]:
    """A real host on a CPU says "cpu"; ours pretends to be a GPU."""
    entry = copy.deepcopy(_timeless(entry))
    if "system_stats" in entry["request"]["path"]:
        for device in entry["json"]["devices"]:
            device |= {"name": "<device>", "type": "<device>", "index": "<device>"}
    if entry["request"]["path"] == "/nope":
        entry["headers"] = {}  # an empty body, with or without saying so
    return entry


async def test_uploads(host: Driver) -> None:
    """02: the same name again, with the same bytes, with others, and everything else."""
    host.put("plate.png", b"first")
    host.put("plate (1).png", b"second")
    forms: list[dict[str, Any]] = [
        {"name": "plate.png", "data": b"third"},
        {"name": "plate.png", "data": b"third"},
        {"name": "plate.png", "data": b"second"},
        {"name": "plate.png", "data": b"fourth", "overwrite": "true"},
        {"name": "x.png", "data": BLACK, "subfolder": "shots/sh010"},
        {"name": "../../evil.png", "data": BLACK},
        {"name": "x.png", "data": BLACK, "subfolder": "../../out"},
        {"name": "x.png", "data": BLACK, "type": "temp"},
        {"name": "junk.png", "data": b"junk"},
        {},
    ]
    found = []
    for entry, form in zip(recorded("02"), forms, strict=True):
        seen = await ask(host, entry["request"], data=_form(**form), json=None)
        found += differences(_timeless(entry), seen)
    assert found == []


def _form(name: str = "", data: bytes | None = None, **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for key, value in fields.items():
        form.add_field(key, value)
    if data is not None:
        form.add_field("image", data, filename=name)
    return form


def _timeless(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("ms", "case")}


@pytest.mark.parametrize("name", ["03", "04"])
async def test_cached_run(host: Driver, name: str) -> None:
    """03, 04: nothing has changed, so nothing runs, and the old files are named again."""
    host.put("in1.png", BLACK)
    recording = recorded(name)
    await host.run(prompt_of(recording))
    assert differences(recording, await replayed(host, recording)) == []


async def test_view(host: Driver) -> None:
    """05: a file as it is, re-encoded, one part of its channels, and files out of reach."""
    host.put("in1.png", BLACK)
    await host.run(prompt_of(recorded("03")))
    found = []
    for entry in recorded("05"):
        seen = await ask(host, entry["request"])
        found += differences(_sizeless(_timeless(entry)), _sizeless(seen))
    assert found == []


def _sizeless(entry: dict[str, Any]) -> dict[str, Any]:
    """Without the size of a picture, which depends on what is in it."""
    return entry | {"body": entry["body"].split(" bytes ")[-1]}


@pytest.mark.parametrize("entry", [*cases("06"), *cases("19")])
async def test_rejected_prompt(start_host: StartHost, entry: dict[str, Any]) -> None:
    """06, 19: prompts that cannot run, each with its own words."""
    driver = await start_host(checkpoints=(), loras=())
    driver.put("probe.png", BLACK)
    bodies = {"no_prompt": b"{}", "not_json": b"{nope", "list": b"[]"}
    raw = bodies.get(entry["case"])
    more = {} if raw is None else {"data": raw, "json": None}
    seen = await ask(driver, entry["request"], **more)
    assert differences(_timeless(entry), seen) == []


async def test_batch_through_six_nodes(host: Driver) -> None:
    """07: the order in which nodes run, and three files from one node."""
    recording = recorded("07")
    assert differences(recording, await replayed(host, recording)) == []


async def test_node_that_raises(host: Driver) -> None:
    """08: a file that is no picture."""
    host.put("junk.png", b"this is no picture")
    recording = recorded("08")
    assert differences(_whole(recording), _whole(await replayed(host, recording))) == []


def _whole(recording: dict[str, Any]) -> dict[str, Any]:
    """With `traceback` there, which `differences` cuts to one line."""
    *_, error = recording["history"]["json"].values()
    assert error["status"]["messages"][-1][1]["traceback"]
    return recording


async def test_pictures_over_the_websocket(host: Driver) -> None:
    """09: binary frames instead of files."""
    recording = recorded("09")
    assert differences(recording, await replayed(host, recording)) == []


async def test_queue_and_interrupt(start_host: StartHost) -> None:
    """10: four prompts, one to the front, one deleted, one interrupted."""
    gate, recording = Gate(), recorded("10")
    first, _, third, front = recording["ids"]
    for place in ((first, "0"), (first, "1"), (third, "0")):
        gate.hold(place)
    driver = await start_host(gate)
    client_id = recording["posts"][0]["request"]["json"]["client_id"]
    driver.host.next_number = recording["posts"][0]["json"]["number"]
    socket = await driver.listen(client_id)
    seen: dict[str, Any] = {"ids": recording["ids"], "posts": []}
    for index, entry in enumerate(recording["posts"]):
        body = entry["request"]["json"] | {"prompt": _slow_graph("front", index)}
        seen["posts"].append(await _asked(driver, entry, json=body))
        if index == 0:
            await gate.reached((first, "0"))
    for step in ("queue1", "delete", "delete_unknown", "interrupt_other"):
        seen[step] = await _asked(driver, recording[step])
    gate.let_go((first, "0"))
    await gate.reached((first, "1"))
    for step in ("interrupt_running", "queue2"):
        seen[step] = await _asked(driver, recording[step])
    gate.let_go((first, "1"))
    await socket.hear_end(front)
    seen["ws"] = socket.heard
    seen["history"] = [await _asked(driver, entry) for entry in recording["history"]]
    gate.let_go((third, "0"))
    assert differences(recording, seen) == []


def _slow_graph(prefix: str, color: int) -> Graph:
    size = {"batch_size": 1, "color": color, "width": 16, "height": 16}
    graph: Graph = {"0": node("EmptyImage", **size)}
    for index in range(1, 9):
        graph[str(index)] = node("ImageBlur", image=[str(index - 1), 0], blur_radius=2, sigma=1.0)
    graph["99"] = save("8", prefix=prefix)
    return graph


async def _asked(driver: Driver, entry: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As `ask`, with graphs left out as the recording leaves them out."""
    seen: dict[str, Any] = _graphless(await ask(driver, entry["request"], **more))
    return seen


def _graphless(value: Any) -> Any:
    if isinstance(value, dict):
        graph = value and all(isinstance(v, dict) and "class_type" in v for v in value.values())
        return "<graph>" if graph else {k: _graphless(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_graphless(item) for item in value]
    return value


async def test_reconnect(start_host: StartHost) -> None:
    """11: the socket goes while another prompt runs, and comes back under the same id."""
    gate, recording = Gate(), recorded("11")
    gate.hold(("other", "0"))
    driver = await start_host(gate)
    client_id = recording["before"][0]["text"]["data"]["sid"]
    prompt_id = recording["after"][3]["text"]["data"]["prompt_id"]
    await driver.submit(_slow_graph("other", 1), prompt_id="other", client_id="other")
    await gate.reached(("other", "0"))
    before = await driver.listen(client_id)
    await driver.submit(_slow_graph("reco", 2), prompt_id=prompt_id, client_id=client_id)
    await before.hear()
    await before.socket.close()
    after = await driver.listen(client_id)
    gate.let_go(("other", "0"))
    await after.hear_end(prompt_id)
    assert differences(recording, {"before": before.heard, "after": after.heard}) == []


async def test_free_and_forget(host: Driver) -> None:
    """12: /free, a deleted history entry, a page from elsewhere, an id used twice."""
    host.put("in1.png", BLACK)
    again = recorded("12")[-1]
    await host.run(
        again["request"]["json"]["prompt"], prompt_id="ae650edc-3e95-4ccc-b2f9-0314107b5832"
    )
    await host.run(again["request"]["json"]["prompt"], prompt_id=again["json"]["prompt_id"])
    host.host.next_number = again["json"]["number"]
    found = []
    for entry in recorded("12"):
        foreign = entry["request"]["path"] == "/interrupt"
        headers = {"Origin": "http://elsewhere.example"} if foreign else {}
        seen = await ask(host, entry["request"], headers=headers)
        found += differences(_timeless(entry), seen)
    assert found == []


async def test_text_to_image_with_previews(start_host: StartHost) -> None:
    """13: a sampler, and previews as event 1."""
    driver, recording = await start_host(**MODELS), recorded("13")
    assert differences(recording, await replayed(driver, recording)) == []


async def test_text_to_image_with_previews_that_say_whose_they_are(start_host: StartHost) -> None:
    """14: previews as event 4, and cached loaders."""
    driver, recording = await start_host(**MODELS), recorded("14")
    await driver.run(prompt_of(recorded("13")))
    flags = {"supports_preview_metadata": True}
    seen = await replayed(driver, recording, type="feature_flags", data=flags)
    assert differences(recording, seen) == []


async def test_interrupt_between_two_steps(start_host: StartHost) -> None:
    """15: the sampler ends at its next step."""
    gate, recording = Gate(), recorded("15")
    gate.hold(1)
    driver = await start_host(gate, **MODELS)
    once = prompt_of(recorded("13"))
    once["3"]["inputs"]["steps"] = 2
    gate.let_go(1)
    await driver.run(once)
    gate.hold(1)
    request = recording["post"]["request"]
    driver.host.next_number = recording["post"]["json"]["number"]
    socket = await driver.listen(request["json"]["client_id"])
    post = await ask(driver, request)
    await gate.reached(1)
    await driver.post("/interrupt", {"prompt_id": request["json"]["prompt_id"]})
    gate.let_go(1)
    await socket.hear_end(request["json"]["prompt_id"])
    history = await ask(driver, recording["history"]["request"])
    assert differences(recording, {"post": post, "ws": socket.heard, "history": history}) == []


@pytest.mark.parametrize("entry", cases("16"))
async def test_models(start_host: StartHost, entry: dict[str, Any]) -> None:
    """16: what the loaders offer."""
    driver = await start_host(**MODELS)
    assert differences(_timeless(entry), await ask(driver, entry["request"])) == []


@pytest.mark.parametrize("name", sorted(recorded("17")))
async def test_object_info(start_host: StartHost, name: str) -> None:
    """17: every node class, word by word."""
    driver = await start_host(checkpoints=(), loras=(), models={})
    driver.put("probe.png", BLACK)
    every = await driver.get("/object_info")
    core = {n for n, about in every.items() if n in recorded("17") or _is_core(about)}
    assert core == recorded("17").keys()
    assert every[name] == (await driver.get(f"/object_info/{name}"))[name]
    assert differences(recorded("17")[name], every[name]) == []


def _is_core(about: dict[str, Any]) -> bool:
    return not about["python_module"].startswith("custom_nodes.")


def test_the_comparer_sees_planted_differences() -> None:
    real = recorded("13")
    assert differences(real, copy.deepcopy(real)) == []
    planted = [_planted(real, index) for index in range(6)]
    assert [len(differences(real, other)) > 0 for other in planted] == [True] * 6


def _planted(real: dict[str, Any], index: int) -> dict[str, Any]:
    other = copy.deepcopy(real)
    ws = other["ws"]
    match index:
        case 0:
            del ws[7]
        case 1:
            ws[5], ws[6] = ws[6], ws[5]
        case 2:
            ws[5]["text"]["data"]["nodes"]["4"]["value"] = 0
        case 3:
            ws[6]["text"]["data"]["extra"] = None
        case 4:
            *_, entry = other["history"]["json"].values()
            entry["status"]["completed"] = 1
        case 5:
            data = other["post"]["json"]
            other["post"]["json"] = dict(reversed(data.items()))
    return other
