"""Assets: upload, make from a hash, read, delete, bytes."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote
from uuid import UUID, uuid4

from aiohttp import web

from relay_server.blobs.assets import AssetRecord
from relay_server.blobs.media import content_type_of
from relay_server.errors import NotFound, RangeNotSatisfiable
from relay_server.models.assets import BLAKE3, Asset, AssetFromHash, AssetUpload
from relay_server.web.answers import asset_answer
from relay_server.web.checking import checked_model
from relay_server.web.multipart import read_form
from relay_server.web.relay import Call, Reply
from relay_server.web.submission import idempotency_key
from relay_server.web.uploads import checked_file
from relay_server.workflows.names import checked_file_path

AT_ONCE = 256 * 1024  # bytes; a file up to this size is read whole, which is three times as fast


async def upload(call: Call) -> Reply:
    """`POST /api/v2/assets`, multipart, the fields in any order."""
    key, asset_id = idempotency_key(call), str(uuid4())
    async with call.relay.blobs.async_spool() as spool:
        limit = call.relay.settings.max_upload
        fields, sent_name = await read_form(call.request, spool, limit)
        form: AssetUpload = checked_model(AssetUpload, fields)
        name = checked_file_path(form.file_path or sent_name)
        file = await checked_file(call, spool, name, blake3=form.expected_hash)
        known = await call.relay.assets.may_use(call.user, file.digest.sha256)
        async with call.relay.assets.used_up(call.user, key, asset_id):
            await spool.keep()
            asset = await call.relay.assets.create(
                call.user,
                file.digest,
                form.content_type or file.seen.content_type,
                name,
                tags=form.tags,
                expires_in=form.expires_in,
                asset_id=asset_id,
            )
    answer = asset_answer(asset, call.base_url, created_new=not known)
    return Reply(200 if known else 201, answer)


async def from_hash(call: Call) -> Reply:
    """`POST /api/v2/assets/from-hash`."""
    body: AssetFromHash = call.body
    name = checked_file_path(body.file_path)
    digest = await call.relay.assets.by_blake3(call.user, body.hash)
    if digest is None or not await asyncio.to_thread(call.relay.blobs.exists, digest.sha256):
        raise blob_not_found()
    same = await call.relay.assets.of_hash(call.user, digest.sha256)
    for asset in same if body.expires_in is None else ():
        if asset.job_id is None and (asset.file_path, asset.expires_ms) == (name, None):
            return Reply(200, asset_answer(asset, call.base_url))
    asset = await call.relay.assets.create(
        call.user,
        digest,
        await asyncio.to_thread(content_type_of, call.relay.blobs.path(digest.sha256), name or ""),
        name,
        tags=body.tags,
        expires_in=body.expires_in,
    )
    return Reply(201, asset_answer(asset, call.base_url))


async def by_hash(call: Call) -> web.Response:
    """`HEAD /api/v2/assets/by-hash/{hash}`."""
    text = call.path["hash"]
    digest = None
    if re.fullmatch(BLAKE3, text):
        digest = await call.relay.assets.by_blake3(call.user, text)
    if digest is None or not await asyncio.to_thread(call.relay.blobs.exists, digest.sha256):
        raise blob_not_found()
    await call.relay.assets.used(call.user, digest.sha256)
    return web.Response()


async def get(call: Call) -> Asset:
    """`GET /api/v2/assets/{id}`."""
    return asset_answer(await _asset(call), call.base_url)


async def delete(call: Call) -> Reply:
    """`DELETE /api/v2/assets/{id}`."""
    asset = await _asset(call)
    await call.relay.assets.delete(call.user, asset.id)
    return Reply(204, None)


async def content(call: Call) -> web.StreamResponse:
    """`GET /api/v2/assets/{id}/content`, whole or a range.

    A stranger's HTML must not run as a page of the relay: the browser is told to download, and
    not to guess a type.
    """
    asset = await _asset(call)
    if asset.job_id is None:  # a result is kept as long as its job
        await call.relay.assets.used(call.user, asset.sha256, asset.id)
    _check_range(call.request, asset.size)
    name = quote((asset.file_path or asset.id).rsplit("/", 1)[-1])
    headers = {
        "Content-Type": asset.content_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }
    blobs, sha256 = call.relay.blobs, asset.sha256
    try:
        if asset.size <= AT_ONCE and "Range" not in call.request.headers:
            return web.Response(body=await asyncio.to_thread(blobs.read, sha256), headers=headers)
        await asyncio.to_thread(blobs.size, sha256)
    except NotFound as error:
        raise NotFound("not_found", "The bytes of this asset are no longer kept.") from error
    return web.FileResponse(blobs.path(sha256), headers=headers)


def _check_range(request: web.Request, size: int) -> None:
    """FileResponse serves ranges; what it cannot is refused here, in our shape."""
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(size, None)
    if wanted.start is not None and wanted.start >= size:
        raise RangeNotSatisfiable(
            "range_not_satisfiable",
            f"The file has {size} bytes. Ask for a range inside it.",
            {"size_bytes": size},
        )


async def _asset(call: Call) -> AssetRecord:
    text = call.path["id"]
    try:
        return await call.relay.assets.get(call.user, str(UUID(text)))
    except ValueError as error:
        raise NotFound(
            "not_found", f"There is no asset {text[:80]!r} of yours. Check the id and the key."
        ) from error


def blob_not_found() -> NotFound:
    """The one answer for a hash that is unknown and for one that is another user's."""
    return NotFound("blob_not_found", "The relay has no such bytes from you. Upload them.")
