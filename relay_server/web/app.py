"""The application: every operation of the table on its route, every error in one shape."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from relay_server.errors import (
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    RangeNotSatisfiable,
    RelayError,
)
from relay_server.keyring import ANYONE
from relay_server.models.common import ErrorBody, ErrorEnvelope
from relay_server.operations import OPERATIONS, ListQuery, Operation, Query
from relay_server.redis_connection import translated
from relay_server.web import access
from relay_server.web.bodies import refuse_encoding, whole
from relay_server.web.checking import checked_model, invalid
from relay_server.web.lifter import parse_json, parsed
from relay_server.web.metrics import observed
from relay_server.web.relay import RELAY, Answered, Call, Relay, Reply

log = logging.getLogger(__name__)

Handler = Callable[[Call], Awaitable[Answered]]
JSON = "application/json"
RESTART_S = 1.0
CANCEL_AGAIN_S = 0.1


def create_app(
    relay: Relay, background: Iterable[Callable[[], Awaitable[None]]] = ()
) -> web.Application:
    """The relay as an aiohttp application. `background` are loops that live as long as it."""
    app = web.Application(middlewares=[errors_answered], client_max_size=relay.settings.max_json)
    app[RELAY] = relay
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, _route(operation))
    app.router.add_get("/", _to_docs)

    async def loops(_: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.ensure_future(_kept_running(loop)) for loop in background]
        yield
        await asyncio.gather(*map(_ended, tasks))

    async def stop_listening(_: web.Application) -> None:
        relay.events.close()  # open streams and long polls would hold up the end

    app.cleanup_ctx.append(loops)
    app.on_shutdown.append(stop_listening)
    return app


async def _to_docs(_: web.Request) -> web.StreamResponse:
    """Who opens the relay's address in a browser."""
    raise web.HTTPFound("/docs")


async def _ended(task: asyncio.Future[None]) -> None:
    """Cancel until it is over: on Python 3.11 a call to Redis can swallow a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_AGAIN_S)


async def _kept_running(loop: Callable[[], Awaitable[None]]) -> None:
    """A loop that fails is a bug; the relay goes on all the same."""
    while True:
        try:
            await loop()
        except Exception:  # logged, and begun again: without its loops a relay only looks alive
            log.exception("%s failed and begins again", getattr(loop, "__qualname__", loop))
            await asyncio.sleep(RESTART_S)


def _route(operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A request through its steps: allowed, understood, handled, answered."""
    module, _, name = operation.handler.partition(".")
    handler: Handler = getattr(importlib.import_module(f"relay_server.web.{module}"), name)

    async def route(request: web.Request) -> web.StreamResponse:
        with observed(operation.id) as seen, translated():
            call = await _call(operation, request)
            response = _response(operation, await handler(call))
            seen.status = response.status
            return response

    return route


async def _call(operation: Operation, request: web.Request) -> Call:
    """Check who asks, and read what is asked. Raises RelayError."""
    relay = request.app[RELAY]
    key = ANYONE
    if not operation.public:
        key = await access.who(request, relay)
        access.check_origin(request, loopback_only=key is ANYONE)
        access.check_level(request)
        access.require(key, operation.scope)
    return Call(
        request=request,
        relay=relay,
        key=key,
        user=access.user_of(request, key),
        path=request.match_info,
        query=_query(operation.query, request) if operation.query else None,
        body=await _body(operation, request, relay),
    )


def _query(model: type[Query], request: web.Request) -> Query:
    given = {
        name: value
        for name, value in request.query.items()
        if not (model is ListQuery and name.startswith("metadata["))
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid(error, "The query") from error


async def _body(operation: Operation, request: web.Request, relay: Relay) -> BaseModel | None:
    if operation.body is not None:
        refuse_encoding(request)
    if operation.streamed or not isinstance(operation.body, type):
        return None
    data = await whole(request, relay.settings.max_json)
    if operation.optional_body and not data:
        data = b"{}"
    raw = await parsed(data, lambda: parse_json(data))
    model: BaseModel = checked_model(operation.body, raw)
    return model


def _response(operation: Operation, answer: Answered) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    reply = answer if isinstance(answer, Reply) else Reply(next(iter(operation.ok)), answer)
    if reply.model is None:
        return web.Response(status=reply.status)
    return web.Response(
        status=reply.status, body=reply.model.model_dump_json().encode(), content_type=JSON
    )


@web.middleware
async def errors_answered(request: web.Request, handler: Any) -> web.StreamResponse:
    """Every error, in the one shape."""
    try:
        response: web.StreamResponse = await handler(request)
        return response
    except RelayError as error:
        return error_response(error)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004
            raise
        response = error_response(_of_http(error))
        if isinstance(error, web.HTTPMethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response
    except (ConnectionResetError, asyncio.CancelledError):
        raise  # the client left; nobody reads an answer
    except Exception:  # the last door: the client gets the shape, the log the reason
        log.exception("%s %s failed", request.method, request.path)
        return error_response(
            RelayError(
                "upstream_error",
                "Something failed inside the relay. Its log has the reason; try again.",
            )
        )


def _of_http(error: web.HTTPException) -> RelayError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return MethodNotAllowed("method_not_allowed", f"This path takes {allowed}.")
    if isinstance(error, web.HTTPNotFound):
        return NotFound("not_found", "There is nothing at this path. See /docs for what there is.")
    return InvalidRequest("invalid_request", f"The request cannot be read: {error.reason}.")


def error_response(error: RelayError) -> web.Response:
    """An error as its answer."""
    body = ErrorEnvelope(
        error=ErrorBody(code=error.code, message=error.message, details=error.details)
    )
    response = web.Response(
        status=error.status, body=body.model_dump_json().encode(), content_type=JSON
    )
    if isinstance(error, RangeNotSatisfiable) and error.details:
        response.headers["Content-Range"] = f"bytes */{error.details['size_bytes']}"
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
