"""What a supervisor learns of its host, and when it looks again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from redis.asyncio import Redis

from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.comfy import ComfyHost
from relay_server.hosts.registry import HostRecord, Registry
from relay_server.redis_connection import connect_async
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from relay_server.sim_host import Seam, SimOptions
from relay_server.sim_host.app import serve
from relay_server.worker.host_watch import HostWatch


class Silent(Seam):
    """Answers as a host that does not have a route, or fails on it."""

    def __init__(self, path: str, status: int) -> None:
        self._path = path
        self._status = status

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=self._status) if request.path == self._path else None


@asynccontextmanager
async def sim_host(folder: Path, seam: Seam | None = None, **options: Any) -> AsyncIterator[int]:
    """A host with these models; its port."""
    port = asyncio.get_running_loop().create_future()
    chosen = SimOptions(**{"port": 0, "root": folder, **options})
    serving = asyncio.create_task(serve(chosen, port.set_result, seam))
    await asyncio.wait({serving, port}, return_when=asyncio.FIRST_COMPLETED)
    yield await port
    serving.cancel()
    await asyncio.wait({serving})


class Supervised:
    """A supervisor's look at one host, with what it registered."""

    def __init__(self, watch: HostWatch, registry: Registry, blobs: LocalBlobs) -> None:
        self.watch = watch
        self.registry = registry
        self._blobs = blobs

    async def record(self) -> HostRecord:
        await self.watch.look()
        return (await self.registry.hosts())[0].record

    async def models(self) -> dict[str, list[str]]:
        """The models by kind after one more look."""
        digest = (await self.record()).models
        with self._blobs.open(digest) as file:
            found: dict[str, list[str]] = json.load(file)
        return found


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    async with AsyncExitStack() as stack:
        settings = Settings(data=tmp_path, heartbeat_s=1e-6)
        server = await asyncio.to_thread(RedisServer.start, settings)
        stack.push_async_callback(asyncio.to_thread, server.stop)
        redis: Redis = connect_async(settings, server.url, name="test", patient=True)
        stack.push_async_callback(redis.aclose)

        async def supervised(port: int, **changes: Any) -> Supervised:
            chosen = settings.model_copy(update=changes)
            host = await stack.enter_async_context(ComfyHost(f"http://127.0.0.1:{port}", 10))
            registry, blobs = Registry(redis, chosen), LocalBlobs.opened(chosen)
            return Supervised(HostWatch(host, "gpu1", redis, blobs, chosen), registry, blobs)

        yield supervised


Supervise = Callable[..., Any]


async def test_models_are_learned_as_the_host_spells_them(
    supervise: Supervise, tmp_path: Path
) -> None:
    async with sim_host(tmp_path, checkpoints=("a\\b.ckpt", "c.ckpt"), loras=()) as port:
        host = await supervise(port)
        models = await host.models()
        assert models["checkpoints"] == ["a\\b.ckpt", "c.ckpt"]
        assert models["loras"] == []
        assert not {"configs", "custom_nodes"} & models.keys()
        digest = (await host.record()).models
        assert "checkpoints/a/b.ckpt" in await host.registry.models(digest)


async def test_an_older_host_has_the_models_of_its_menus(
    supervise: Supervise, tmp_path: Path
) -> None:
    async with sim_host(tmp_path, Silent("/models", 404), checkpoints=("a.ckpt",)) as port:
        models = await (await supervise(port)).models()
        assert models["checkpoints"] == ["a.ckpt"]


async def test_a_folder_that_the_host_cannot_list_is_empty(
    supervise: Supervise, tmp_path: Path
) -> None:
    async with sim_host(tmp_path, Silent("/models/loras", 500), checkpoints=("a.ckpt",)) as port:
        host = await supervise(port)
        models = await host.models()
        assert (models["loras"], models["checkpoints"]) == ([], ["a.ckpt"])
        assert (await host.record()).state == "up"


async def test_what_is_no_comfyui_is_called_so(supervise: Supervise, tmp_path: Path) -> None:
    async with sim_host(tmp_path, Silent("/system_stats", 404)) as port:
        record = await (await supervise(port)).record()
        assert (record.state, record.reason) == (
            "sick",
            "what answers there is no ComfyUI: /system_stats answered 404",
        )


async def test_a_host_that_is_well_is_logged_in_few_words(
    supervise: Supervise, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with sim_host(tmp_path) as port:
        await (await supervise(port)).record()
    ours = [each.getMessage() for each in caplog.records if "gpu1" in each.getMessage()]
    assert ours == ["host gpu1 is up"]


async def test_a_host_is_not_asked_again_while_nothing_happened(
    supervise: Supervise, tmp_path: Path
) -> None:
    async with sim_host(tmp_path, checkpoints=("old.ckpt",)) as port:
        host = await supervise(port)
        await host.models()
    async with sim_host(tmp_path, checkpoints=("new.ckpt",), port=port):
        assert (await host.models())["checkpoints"] == ["old.ckpt"]


async def test_a_host_that_was_away_is_asked_again(supervise: Supervise, tmp_path: Path) -> None:
    async with sim_host(tmp_path, checkpoints=("old.ckpt",)) as port:
        host = await supervise(port)
        await host.models()
    assert (await host.record()).state == "gone"
    async with sim_host(tmp_path, checkpoints=("new.ckpt",), port=port):
        assert (await host.models())["checkpoints"] == ["new.ckpt"]


async def test_a_host_is_asked_again_now_and_then(supervise: Supervise, tmp_path: Path) -> None:
    async with sim_host(tmp_path, checkpoints=("old.ckpt",)) as port:
        host = await supervise(port, capability_s=0.0)
        await host.models()
    async with sim_host(tmp_path, checkpoints=("new.ckpt",), port=port):
        assert (await host.models())["checkpoints"] == ["new.ckpt"]


async def test_a_host_is_asked_again_when_a_slot_met_something_unknown(
    supervise: Supervise, tmp_path: Path
) -> None:
    async with sim_host(tmp_path, checkpoints=("old.ckpt",)) as port:
        host = await supervise(port)
        await host.models()
    async with sim_host(tmp_path, checkpoints=("new.ckpt",), port=port):
        await host.registry.ask_to_learn("gpu1")
        assert (await host.models())["checkpoints"] == ["new.ckpt"]


async def test_many_wishes_soon_after_a_look_wait(supervise: Supervise, tmp_path: Path) -> None:
    async with sim_host(tmp_path, checkpoints=("old.ckpt",)) as port:
        host = await supervise(port, heartbeat_s=60.0)
        await host.models()
    async with sim_host(tmp_path, checkpoints=("new.ckpt",), port=port):
        await host.registry.ask_to_learn("gpu1")
        assert (await host.models())["checkpoints"] == ["old.ckpt"]
