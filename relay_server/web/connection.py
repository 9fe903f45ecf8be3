"""What aiohttp does below a request, said our way: malformed requests, bodies that end early."""

from __future__ import annotations

import logging

from aiohttp import StreamReader, web

from relay_server.errors import InvalidRequest, RelayError
from relay_server.web.app import error_response
from relay_server.web.bodies import compressed

log = logging.getLogger(__name__)


class Connection(web.RequestHandler):
    """One connection of a client."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The one shape, for what never became a request too. The connection ends with it."""
        if request.writer.output_size > 0:
            raise ConnectionError("A part of the answer is on its way already.")
        if "content-encoding" in (message or ""):
            response = error_response(compressed())  # one that aiohttp cannot inflate
        elif status < 500:  # noqa: PLR2004
            response = error_response(
                InvalidRequest(
                    "invalid_request",
                    "The request is not HTTP as the relay reads it: its first line or a header is"
                    " malformed or too long. Send a shorter or a correct one.",
                )
            )
        else:
            log.error("%s %s failed", request.method, request.path, exc_info=exc)
            response = error_response(
                RelayError(
                    "upstream_error",
                    "Something failed inside the relay. Its log has the reason; try again.",
                )
            )
        response.force_close()
        return response

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """The client sends no more, but it may still read: answer what came, or say that it is not
        whole. An answer that has begun ends here, so that no stream outlives its reader.
        """
        idle = self._waiter is not None and not self._waiter.done()
        request = self._current_request
        if idle or (request is not None and request.writer.output_size > 0):
            return None
        for _, body in self._messages:
            _cut(body)
        # One that has just left the queue is known to us when its handler has begun.
        self._loop.call_soon(self._cut_current)
        self.close()
        return True

    def _cut_current(self) -> None:
        if self._current_request is not None:
            _cut(self._current_request.content)


def _cut(body: StreamReader) -> None:
    if not body.is_eof():
        body.set_exception(web.RequestPayloadError("the connection ended early"))
        body.feed_eof()  # or aiohttp would wait for the rest after the answer


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application on connections of ours."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **made._kwargs)
