"""Looks at a host at every beat: whether it answers, what it has, what is wrong with it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
import uuid
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import StartupError, Unavailable
from relay_server.hosts.comfy import ComfyHost, HostError, HostRefused
from relay_server.hosts.registry import HostInfo, NodeClasses, Registry
from relay_server.settings import Settings
from relay_server.worker.waiting import came
from relay_server.worker.watchdog import Watchdog
from relay_server.workflows.host_models import from_menus, listed
from relay_server.workflows.model_files import canonical

log = logging.getLogger(__name__)

LEARN_BEATS = 5
"""A host is not asked again for what it has before this many heartbeats, whoever wants it."""

ANSWERS = frozenset({"up", "draining"})
DRAINING = "its worker was told to stop"


class HostWatch:
    """Looks whether the host answers, and what it can do when that may have changed."""

    def __init__(
        self, host: ComfyHost, name: str, redis: Redis, blobs: LocalBlobs, settings: Settings
    ) -> None:
        self.name = name
        self._host = host
        self._registry = Registry(redis, settings)
        self._watchdog = Watchdog(host, name, redis, settings)
        self._blobs = blobs
        self._settings = settings
        self._id = uuid.uuid4().hex
        self._state = ""
        self._known_at = 0.0
        self._asked = 0
        self._classes = self._object_info = self._models = ""
        self._info: HostInfo | None = None
        self._draining = False

    async def claim_name(self) -> None:
        """Speak for the host from now on. Raises StartupError if another does. No job comes yet.

        One that was killed a moment ago still has its lease: it is waited for, as long as it is
        silent. One that lives is heard within a few heartbeats.
        """
        ends = time.monotonic() + self._settings.lease_s + self._settings.heartbeat_s
        heard = await self._last_beat()
        while True:
            try:
                await self._registry.register(
                    self.name, self._id, url=self._host.url, state="starting"
                )
                return
            except StartupError:
                if time.monotonic() >= ends or await self._last_beat() != heard:
                    raise
            await asyncio.sleep(self._settings.heartbeat_s)

    async def _last_beat(self) -> int:
        """When a supervisor spoke for this name last, by Redis' clock; 0: none ever did."""
        views = await self._registry.hosts()
        return next((each.record.beat_ms for each in views if each.record.name == self.name), 0)

    async def look(self) -> None:
        """One heartbeat: the state of the host, into the registry."""
        state, reason = ("draining", DRAINING) if self._draining else ("up", "")
        asked = await self._registry.learn_asked(self.name)
        seen = await self._watchdog.see()
        try:
            # The heartbeat must not wait for a silent host longer than its lease lasts.
            async with asyncio.timeout(self._settings.lease_s / 2):
                stats = await self._host.system_stats()
            if self._is_due(asked):
                self._info = _info(stats)
                await self._learn()
                self._asked = asked
            await self._watchdog.look(seen)
        except TimeoutError:
            state, reason = "sick", "the host does not answer in time"
        except HostRefused as error:
            state, reason = "gone", str(error)
        except HostError as error:
            state, reason = "sick", str(error)
        if state not in ANSWERS:
            self._watchdog.host_was_away()
        await self._say(state, reason)

    async def drain(self) -> None:
        """The worker is to stop: no job comes any more. The jobs that are there go on."""
        self._draining = True
        await self._say("draining", DRAINING)

    async def _say(self, state: str, reason: str) -> None:
        if state != self._state:
            log.info("host %s is %s%s", self.name, state, f": {reason}" if reason else "")
        self._state = state
        await self._registry.register(
            self.name, self._id, url=self._host.url, state=state, reason=reason,
            classes=self._classes, object_info=self._object_info, models=self._models,
            info=self._info,
        )  # fmt: skip

    async def beat(self, stop: asyncio.Event) -> None:
        """Wait for the next heartbeat, and look; not for long if it stops meanwhile."""
        await came(stop, self._settings.heartbeat_s)
        try:
            await self.look()
        except (RedisError, OSError, Unavailable) as error:
            log.warning("host %s: no heartbeat (%s)", self.name, type(error).__name__)

    def _is_due(self, asked: int) -> bool:
        """Whether to look again at what the host has: it was away, it is long ago, or a slot met
        something that is not as known. Many refused prompts in a row are one reason, not many."""
        since_s = time.monotonic() - self._known_at
        may = since_s > LEARN_BEATS * self._settings.heartbeat_s
        again = since_s > self._settings.capability_s or (asked != self._asked and may)
        return self._state not in ANSWERS or again

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
