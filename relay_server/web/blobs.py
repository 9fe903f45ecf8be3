"""Blobs: raw bytes named by their sha256, for what is too big for Base64."""

from __future__ import annotations

import asyncio
import re

from aiohttp import web

from relay_server.errors import Conflict
from relay_server.models.assets import SHA256, Blob
from relay_server.web.assets import blob_not_found
from relay_server.web.bodies import chunks
from relay_server.web.relay import Call, Reply
from relay_server.web.uploads import checked_file


async def head(call: Call) -> web.Response:
    """`HEAD /relay/v1/blobs/{sha256}`."""
    name = call.path["sha256"]
    may = re.fullmatch(SHA256, name) and await call.relay.assets.may_use(call.user, name)
    if not may or not await asyncio.to_thread(call.relay.blobs.exists, name):
        raise blob_not_found()
    await call.relay.assets.used(call.user, name)  # who is told so need not send it
    return web.Response(
        headers={"Content-Length": str(await asyncio.to_thread(call.relay.blobs.size, name))}
    )


async def put(call: Call) -> Reply:
    """`PUT /relay/v1/blobs/{sha256}`."""
    name = call.path["sha256"]
    if not re.fullmatch(SHA256, name):
        raise Conflict(
            "hash_mismatch", "The path must end in the sha256 of the body: 64 small hex digits."
        )
    limit = call.relay.settings.max_upload
    async with call.relay.blobs.async_spool() as spool:
        await spool.fill(chunks(call.request, limit), limit)
        file = await checked_file(call, spool, None, sha256=name)
        known = await call.relay.assets.may_use(call.user, name)
        await spool.keep()
    await call.relay.assets.grant(call.user, file.digest)
    answer = Blob(
        sha256=name,
        hash=f"blake3:{file.digest.blake3}",
        size_bytes=file.digest.size,
        created_new=not known,
    )
    return Reply(200 if known else 201, answer)
