"""The Lua scripts: every transition of a job is one of them, so each is all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

NAMES = (
    "abandon",
    "accept",
    "again",
    "assign",
    "cancel",
    "claim",
    "clear",
    "drop_asset",
    "drop_unused",
    "expire_job",
    "finish",
    "forget_blob",
    "forget_job",
    "give_up",
    "grant_blob",
    "hosts",
    "keep_asset",
    "lanes",
    "look",
    "mark_host",
    "publish",
    "reap",
    "register",
    "remove_host",
    "renew",
    "report",
    "reprioritize",
    "requeue",
    "schema",
    "snapshot",
    "step_down",
    "use_bytes",
    "watch",
    "withdraw",
)
PREPENDED = ("common", "references")


class Scripts:
    """The scripts of one namespace. Arguments go in as they are; answers come back as text."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        common = "".join(_source(name) for name in PREPENDED)
        self._namespace = namespace
        self._scripts: dict[str, AsyncScript] = {
            name: redis.register_script(common + _source(name)) for name in NAMES
        }

    async def run(self, name: str, *arguments: Any) -> Any:
        """Run one script. Booleans are `1` and empty; None is empty."""
        plain = [_plain(argument) for argument in arguments]
        return _text(await self._scripts[name](keys=[self._namespace], args=plain))

    async def run_all(self, name: str, calls: Iterable[Sequence[Any]]) -> list[Any]:
        """Run one script for each of these arguments, in one round trip."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for arguments in calls:
                plain = [_plain(argument) for argument in arguments]
                await self._scripts[name](keys=[self._namespace], args=plain, client=pipe)
            return [_text(answer) for answer in await pipe.execute()]


def _source(name: str) -> str:
    return (files("relay_server") / "lua" / f"{name}.lua").read_text(encoding="utf-8")


def _plain(argument: Any) -> Any:
    if argument is None or argument is False:
        return ""
    return "1" if argument is True else argument


def _text(answer: Any) -> Any:
    if isinstance(answer, bytes):
        return answer.decode()
    if isinstance(answer, list):
        return [_text(item) for item in answer]
    return answer
