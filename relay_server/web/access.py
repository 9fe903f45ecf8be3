"""Who asks, and whether they may: keys, scopes, users, levels, and pages of other sites."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from aiohttp import web

from relay_server import API_LEVEL, __version__
from relay_server.errors import Forbidden, InvalidRequest, Unauthorized, Upgrade
from relay_server.jobs.reading import EVERYBODY
from relay_server.keyring import ANYONE, Key
from relay_server.models.hosts import Scope
from relay_server.web.relay import Relay

USER_HEADER = "X-Comfy-Relay-User"
LEVEL_HEADER = "X-Comfy-Relay-Level"
OLDEST_LEVEL = 1
LEVEL = re.compile(r"[0-9]{1,9}")
USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


async def who(request: web.Request, relay: Relay) -> Key:
    """The key of a request. Raises Unauthorized."""
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    token = token.strip() if kind.lower() == "bearer" else ""
    if key := await relay.keyring.find(token):
        return key
    # Without keys only where nobody else can reach: the last key may be revoked while we listen.
    if is_loopback(relay.settings.listen) and not await relay.keyring.any():
        return ANYONE
    if token:
        raise Unauthorized(
            "unauthorized",
            "The relay does not know this key: it was revoked, or is another relay's. Whoever runs"
            " the relay makes another with `comfy-relay keys create`.",
        )
    raise Unauthorized(
        "unauthorized",
        "This relay needs an API key: send `Authorization: Bearer KEY`. Whoever runs the relay"
        " makes one with `comfy-relay keys create`.",
    )


def user_of(request: web.Request, key: Key) -> str:
    """The person: the key's name, or whom a key with the scope `delegate` names."""
    named = request.headers.get(USER_HEADER)
    if named is None:
        return key.name
    require(key, Scope.DELEGATE)
    return _login(named, USER_HEADER)


def user_meant(key: Key, user: str, named: str | None) -> str:
    """Whose jobs are meant: one's own, or those of a user that an admin names."""
    if named is None or named == user:
        return user
    require(key, Scope.ADMIN)
    return _login(named, "`user`")


def user_listed(key: Key, user: str, named: str | None) -> str:
    """The same for a list, which an admin may have of EVERYBODY."""
    if named != EVERYBODY:
        return user_meant(key, user, named)
    require(key, Scope.ADMIN)
    return named


def is_admin(key: Key) -> bool:
    """Whether the key may see what others do."""
    return Scope.ADMIN in key.scopes


def _login(named: str, where: str) -> str:
    if not USER.fullmatch(named):
        raise InvalidRequest(
            "invalid_name",
            f"{where} must be a login name: letters, digits, dot, dash, underscore, @.",
        )
    return named


def require(key: Key, scope: Scope | None) -> None:
    """Raises Forbidden if the key lacks a scope."""
    if scope is not None and scope not in key.scopes:
        raise Forbidden(
            "forbidden",
            f"This key may not do that: it lacks the scope `{scope}`. Ask for a key that has it.",
            {"scope": scope},
        )


def check_level(request: web.Request) -> None:
    """A plugin says its level; one that does not fit is told which side to update."""
    text = request.headers.get(LEVEL_HEADER)
    if text is None:
        return
    level = int(text) if LEVEL.fullmatch(text) else 0
    if level > API_LEVEL:
        raise Upgrade(
            "relay_too_old",
            f"The relay {__version__} speaks level {API_LEVEL}, the plugin {level}. Update the"
            " relay, or install an older plugin.",
        )
    if level < OLDEST_LEVEL:
        raise Upgrade(
            "client_too_old",
            f"The plugin speaks level {text[:20]!r}; the relay {__version__} needs {OLDEST_LEVEL}"
            f" to {API_LEVEL}. Update the plugin.",
        )


def check_origin(request: web.Request, *, loopback_only: bool) -> None:
    """Refuse what a page of another site makes a browser send.

    A browser says so in `Origin` or `Sec-Fetch-Site`; other clients send neither. On a relay
    without keys the Host must be this machine too, or a site could point its own name here.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    foreign = origin is not None and _netloc(origin) != request.host
    if foreign or site not in {"none", "same-origin"}:
        raise Forbidden(
            "cross_origin", "A web page of another site asked, and the relay does not answer those."
        )
    if loopback_only and not is_loopback(request.host):
        raise Forbidden(
            "cross_origin",
            f"Without API keys the relay answers only to this machine's name, not to"
            f" {request.host[:80]!r}. Use http://127.0.0.1, or make one:"
            " `comfy-relay keys create`.",
        )


def _netloc(origin: str) -> str | None:
    """Host and port of an origin; None if it is no URL."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def is_loopback(address: str) -> bool:
    """Whether a host (with or without port) is this machine."""
    bare = address.count(":") > 1 and not address.startswith("[")  # IPv6 without its brackets
    try:
        name = address if bare else urlsplit(f"//{address}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
