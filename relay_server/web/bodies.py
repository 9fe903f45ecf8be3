"""Reading request bodies, each with its limit counted on the bytes that really arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import ClientPayloadError, web

from relay_server.errors import InvalidRequest, TooLarge, UnsupportedEncoding

CHUNK = 64 * 1024
CUT_SHORT = (ClientPayloadError, web.RequestPayloadError, ConnectionResetError)
"""What aiohttp raises when no more of a body will come; after the last, nobody reads an answer."""


def refuse_encoding(request: web.Request) -> None:
    """A compressed body of 0.4 MB can inflate to 400 MB: refuse all of them."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise compressed()


def compressed() -> UnsupportedEncoding:
    """The one answer for a compressed body."""
    return UnsupportedEncoding(
        "unsupported_encoding", "The body is compressed. Send it without Content-Encoding."
    )


async def chunks(request: web.Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises TooLarge before the first byte if the length says so, and as
    soon as the bytes do."""
    refuse_encoding(request)
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    size = 0
    try:
        async for chunk in request.content.iter_any():
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            yield chunk
    except CUT_SHORT as error:
        raise InvalidRequest(
            "truncated_body", "The body ended before its announced length. Send it again."
        ) from error


async def whole(request: web.Request, limit: int) -> bytes:
    """A small body."""
    body = bytearray()
    async for chunk in chunks(request, limit):
        body += chunk
    return bytes(body)


def too_large(limit: int) -> TooLarge:
    """The one answer for a body over its limit."""
    return TooLarge(
        "too_large",
        f"The body is over the limit of {limit:,} bytes. Send less, or ask for a higher limit.",
        {"limit": limit},
    )
