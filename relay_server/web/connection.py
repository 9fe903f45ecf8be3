"""What aiohttp does below a request, said our way: malformed requests, bodies that end early."""

from __future__ import annotations

import logging

from aiohttp import web

from relay_server.errors import InvalidRequest, RelayError
from relay_server.web.app import error_response

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
        if status < 500:  # noqa: PLR2004
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
        """The client sends no more, but it may still read: tell it if its body is not whole.

        Without a body to wait for, the connection ends here, and with it a stream or a long poll.
        """
        request = self._current_request
        if request is None or request.content.is_eof():
            return None
        request.content.set_exception(web.RequestPayloadError("the connection ended early"))
        request.content.feed_eof()  # or aiohttp would wait for the rest after the answer
        self.close()
        return True


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application on connections of ours."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **made._kwargs)
