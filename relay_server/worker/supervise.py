"""The supervisor of a host: registers it, watches it, keeps its two slots running."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import re
import signal
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import StartupError, Unavailable
from relay_server.hosts.comfy import ComfyHost, HostError, HostRefused
from relay_server.hosts.registry import SLOTS, HostInfo, NodeClasses, Registry
from relay_server.jobs.secrets import Sealer
from relay_server.redis_connection import connect_async
from relay_server.redis_keys import Keys, text
from relay_server.redis_server import find_running
from relay_server.settings import Settings
from relay_server.worker.waiting import came
from relay_server.workflows.host_models import from_menus, listed
from relay_server.workflows.model_files import canonical

log = logging.getLogger(__name__)

LEARN_BEATS = 5
"""A host is not asked again for what it has before this many heartbeats, whoever wants it."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


async def supervise(
    url: str, name: str | None, settings: Settings, started: Callable[[str], None]
) -> None:
    """The whole life of a worker, until SIGTERM or SIGINT. `started` is told the host's name when
    it is registered. Raises StartupError with one sentence if it cannot begin."""
    name = checked_name(url, name)
    settings = with_redis(settings)
    assert settings.redis_url is not None
    redis = connect_async(settings, settings.redis_url, name=f"worker-{os.getpid()}", patient=True)
    blobs = LocalBlobs.opened(settings)
    await _same_store(redis, blobs, settings)
    Sealer(settings)  # so that a key that cannot be read is said here, and not by every slot
    async with ComfyHost(url, settings.host_timeout_s) as host:
        watch = HostWatch(host, name, Registry(redis, settings), blobs, settings)
        await watch.claim_name()
        slots = [SlotProcess(name, url, settings) for _ in range(SLOTS)]
        try:
            await asyncio.gather(*(slot.ensure() for slot in slots))
            await watch.look()
            started(name)
            await _keep_running(slots, watch, settings)
        finally:
            await asyncio.gather(*(slot.stop() for slot in slots))
            with contextlib.suppress(TimeoutError, RedisError):  # Redis may be away: no matter
                async with asyncio.timeout(settings.heartbeat_s):
                    await watch.leave()
            await redis.aclose()


def checked_name(url: str, name: str | None) -> str:
    """The host's name; by default it is made of its address."""
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise StartupError(
            "unknown_host", f"{url!r} is no address of a ComfyUI. Use one like http://gpu1:8188."
        )
    name = name or f"{address.hostname}-{address.port or 80}".replace(":", "-")
    if not NAME.fullmatch(name):
        raise StartupError(
            "invalid_name",
            f"{name!r} is no name for a host. Use letters, digits, dot, dash and underscore.",
        )
    return name


def with_redis(settings: Settings) -> Settings:
    """The settings with the Redis that the relay uses. Raises StartupError if there is none."""
    url = settings.redis_url or find_running(settings)
    if url is None:
        raise StartupError(
            "redis_unavailable",
            "No relay runs on this machine with this data folder. Start `comfy-relay serve` first,"
            " or set COMFY_RELAY_REDIS_URL to the relay's Redis.",
        )
    return settings.model_copy(update={"redis_url": url})


async def _same_store(redis: Redis, blobs: LocalBlobs, settings: Settings) -> None:
    """The relay leaves a mark in its blob store; a worker that cannot see it is of no use."""
    token = await redis.get(Keys(settings.namespace)("store_probe"))
    if token and not await asyncio.to_thread(blobs.read_probe, text(token)):
        raise StartupError(
            "not_found",
            f"The blob store {settings.blob_dir} is not the relay's. Mount the relay's folder here"
            " and set COMFY_RELAY_BLOBS to it.",
        )


async def _keep_running(slots: list[SlotProcess], watch: HostWatch, settings: Settings) -> None:
    """Until SIGTERM or SIGINT: the slots live, and the host's state is known."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    while not stop.is_set():
        for slot in slots:
            await slot.ensure()
        await came(stop, settings.heartbeat_s)
        try:
            await watch.look()
        except (RedisError, OSError, Unavailable) as error:
            log.warning("host %s: no heartbeat (%s)", watch.name, type(error).__name__)


class HostWatch:
    """Looks whether the host answers, and what it can do when that may have changed."""

    def __init__(
        self, host: ComfyHost, name: str, registry: Registry, blobs: LocalBlobs, settings: Settings
    ) -> None:
        self.name = name
        self._host = host
        self._registry = registry
        self._blobs = blobs
        self._settings = settings
        self._id = uuid.uuid4().hex
        self._state = ""
        self._known_at = 0.0
        self._asked = 0
        self._classes = self._object_info = self._models = ""
        self._info: HostInfo | None = None

    async def claim_name(self) -> None:
        """Speak for the host from now on. Raises StartupError if another does. No job comes yet."""
        await self._registry.register(self.name, self._id, url=self._host.url, state="starting")

    async def look(self) -> None:
        """One heartbeat: the state of the host, into the registry."""
        state, reason = "up", ""
        asked = await self._registry.learn_asked(self.name)
        try:
            # The heartbeat must not wait for a silent host longer than its lease lasts.
            async with asyncio.timeout(self._settings.lease_s / 2):
                stats = await self._host.system_stats()
            if self._is_due(asked):
                self._info = _info(stats)
                await self._learn()
                self._asked = asked
        except TimeoutError:
            state, reason = "sick", "the host does not answer in time"
        except HostRefused as error:
            state, reason = "gone", str(error)
        except HostError as error:
            state, reason = "sick", str(error)
        if state != self._state:
            log.info("host %s is %s %s", self.name, state, reason)
        self._state = state
        await self._registry.register(
            self.name, self._id, url=self._host.url, state=state, reason=reason,
            classes=self._classes, object_info=self._object_info, models=self._models,
            info=self._info,
        )  # fmt: skip

    def _is_due(self, asked: int) -> bool:
        """Whether to look again at what the host has: it was away, it is long ago, or a slot met
        something that is not as known. Many refused prompts in a row are one reason, not many."""
        since_s = time.monotonic() - self._known_at
        may = since_s > LEARN_BEATS * self._settings.heartbeat_s
        again = since_s > self._settings.capability_s or (asked != self._asked and may)
        return self._state != "up" or again

    async def _learn(self) -> None:
        """Which nodes and models the host has: their names by digest, all of it as blobs."""
        info = await self._host.object_info()
        told = await self._host.models()
        outputs = (name for name, about in info.items() if about.get("output_node"))
        classes = NodeClasses(frozenset(info), frozenset(outputs))
        models = await asyncio.to_thread(_models, told, info)
        names = [f"{kind}/{canonical(name)}" for kind in models for name in models[kind]]
        self._object_info = await asyncio.to_thread(self._kept, info)
        self._models = await asyncio.to_thread(self._kept, models) if models else ""
        self._classes = hashlib.sha256("\n".join(sorted(info)).encode()).hexdigest()[:32]
        await self._registry.keep_classes(self._classes, classes)
        if self._models:
            await self._registry.keep_models(self._models, names)
        self._known_at = time.monotonic()

    def _kept(self, value: object) -> str:
        """The sha256 of a value in the blob store. Blocks."""
        return self._blobs.put(json.dumps(value, sort_keys=True).encode()).sha256

    async def leave(self) -> None:
        """Nobody speaks for the host any more."""
        await self._registry.unregister(self.name, self._id)


def _models(told: dict[str, list[Any]] | None, info: dict[str, Any]) -> dict[str, list[str]]:
    """The host's models by kind; an old host has them on its menus only."""
    return from_menus(info) if told is None else listed(told, info)


def _info(stats: dict[str, object]) -> HostInfo:
    system, devices = stats.get("system"), stats.get("devices")
    device = devices[0] if isinstance(devices, list) and devices else {}
    system = system if isinstance(system, dict) else {}
    return HostInfo(
        comfyui_version=system.get("comfyui_version"),
        device=device.get("name"),
        vram_total=device.get("vram_total"),
        simulation=bool(system.get("simulation")),
    )


class SlotProcess:
    """One slot of the host, started again whenever it is not running."""

    def __init__(self, name: str, url: str, settings: Settings) -> None:
        self._arguments = ["-m", "relay_server.worker.slot", name, url]
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None

    async def ensure(self) -> None:
        """Start the process unless it runs; returns when it takes jobs, or has failed."""
        if self._process and self._process.returncode is None:
            return
        if self._process:
            log.warning("a slot ended with %s and is started again", self._process.returncode)
        assert self._settings.redis_url is not None
        # In the environment, not in the arguments: the URL may hold a password.
        environment = {**os.environ, "COMFY_RELAY_REDIS_URL": self._settings.redis_url}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._arguments,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        await self._process.stdout.readline()  # `ready`, or the end of a process that failed

    async def stop(self) -> None:
        """Ask it to stop; it lets go of its job. Kill it if it does not."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._settings.stop_s):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
