"""The routes around prompts: submit, queue, interrupt, history, free, websocket."""

from __future__ import annotations

import json
import uuid
from typing import Any

from aiohttp import web

from .host import HOST, SimHost
from .validation import validate

_NO_PROMPT = {
    "error": {
        "type": "no_prompt",
        "message": "No prompt provided",
        "details": "No prompt provided",
        "extra_info": {},
    },
    "node_errors": {},
}


async def submit(request: web.Request) -> web.Response:
    """Validate a prompt and queue it. What is malformed beyond that is a 500, as in ComfyUI."""
    host = request.app[HOST]
    body = await request.json()
    number = _number(host, body)
    if "prompt" not in body:
        return web.json_response(_NO_PROMPT, status=400)
    graph = body["prompt"]
    prompt_id = str(body.get("prompt_id", uuid.uuid4()))
    verdict = validate(graph, host.classes, host.offered, body.get("partial_execution_targets"))
    extra_data = body.get("extra_data", {})
    if "client_id" in body:
        extra_data["client_id"] = body["client_id"]
    if verdict.error is not None:
        refusal = {"error": verdict.error, "node_errors": verdict.node_errors}
        return web.json_response(refusal, status=400)
    host.queue.put((number, prompt_id, graph, extra_data, verdict.outputs))
    answer = {"prompt_id": prompt_id, "number": number, "node_errors": verdict.node_errors}
    return web.json_response(answer)


def _number(host: SimHost, body: Any) -> float:
    """The client's own, or the next one, negative for the front. Lower runs first."""
    if "number" in body:
        return float(body["number"])
    number = host.next_number
    host.next_number += 1
    if "front" in body:
        return -number if body["front"] else number
    return number


async def queue_info(request: web.Request) -> web.Response:
    """How many prompts are left."""
    return web.json_response(request.app[HOST].queue_info)


async def show_queue(request: web.Request) -> web.Response:
    """What runs and what waits, with whole graphs."""
    running, waiting = request.app[HOST].queue.snapshot()
    return web.json_response({"queue_running": running, "queue_pending": waiting})


async def change_queue(request: web.Request) -> web.Response:
    """Clear what waits, or delete some of it. Never fails."""
    queue = request.app[HOST].queue
    body = await request.json()
    if body.get("clear"):
        queue.clear()
    for prompt_id in body.get("delete", []):
        queue.delete(prompt_id)
    return web.Response()


async def interrupt(request: web.Request) -> web.Response:
    """End the prompt of that id if it runs; without an id, end whatever runs."""
    host = request.app[HOST]
    try:
        body = await request.json()
    except json.JSONDecodeError:
        body = {}
    prompt_id = body.get("prompt_id")
    running, _ = host.queue.snapshot()
    if not prompt_id or any(item[1] == prompt_id for item in running):
        host.shop.interrupt.want()
    return web.Response()


async def free(request: web.Request) -> web.Response:
    """Forget what is cached, once nothing runs."""
    queue = request.app[HOST].queue
    body = await request.json()
    for flag in ("unload_models", "free_memory"):
        if body.get(flag, False):
            queue.set_flag(flag, body[flag])
    return web.Response()


async def show_history(request: web.Request) -> web.Response:
    """Prompts that are over, oldest first."""
    max_items = request.query.get("max_items")
    offset = int(request.query.get("offset", -1))
    history = request.app[HOST].queue.history(None if max_items is None else int(max_items), offset)
    return web.json_response(history)


async def show_history_of(request: web.Request) -> web.Response:
    """One prompt that is over; empty while it is not."""
    history = request.app[HOST].queue.history_of(request.match_info["prompt_id"])
    return web.json_response(history)


async def change_history(request: web.Request) -> web.Response:
    """Forget all, or some."""
    queue = request.app[HOST].queue
    body = await request.json()
    if body.get("clear"):
        queue.forget_all()
    for prompt_id in body.get("delete", []):
        queue.forget(prompt_id)
    return web.Response()


async def websocket(request: web.Request) -> web.WebSocketResponse:
    """Events of the prompts of one client id."""
    host = request.app[HOST]
    return await host.sockets.serve(request, host.greeting)


ROUTES = (
    web.post("/prompt", submit),
    web.get("/prompt", queue_info),
    web.get("/queue", show_queue),
    web.post("/queue", change_queue),
    web.post("/interrupt", interrupt),
    web.post("/free", free),
    web.get("/history", show_history),
    web.get("/history/{prompt_id}", show_history_of),
    web.post("/history", change_history),
    web.get("/ws", websocket),
)
