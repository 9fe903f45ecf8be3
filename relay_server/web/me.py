"""Who is asking."""

from __future__ import annotations

from relay_server import API_LEVEL, __version__
from relay_server.models.hosts import Me
from relay_server.web.relay import Call


async def get(call: Call) -> Me:
    """`GET /relay/v1/me`."""
    return Me(
        user=call.user,
        scopes=sorted(call.key.scopes),
        relay_version=__version__,
        api_level=API_LEVEL,
        waiting=await call.relay.reading.waiting_of(call.user),
        inline_limit=call.relay.settings.inline_limit,
    )
