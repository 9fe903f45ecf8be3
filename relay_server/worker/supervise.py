"""The supervisor of a host: registers it, watches it, keeps its two slots running."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    ConnectionError as RedisConnectionError,
    TimeoutError as RedisTimeoutError,
)

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import StartupError
from relay_server.hosts.comfy import ComfyHost
from relay_server.hosts.registry import SLOTS
from relay_server.jobs.secrets import Sealer
from relay_server.jobs.transitions import Transitions
from relay_server.redis_connection import connect_async, shown_url
from relay_server.redis_keys import Keys, text
from relay_server.redis_schema import check_schema
from relay_server.redis_server import check_url, find_running
from relay_server.settings import Settings
from relay_server.worker.host_files import NO_FOLDERS, HostFiles, HostFolders
from relay_server.worker.host_watch import HostWatch
from relay_server.worker.slot_process import SlotProcess
from relay_server.worker.waiting import came, unless

log = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


async def supervise(
    url: str,
    name: str | None,
    settings: Settings,
    started: Callable[[str], None],
    folders: HostFolders = NO_FOLDERS,
) -> None:
    """The whole life of a worker, until SIGTERM or SIGINT. `started` is told the host's name when
    it is registered. Raises StartupError with one sentence if it cannot begin, or cannot go on
    without Redis."""
    name = checked_name(url, name)
    settings = with_redis(settings)
    with _redis_needed(settings):
        await _supervise(url, name, settings, started, folders)


async def _supervise(
    url: str,
    name: str,
    settings: Settings,
    started: Callable[[str], None],
    folders: HostFolders,
) -> None:
    assert settings.redis_url is not None
    redis = connect_async(settings, settings.redis_url, name=f"worker-{os.getpid()}", patient=True)
    blobs = LocalBlobs.opened(settings)
    await check_schema(redis, settings.namespace)
    await _same_store(redis, blobs, settings)
    Sealer(settings)  # so that a key that cannot be read is said here, and not by every slot
    async with ComfyHost(url, settings.host_timeout_s) as host:
        watch = HostWatch(host, name, redis, blobs, settings)
        files = HostFiles(redis, host, name, folders, settings)
        await files.prove()
        await watch.claim_name()
        abandon = partial(Transitions(redis, settings).abandon, name)
        slots = [SlotProcess(name, url, settings, abandon) for _ in range(SLOTS)]
        stop = Stop()

        async def live() -> None:
            await asyncio.gather(*(slot.ensure() for slot in slots))
            await watch.look()
            started(name)
            async with files.cleaned():
                await _keep_running(slots, watch, stop, settings.heartbeat_s)

        try:
            # Whatever it is at: Redis may be away, and a slot may be slow to start.
            await unless(stop.soon, live())
        finally:
            await _stop(slots, watch, stop, settings.heartbeat_s)
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
    if settings.redis_url is not None:
        check_url(settings.redis_url)
    url = settings.redis_url or find_running(settings)
    if url is None:
        raise StartupError(
            "redis_unavailable",
            "No relay runs on this machine with this data folder. Start `comfy-relay serve` first,"
            " or set COMFY_RELAY_REDIS_URL to the relay's Redis.",
        )
    return settings.model_copy(update={"redis_url": url})


@contextmanager
def _redis_needed(settings: Settings) -> Iterator[None]:
    """Turn Redis being away for longer than we wait into StartupError."""
    try:
        yield
    except AuthenticationError as error:
        raise StartupError(
            "redis_unavailable",
            f"Redis at {shown_url(settings.redis_url or '')} refuses us: name the user and password"
            " that it wants in COMFY_RELAY_REDIS_URL.",
        ) from error
    except (RedisConnectionError, RedisTimeoutError) as error:
        raise StartupError(
            "redis_unavailable",
            f"Redis at {shown_url(settings.redis_url or '')} did not answer for"
            f" {settings.redis_outage_s:g} s ({type(error).__name__}). Start it, or set"
            " COMFY_RELAY_REDIS_URL to the relay's Redis.",
        ) from error


async def _same_store(redis: Redis, blobs: LocalBlobs, settings: Settings) -> None:
    """The relay leaves a mark in its blob store; a worker that cannot see it is of no use."""
    token = await redis.get(Keys(settings.namespace)("store_probe"))
    if token and not await asyncio.to_thread(blobs.read_probe, text(token)):
        raise StartupError(
            "not_found",
            f"The blob store {settings.blob_dir} is not the relay's. Mount the relay's folder here"
            " and set COMFY_RELAY_BLOBS to it.",
        )


class Stop:
    """What signals ask for: SIGTERM to stop soon; SIGINT, or a second SIGTERM, at once."""

    def __init__(self) -> None:
        self.soon = asyncio.Event()
        self.at_once = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._terminate)
        loop.add_signal_handler(signal.SIGINT, self._interrupt)

    def _terminate(self) -> None:
        if self.soon.is_set():
            self.at_once.set()
        self.soon.set()

    def _interrupt(self) -> None:
        self.at_once.set()
        self.soon.set()


async def _keep_running(
    slots: list[SlotProcess], watch: HostWatch, stop: Stop, every_s: float
) -> None:
    """Until it is told to stop: the slots live, and the host's state is known. A slot that is slow
    to start keeps no heartbeat waiting."""
    both = [_keep_slots(slots, stop, every_s), _beat_until(stop.soon, watch)]
    tasks = [asyncio.ensure_future(each) for each in both]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def _keep_slots(slots: list[SlotProcess], stop: Stop, every_s: float) -> None:
    while not stop.soon.is_set():
        await asyncio.gather(*(slot.ensure() for slot in slots))
        await came(stop.soon, every_s)


async def _stop(slots: list[SlotProcess], watch: HostWatch, stop: Stop, wait_s: float) -> None:
    """No new jobs; what only waits goes back, what executes may end. Redis may be away, which
    must not keep anything from stopping."""
    await asyncio.wait({asyncio.ensure_future(watch.drain())}, timeout=wait_s)
    stopped = asyncio.Event()
    beating = asyncio.ensure_future(_beat_until(stopped, watch))
    await asyncio.gather(*(slot.stop(stop.at_once) for slot in slots))
    stopped.set()
    await asyncio.wait({beating}, timeout=wait_s)
    await asyncio.wait({asyncio.ensure_future(watch.leave())}, timeout=wait_s)


async def _beat_until(stopped: asyncio.Event, watch: HostWatch) -> None:
    while not stopped.is_set():
        await watch.beat(stopped)
