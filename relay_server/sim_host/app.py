"""The web application of a simulated host, and how to serve it."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from . import routes_control, routes_files, routes_info, routes_prompt
from .fault import parse_fault
from .host import HOST, SimHost
from .options import SimOptions
from .scripted import ScriptedSeam
from .seam import Seam


def create_app(options: SimOptions, seam: Seam | None = None) -> web.Application:
    """A host that starts and stops with the application. Needs a running loop when it starts.

    A seam of your own takes the place of the faults in the options. Raises UnknownFault.
    """
    app = web.Application(client_max_size=options.max_upload, middlewares=[_seam, _own_origin])
    host = app[HOST] = SimHost(options, seam or ScriptedSeam(map(parse_fault, options.faults)))
    app.cleanup_ctx.append(host.running)
    if isinstance(host.seam, ScriptedSeam):
        app.on_startup.append(host.seam.attach)
        app.on_shutdown.append(host.seam.release)
    app.on_shutdown.append(host.goodbye)
    routes = (*routes_prompt.ROUTES, *routes_files.ROUTES, *routes_info.ROUTES)
    app.add_routes([web.route(r.method, "/api" + r.path, r.handler, **r.kwargs) for r in routes])
    if options.control:
        app.add_routes(routes_control.ROUTES)
    app.add_routes([*routes, routes_info.FALLBACK])
    return app


async def serve(
    options: SimOptions,
    started: Callable[[int], None] | None = None,
    seam: Seam | None = None,
) -> None:
    """Serve until cancelled. `started` gets the port as soon as the host answers."""
    runner = web.AppRunner(create_app(options, seam), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, options.host, options.port).start()
        if started is not None:
            started(runner.addresses[0][1])
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


@web.middleware
async def _seam(request: web.Request, handler: Handler) -> web.StreamResponse:
    seam = request.app[HOST].seam
    return await seam.request(request) or await seam.answer(request, await handler(request))


@web.middleware
async def _own_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page from elsewhere may not use a host on its visitor's own machine."""
    headers = request.headers
    if "Host" in headers and "Origin" in headers:
        host, origin = urlsplit("//" + headers["Host"].lower()), urlsplit(headers["Origin"].lower())
        same_port = None in (origin.port, host.port) or origin.port == host.port
        same = origin.hostname == host.hostname and same_port
        if origin.hostname and not same and await _is_loopback(host.hostname or ""):
            return web.Response(status=403)
    if request.method == "OPTIONS":
        return web.Response()
    return await handler(request)


async def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(entry[4][0]).is_loopback for entry in found)
