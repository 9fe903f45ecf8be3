"""Websockets, files, limits and what the host says of itself."""

from __future__ import annotations

import io
import json

import aiohttp
import numpy as np
import pytest
from aiohttp import web
from PIL import Image

from relay_server.sim_host import Seam
from relay_server.sim_host.seam import Message

from .conftest import StartHost
from .driver import Driver, Gate, Graph, node, png, save

BLACK = png(np.zeros((4, 4, 3), np.uint8))


def graph(prefix: str = "t") -> Graph:
    return {
        "1": node("EmptyImage", width=4, height=4, batch_size=1, color=0),
        "2": save("1", prefix=prefix),
    }


async def test_a_client_without_id_gets_one(host: Driver) -> None:
    socket = await host.listen()
    status = socket.heard[0]["text"]["data"]
    assert len(status["sid"]) == 32


async def test_events_go_only_to_the_client_of_the_prompt(host: Driver) -> None:
    other = await host.listen("other")
    await host.run(graph())
    prompt_id = await host.submit(graph("u"), client_id="other")
    await other.hear_end(prompt_id)
    prompts = {m["text"]["data"].get("prompt_id", prompt_id) for m in other.heard}
    assert prompts == {prompt_id}


async def test_a_prompt_of_nobody_tells_its_progress_to_everybody(host: Driver) -> None:
    socket = await host.listen("somebody")
    await host.submit(graph())
    await socket.hear_until("progress_state")
    await socket.hear_until("status", status={"exec_info": {"queue_remaining": 0}})
    kinds = {m["text"]["type"] for m in socket.heard}
    assert kinds == {"status", "progress_state"}


async def test_coming_back_tells_the_running_node_without_its_prompt(
    start_host: StartHost,
) -> None:
    gate = Gate()
    gate.hold("2")
    driver = await start_host(gate)
    first = await driver.listen("c")
    prompt_id = await driver.submit(graph(), client_id="c")
    await gate.reached("2")
    await first.socket.close()
    second = await driver.listen("c")
    assert (await second.hear())["text"] == {"type": "executing", "data": {"node": "2"}}
    gate.let_go("2")
    await second.hear_end(prompt_id)


async def test_a_socket_goes_deaf_when_the_one_it_replaced_closes(host: Driver) -> None:
    """A quirk of ComfyUI: the end of the old connection removes the new one."""
    first = await host.listen("c")
    second = await host.listen("c")
    await first.socket.close()
    await host.settled()
    witness = await host.listen("w")
    prompt_id = await host.submit(graph(), client_id="c")
    await witness.hear_until("status", status={"exec_info": {"queue_remaining": 0}})
    assert prompt_id in await host.get("/history")
    assert len(second.heard) == 1


async def test_flags_count_only_in_the_first_message(host: Driver) -> None:
    socket = await host.listen("c")
    await socket.socket.send_str("not json")
    await socket.socket.send_json({"type": "hello"})
    await socket.socket.send_json({"type": "feature_flags", "data": {}})
    await host.submit(graph(), client_id="c")
    await socket.hear_until("executing", node=None)
    assert "feature_flags" not in {m["text"]["type"] for m in socket.heard}


async def test_every_route_also_stands_under_api(host: Driver) -> None:
    host.put("a.png", BLACK)
    for path in ("/queue", "/object_info/LoadImage", "/features", "/models", "/history"):
        assert await host.get(path) == await host.get("/api" + path)
    async with host.client.get("/api/view", params={"filename": "a.png", "type": "input"}) as seen:
        assert seen.status == 200


@pytest.mark.parametrize("path", ["/api/jobs", "/jobs", "/api/jobs/x"])
async def test_there_are_no_jobs_yet(host: Driver, path: str) -> None:
    async with host.client.get(path) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:{port}", 200),
        ("http://127.0.0.1:1", 403),
        ("http://evil.example", 403),
        ("http://localhost:{port}", 403),
        ("null", 200),
    ],
)
async def test_pages_from_elsewhere_are_refused(host: Driver, origin: str, status: int) -> None:
    headers = {"Origin": origin.format(port=host.client.port)}
    async with host.client.get("/queue", headers=headers) as answer:
        assert answer.status == status


async def test_bodies_over_the_limit_are_refused(start_host: StartHost) -> None:
    driver = await start_host(max_upload_mb=0.001)
    form = aiohttp.FormData()
    form.add_field("image", b"x" * 2000, filename="a.png")
    async with driver.client.post("/upload/image", data=form) as answer:
        assert answer.status == 413
    status, text = await driver.post("/prompt", {"prompt": "x" * 2000})
    assert status == 413
    assert "Maximum request body size 1049 exceeded" in text
    assert (await driver.get("/features"))["max_upload_size"] == 1049


async def test_a_host_says_that_it_is_a_simulation(start_host: StartHost) -> None:
    driver = await start_host(name="gpu7", vram_total=8_000, vram_free=5_000)
    stats = await driver.get("/system_stats")
    assert stats["system"]["simulation"] is True
    assert stats["system"]["argv"] == ["comfy-relay", "sim-host", "--name", "gpu7"]
    (device,) = stats["devices"]
    assert (device["vram_total"], device["vram_free"]) == (8_000, 5_000)
    assert device["name"] == "simulated GPU of gpu7"


async def test_files_are_numbered_and_go_into_subfolders(host: Driver) -> None:
    names = []
    for color in range(2):
        wanted = graph("shots/sh010/beauty")
        wanted["1"]["inputs"]["color"] = color
        names += (await host.run(wanted)).files("2")
    assert [name["filename"] for name in names] == ["beauty_00001_.png", "beauty_00002_.png"]
    assert {name["subfolder"] for name in names} == {"shots/sh010"}


async def test_counting_goes_on_after_the_highest_number(host: Driver) -> None:
    for name in ("t_00007_.png", "t_x_.png", "tt_00090_.png"):
        host.put(name, BLACK, kind="output")
    (file,) = (await host.run(graph())).files("2")
    assert file["filename"] == "t_00008_.png"


async def test_sizes_and_dates_can_stand_in_a_prefix(host: Driver) -> None:
    (file,) = (await host.run(graph("%width%x%height%_%year%"))).files("2")
    assert file["filename"].startswith("4x4_20")


async def test_a_prefix_may_not_leave_the_output_folder(host: Driver) -> None:
    kind, error = (await host.run(graph("../../out/x"))).last
    assert (kind, error["exception_type"]) == ("execution_error", "Exception")
    assert "outside the output folder" in error["exception_message"]


async def test_previews_go_to_temp(host: Driver) -> None:
    wanted = graph() | {"2": node("PreviewImage", images=["1", 0])}
    (file,) = (await host.run(wanted)).files("2")
    assert file["type"] == "temp"
    assert file["filename"].startswith("ComfyUI_temp_")
    assert file["filename"].endswith("_00001_.png")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"filename": "a.png"}, 404),
        ({"filename": "a.png", "type": "input"}, 200),
        ({"filename": "a.png [input]"}, 200),
        ({"filename": "sub/a.png", "type": "input"}, 200),
        ({"filename": "/etc/hostname"}, 400),
        ({"filename": "../a.png", "type": "input"}, 400),
        ({"filename": "", "type": "input"}, 400),
        ({"filename": "a.png", "type": "zzz"}, 400),
        ({"filename": "a.png", "type": "input", "subfolder": "../output"}, 403),
        ({}, 404),
    ],
)
async def test_view_rules(host: Driver, query: dict[str, str], status: int) -> None:
    host.put("a.png", BLACK)
    async with host.client.get("/view", params=query) as answer:
        assert answer.status == status


async def test_view_answers_ranges_heads_and_etags(host: Driver) -> None:
    host.put("a.png", BLACK)
    query = {"filename": "a.png", "type": "input"}
    async with host.client.get("/view", params=query, headers={"Range": "bytes=1-3"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"PNG")
    async with host.client.head("/view", params=query) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(BLACK)))
        etag = answer.headers["ETag"]
    headers = {"If-None-Match": etag}
    async with host.client.get("/view", params=query, headers=headers) as answer:
        assert answer.status == 304


async def test_a_mask_lands_in_the_alpha_of_its_original(host: Driver) -> None:
    host.put("plate.png", BLACK)
    mask = np.zeros((4, 4, 4), np.uint8)
    mask[0, 0, 3] = 77
    reference = {"filename": "plate.png", "type": "input", "subfolder": ""}
    form = aiohttp.FormData()
    form.add_field("image", png(mask), filename="masked.png")
    form.add_field("original_ref", json.dumps(reference))
    async with host.client.post("/upload/mask", data=form) as answer:
        assert await answer.json() == {"name": "masked.png", "subfolder": "", "type": "input"}
    with Image.open(
        io.BytesIO(await host.bytes_of({"filename": "masked.png", "type": "input"}))
    ) as image:
        assert image.mode == "RGBA"
        assert image.getchannel("A").getpixel((0, 0)) == 77


async def test_a_mask_without_original_is_said_to_be_saved_but_is_not(host: Driver) -> None:
    form = aiohttp.FormData()
    form.add_field("image", BLACK, filename="masked.png")
    form.add_field("original_ref", json.dumps({"filename": "nope.png"}))
    async with host.client.post("/upload/mask", data=form) as answer:
        assert answer.status == 200
    assert not (host.host.folders.root / "input" / "masked.png").exists()


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("a text", "PrimitiveString", "a text"),
        ("two\nlines", "PrimitiveStringMultiline", "two\nlines"),
        (7, "PrimitiveInt", "7"),
        (0.5, "PrimitiveFloat", "0.5"),
        (True, "PrimitiveBoolean", "True"),
    ],
)
async def test_text_outputs(host: Driver, value: object, kind: str, shown: str) -> None:
    wanted = {"1": node(kind, value=value), "2": node("PreviewAny", source=["1", 0])}
    finished = await host.run(wanted)
    assert finished.history["outputs"]["2"] == {"text": [shown]}


async def test_the_loop_answers_while_a_node_works(start_host: StartHost) -> None:
    gate = Gate()
    gate.hold("1")
    driver = await start_host(gate)
    await driver.submit(graph())
    await gate.reached("1")
    assert await driver.get("/prompt") == {"exec_info": {"queue_remaining": 1}}
    gate.let_go("1")


class Refusing(Seam):
    """Answers one path itself, and swallows one kind of message."""

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=503) if request.path == "/queue" else None

    def messages(self, message: Message) -> list[Message]:
        return [] if message[0] == "execution_start" else [message]


async def test_the_seam_reaches_requests_and_messages(start_host: StartHost) -> None:
    driver = await start_host(Refusing())
    async with driver.client.get("/queue") as answer:
        assert answer.status == 503
    kinds = [kind for kind, _ in (await driver.run(graph())).socket.events()]
    assert "execution_start" not in kinds
    assert "execution_success" in kinds


@pytest.mark.parametrize("path", ["/free", "/queue", "/history", "/prompt"])
async def test_a_body_that_is_no_json_is_500(host: Driver, path: str) -> None:
    async with host.client.post(path, data=b"") as answer:
        assert (answer.status, answer.content_type) == (500, "text/plain")


async def test_an_upload_to_no_known_folder_is_500(host: Driver) -> None:
    form = aiohttp.FormData({"type": "zzz"})
    form.add_field("image", BLACK, filename="a.png")
    async with host.client.post("/upload/image", data=form) as answer:
        assert answer.status == 500


async def test_a_mask_without_a_reference_is_500(host: Driver) -> None:
    form = aiohttp.FormData()
    form.add_field("image", BLACK, filename="a.png")
    async with host.client.post("/upload/mask", data=form) as answer:
        assert answer.status == 500


async def test_preflight_requests_are_answered(host: Driver) -> None:
    async with host.client.options("/prompt") as answer:
        assert answer.status == 200


async def test_names_out_of_the_folder_go_through_to_the_loader(host: Driver) -> None:
    """As in ComfyUI, which is why the relay has to refuse them."""
    path = host.put("secret.png", BLACK, kind="elsewhere")
    for name in (str(path), "../elsewhere/secret.png"):
        wanted = {"1": node("LoadImage", image=name), "2": save("1")}
        assert (await host.run(wanted)).last[0] == "execution_success"


async def test_an_output_can_be_loaded_again(host: Driver) -> None:
    (file,) = (await host.run(graph())).files("2")
    wanted = {
        "1": node("LoadImage", image=f"{file['filename']} [output]"),
        "2": save("1", prefix="u"),
    }
    assert (await host.run(wanted)).last[0] == "execution_success"


async def test_an_upload_does_not_make_folders_from_its_name(host: Driver) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("image", BLACK, filename="sub/a.png")
    async with host.client.post("/upload/image", data=form) as answer:
        assert answer.status == 500
