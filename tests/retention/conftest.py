"""Fixtures: one Redis for all tests of a process, emptied for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.retention.house import House, opened


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = RedisServer.start(Settings(data=tmp_path_factory.mktemp("redis")))
    yield server.url
    server.stop()


@pytest.fixture
async def house(redis_url: str, tmp_path: Path) -> AsyncIterator[House]:
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    async with opened(redis_url, tmp_path) as house:
        yield house
