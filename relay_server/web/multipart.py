"""Multipart forms: the text fields, and one file that goes into a spool as it arrives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.multipart import MultipartReader

from relay_server.blobs.async_spool import AsyncSpool
from relay_server.errors import InvalidRequest, UnsupportedEncoding
from relay_server.web.bodies import CHUNK, CUT_SHORT, too_large

MAX_FIELD = 4096  # bytes of one text field
MAX_FIELDS = 64
OVERHEAD = 64 * 1024  # bytes that a body may have beside its file
LISTS = frozenset({"tags"})  # fields that may come more than once
PLAIN = frozenset({"", "7bit", "8bit", "binary", "identity"})


async def read_form(
    request: web.Request, spool: AsyncSpool, limit: int
) -> tuple[dict[str, Any], str | None]:
    """The text fields, and the file's own name; its bytes go into the spool."""
    if (request.content_length or 0) > limit + OVERHEAD:
        raise too_large(limit)
    try:
        return await _read(request, spool, limit)
    except (ValueError, AssertionError, EOFError, HttpProcessingError, *CUT_SHORT) as error:
        raise InvalidRequest(
            "truncated_body", "The multipart body ended early or is malformed. Send it again."
        ) from error


async def _read(
    request: web.Request, spool: AsyncSpool, limit: int
) -> tuple[dict[str, Any], str | None]:
    fields: dict[str, Any] = {}
    count, seen, name = 0, False, None
    async for part in _parts(request):
        count += 1
        field = (part.name or "").encode(errors="replace").decode()
        if count > MAX_FIELDS:
            raise too_large(limit)
        if (field in fields and field not in LISTS) or (field == "file" and seen):
            raise _refused(f"The form has the field {field[:80]!r} twice. Send one of each.")
        if field == "file":
            seen, name = True, part.filename
            await spool.fill(_chunks(part), limit)
        elif field in LISTS:
            fields.setdefault(field, []).append(await _text(part))
        else:
            fields[field] = await _text(part)
    if not seen:
        raise _refused("The form has no field `file`. Add the bytes.")
    return fields, name


async def _text(part: BodyPartReader) -> str:
    """A field arrives in as many pieces as the network likes."""
    data = bytearray()
    async for chunk in _chunks(part):
        data += chunk
        if len(data) > MAX_FIELD:
            raise too_large(MAX_FIELD)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _refused("A field of the form is not UTF-8. Encode it so.") from error


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK):
        yield chunk


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    if not request.content_type.startswith("multipart/"):
        raise _refused(
            "An upload is multipart/form-data with the fields `file`, `content_type` and"
            " `file_path`. Send it so."
        )
    reader: MultipartReader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            raise _refused("A part of the form is a form itself. Send plain fields.")
        for header in ("Content-Encoding", "Content-Transfer-Encoding"):
            if part.headers.get(header, "").lower() not in PLAIN:
                raise UnsupportedEncoding(
                    "unsupported_encoding", f"A part of the form has a {header}. Send plain bytes."
                )
        yield part


def _refused(message: str) -> InvalidRequest:
    return InvalidRequest("invalid_request", message)
