"""What the web side knows of all hosts: kept, refreshed and forgotten."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from relay_server.blobs.local import LocalBlobs
from relay_server.hosts import knowledge
from relay_server.hosts.knowledge import Knowledge
from relay_server.hosts.registry import NodeClasses, Registry
from relay_server.redis_connection import connect_async
from relay_server.redis_keys import Keys
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.workflows.hosts_said import object_info

WEEK_MS = 7 * 86_400_000


class Hosts:
    """Registers hosts as their supervisors do."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self.redis = redis
        self.keys = Keys(settings.namespace)
        self.registry = Registry(redis, settings)
        self.blobs = LocalBlobs.opened(settings)
        self.knowledge = Knowledge(self.registry, self.blobs)

    async def tell(self, name: str, checkpoints: list[str], state: str = "up") -> str:
        """A heartbeat of a host with these models; the digest of its object_info."""
        info = self._kept(object_info(checkpoints))
        models = self._kept({"checkpoints": checkpoints})
        await self.registry.keep_classes("c", NodeClasses(frozenset({"KSampler"}), frozenset()))
        await self.registry.register(
            name, f"supervisor of {name}", url=f"http://{name}:8188", state=state,
            classes="c", object_info=info, models=models,
        )  # fmt: skip
        return info

    async def silent_since(self, name: str, ms: int) -> None:
        """Its last heartbeat was so long ago."""
        beat = int(await self.redis.hget(self.keys.host(name), "beat_ms") or 0)
        await self.redis.hset(self.keys.host(name), "beat_ms", str(beat - ms))

    def _kept(self, value: Any) -> str:
        return self.blobs.put(json.dumps(value, sort_keys=True).encode()).sha256


@pytest.fixture
async def hosts(tmp_path: Path) -> AsyncIterator[Hosts]:
    settings = Settings(data=tmp_path)
    server = await asyncio.to_thread(RedisServer.start, settings)
    redis = connect_async(settings, server.url, name="test", patient=True)
    yield Hosts(redis, settings)
    await redis.aclose()
    await asyncio.to_thread(server.stop)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry is looked at every time."""
    monkeypatch.setattr(knowledge, "KNOWN_S", 0.0)


async def test_nothing_is_known_before_the_first_host(hosts: Hosts) -> None:
    known = await hosts.knowledge.current()
    assert (known.digest, known.hosts, bool(known.info)) == ("", (), False)


async def test_all_hosts_are_known_together(hosts: Hosts) -> None:
    await hosts.tell("gpu2", ["b.ckpt", "sd\\a.ckpt"])
    await hosts.tell("gpu1", ["b.ckpt"])
    known = await hosts.knowledge.current()
    assert [(host.name, host.up) for host in known.hosts] == [("gpu1", True), ("gpu2", True)]
    assert known.models.by_kind["checkpoints"] == {
        "b.ckpt": ("gpu1", "gpu2"), "sd/a.ckpt": ("gpu2",),
    }  # fmt: skip
    field = known.info.field("CheckpointLoaderSimple", "ckpt_name")
    assert field
    assert set(field.menu) == {"b.ckpt", "sd\\a.ckpt"}


async def test_the_registry_is_not_asked_at_every_request(hosts: Hosts) -> None:
    await hosts.tell("gpu1", ["a.ckpt"])
    known = await hosts.knowledge.current()
    await hosts.tell("gpu1", ["b.ckpt"])
    assert await hosts.knowledge.current() is known


@pytest.mark.usefixtures("at_once")
async def test_the_same_is_kept_and_a_change_is_seen(hosts: Hosts) -> None:
    await hosts.tell("gpu1", ["a.ckpt"])
    before = await hosts.knowledge.current()
    await hosts.tell("gpu1", ["a.ckpt"])
    assert await hosts.knowledge.current() is before
    await hosts.tell("gpu1", ["b.ckpt"])
    after = await hosts.knowledge.current()
    assert after.models.names("checkpoints") == ["b.ckpt"]
    assert after.digest != before.digest


@pytest.mark.usefixtures("at_once")
async def test_a_host_that_goes_down_keeps_what_it_has(hosts: Hosts) -> None:
    await hosts.tell("gpu1", ["a.ckpt"])
    before = await hosts.knowledge.current()
    await hosts.tell("gpu1", ["a.ckpt"], state="sick")
    after = await hosts.knowledge.current()
    assert [host.up for host in after.hosts] == [False]
    assert after.models == before.models
    assert after.info is before.info
    assert after.digest != before.digest


@pytest.mark.usefixtures("at_once")
async def test_a_host_is_forgotten_a_week_after_its_last_heartbeat(hosts: Hosts) -> None:
    await hosts.tell("gpu1", ["a.ckpt"])
    await hosts.tell("gpu2", ["b.ckpt"])
    await hosts.silent_since("gpu1", WEEK_MS - 60_000)
    await hosts.silent_since("gpu2", WEEK_MS + 60_000)
    known = await hosts.knowledge.current()
    assert [(host.name, host.up) for host in known.hosts] == [("gpu1", False)]
    assert known.models.names("checkpoints") == ["a.ckpt"]
    await hosts.silent_since("gpu1", WEEK_MS)
    assert (await hosts.knowledge.current()).digest == ""


@pytest.mark.usefixtures("at_once")
async def test_a_host_whose_blob_is_gone_is_left_out_until_it_is_back(
    hosts: Hosts, caplog: pytest.LogCaptureFixture
) -> None:
    await hosts.tell("gpu1", ["a.ckpt"])
    gone = await hosts.tell("gpu2", ["b.ckpt"])
    hosts.blobs.delete(gone)
    with caplog.at_level(logging.WARNING):
        assert [host.name for host in (await hosts.knowledge.current()).hosts] == ["gpu1"]
        assert [host.name for host in (await hosts.knowledge.current()).hosts] == ["gpu1"]
    assert len(caplog.records) == 1
    await hosts.tell("gpu2", ["b.ckpt"])
    assert [host.name for host in (await hosts.knowledge.current()).hosts] == ["gpu1", "gpu2"]


async def test_requests_at_the_same_time_look_once(hosts: Hosts) -> None:
    await hosts.tell("gpu1", ["a.ckpt"])
    found = await asyncio.gather(*(hosts.knowledge.current() for _ in range(20)))
    assert len(set(map(id, found))) == 1


async def test_a_wish_to_look_again_is_counted(hosts: Hosts) -> None:
    await hosts.tell("gpu1", [])
    assert await hosts.registry.learn_asked("gpu1") == 0
    await hosts.registry.ask_to_learn("gpu1")
    await hosts.registry.ask_to_learn("gpu1")
    assert await hosts.registry.learn_asked("gpu1") == 2


async def test_a_digest_of_models_stands_for_their_names(hosts: Hosts) -> None:
    await hosts.registry.keep_models("d", ["loras/x.ckpt"])
    assert await hosts.registry.models("d") == {"loras/x.ckpt"}
    assert await hosts.registry.models("other") is None
