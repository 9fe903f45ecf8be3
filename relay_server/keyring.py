"""API keys: made on the command line, kept in Redis as hashes, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from relay_server.jobs.events import KEYS, MAX_EVENTS
from relay_server.models.hosts import Scope
from relay_server.redis_keys import Keys, text

PREFIX = "crk"


@dataclass(frozen=True)
class Key:
    """Who a key belongs to, and what it may do. The secret itself is kept nowhere."""

    id: str
    name: str
    scopes: frozenset[Scope]


ANYONE = Key("", "local", frozenset(Scope))
"""Who asks where no key was ever made; the relay then listens on this machine only."""


class Keyring:
    """Makes, lists, finds and revokes keys."""

    def __init__(
        self, redis: Redis, namespace: str, changes: Callable[[], int] | None = None
    ) -> None:
        """`changes` tells a number that rises whenever a key is made or revoked. With it, that
        there is no key is remembered until it rises."""
        self._redis = redis
        self._name = Keys(namespace)("keys")
        self._events = Keys(namespace)("events")
        self._changes = changes
        self._none_since: int | None = None

    async def create(self, name: str, scopes: frozenset[Scope]) -> str:
        """A new key, to be shown once: it cannot be read again."""
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        token = f"{PREFIX}_{key_id}_{secret}"
        stored = {"name": name, "scopes": sorted(scopes), "sha256": _digest(token)}
        async with self._redis.pipeline() as pipe:
            pipe.hset(self._name, key_id, json.dumps(stored))
            self._tell(pipe)
            await pipe.execute()
        return token

    async def revoke(self, key_id: str) -> bool:
        """Forget a key, from the next request on. False if there was none."""
        async with self._redis.pipeline() as pipe:
            pipe.hdel(self._name, key_id)
            self._tell(pipe)
            return bool((await pipe.execute())[0])

    def _tell(self, pipe: Any) -> None:
        news: Any = {"job": "", "rev": 0, "kind": KEYS, "data": "{}"}
        pipe.xadd(self._events, news, maxlen=MAX_EVENTS)

    async def keys(self) -> list[Key]:
        """All keys, by name."""
        raw = await self._redis.hgetall(self._name)
        found = [_key(text(key_id), json.loads(stored)) for key_id, stored in raw.items()]
        return sorted(found, key=lambda key: key.name)

    async def any(self) -> bool:
        """Whether any key was made: then every request needs one."""
        changes = self._changes() if self._changes else None
        if changes is not None and changes == self._none_since:
            return False
        found = bool(await self._redis.hlen(self._name))
        self._none_since = None if found else changes
        return found

    async def find(self, token: str) -> Key | None:
        """The key behind a token, or None."""
        prefix, _, rest = token.partition("_")
        key_id = rest.partition("_")[0]
        if prefix != PREFIX or not key_id or not token.isascii():
            return None
        raw = await self._redis.hget(self._name, key_id)
        stored = json.loads(raw) if raw else {"sha256": ""}
        same = hmac.compare_digest(stored["sha256"], _digest(token))
        return _key(key_id, stored) if raw and same else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(key_id: str, stored: dict[str, object]) -> Key:
    scopes = stored["scopes"]
    assert isinstance(scopes, list)
    return Key(key_id, str(stored["name"]), frozenset(Scope(scope) for scope in scopes))
