"""The relay as its clients reach it, and who may."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from redis.asyncio import Redis

from relay_server import __version__
from relay_server.doctor.finding import Finding, ok, wrong
from relay_server.hosts.registry import shown_url
from relay_server.keyring import Keyring
from relay_server.settings import Settings
from relay_server.web.access import is_loopback

ANSWER_S = aiohttp.ClientTimeout(total=5.0)
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}
"""Where a relay that listens on all addresses is asked."""
AWAY = (aiohttp.ClientError, TimeoutError, ValueError, OSError)


async def keys_found(settings: Settings, redis: Redis) -> list[Finding]:
    """Whether strangers are kept out."""
    keys = await Keyring(redis, settings.namespace).keys()
    if keys:
        return [ok("keys", f"{len(keys)}; every request needs one.")]
    if is_loopback(settings.listen):
        return [ok("keys", f"none, and the relay listens on {settings.listen} only.")]
    return [
        wrong("keys", f"there are none, so the relay does not start on {settings.listen}. Make one:"
              " comfy-relay keys create --name NAME --scopes submit"),
    ]  # fmt: skip


async def relay_found(settings: Settings, url: str | None, key: str | None) -> list[Finding]:
    """Whether it answers, in which version, whether it is ready, and knows the key."""
    url = (url or settings.public_url or _url(settings)).rstrip("/")
    shown = shown_url(url)
    try:
        async with aiohttp.ClientSession(timeout=ANSWER_S, trust_env=False) as session:
            version = (await asked(session, f"{url}/openapi.json"))["info"]["version"]
            ready = await asked(session, f"{url}/readyz")
            known = [await _key_found(session, url, key)] if key else []
    except (*AWAY, KeyError, TypeError):
        return [
            wrong("relay", f"does not answer at {shown}. Start `comfy-relay serve`, or name"
                  " its address with --relay."),
        ]  # fmt: skip
    found = [ok("relay", f"answers at {shown}, version {version}.")]
    if version != __version__:
        found = [wrong("relay", f"at {shown} has version {version}, and this is {__version__}."
                       " Update the older one.")]  # fmt: skip
    if not ready.get("ready"):
        said = [ready.get(part) for part in ("redis", "store") if ready.get(part) != "ok"]
        found.append(wrong("relay", f"at {shown} is not ready: {', '.join(map(str, said))}."))
    return [*found, *known]


async def _key_found(session: aiohttp.ClientSession, url: str, key: str) -> Finding:
    """Whether the relay takes the key that commands here send."""
    header = {"Authorization": f"Bearer {key}"}
    async with session.get(f"{url}/relay/v1/me", headers=header) as answer:
        status, body = answer.status, await answer.json(content_type=None)
    if status == HTTPStatus.OK:
        return ok("key", f"COMFY_RELAY_KEY is {body['user']}'s: {', '.join(body['scopes'])}.")
    if status == HTTPStatus.UNAUTHORIZED:
        return wrong("key", "the relay does not know COMFY_RELAY_KEY: it was revoked, or is"
                     " another relay's. Ask whoever runs the relay for another.")  # fmt: skip
    return wrong("key", f"the relay answers {status} to COMFY_RELAY_KEY.")


async def asked(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """A JSON object from there."""
    async with session.get(url) as answer:
        body = await answer.json(content_type=None)
    if not isinstance(body, dict):
        raise ValueError("no object")
    return body


def skew_s(date: str | None, now_s: float) -> float | None:
    """How far the clock that wrote an HTTP date is ahead; None if it wrote none."""
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return said.replace(tzinfo=said.tzinfo or UTC).timestamp() - now_s


def _url(settings: Settings) -> str:
    host = EVERYWHERE.get(settings.listen, settings.listen)
    bare = ":" in host and not host.startswith("[")
    return f"http://[{host}]:{settings.port}" if bare else f"http://{host}:{settings.port}"
