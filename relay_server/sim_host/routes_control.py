"""Routes that a real ComfyUI has not: what is to go wrong, and what ran. Only with `--control`."""

from __future__ import annotations

from aiohttp import web

from .fault import UnknownFault, parse_fault
from .host import HOST, SimHost
from .scripted import CONTROL, ScriptedSeam


async def tell_fault(request: web.Request) -> web.Response:
    """`{"faults": ["ws-drop:at=3", ...]}`: they are counted from now on."""
    body = await request.json()
    try:
        faults = [parse_fault(text) for text in body["faults"]]
    except UnknownFault as error:
        return web.json_response({"error": str(error)}, status=400)
    for fault in faults:
        _script(request.app[HOST]).tell(fault)
    return web.json_response({"told": len(faults)})


async def show_faults(request: web.Request) -> web.Response:
    """What was told, how often its moment came, and how often it happened."""
    return web.json_response({"faults": _script(request.app[HOST]).script.listed()})


async def forget_faults(request: web.Request) -> web.Response:
    """Nothing goes wrong any more. What has died stays dead: restart it."""
    _script(request.app[HOST]).forget()
    return web.Response()


async def let_go(request: web.Request) -> web.Response:
    """What was told to stand until now goes on; the other faults stay."""
    _script(request.app[HOST]).let_go()
    return web.Response()


async def show_runs(request: web.Request) -> web.Response:
    """Every prompt that began to execute in this process, and how it ended; whether the one that
    runs is told to end, and does not hear it yet."""
    host = request.app[HOST]
    return web.json_response({"runs": host.runs.listed(), "interrupt": host.shop.interrupt.wanted})


def _script(host: SimHost) -> ScriptedSeam:
    assert isinstance(host.seam, ScriptedSeam), "the seam is one of your own"
    return host.seam


ROUTES = (
    web.post(CONTROL + "faults", tell_fault),
    web.get(CONTROL + "faults", show_faults),
    web.delete(CONTROL + "faults", forget_faults),
    web.delete(CONTROL + "holds", let_go),
    web.get(CONTROL + "runs", show_runs),
)
