"""The relay's process: Redis, the store, the web side and the dispatcher, until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.blobs.assets import Assets
from relay_server.blobs.local import LocalBlobs
from relay_server.errors import StartupError
from relay_server.garbage import collect_rarely
from relay_server.hosts.knowledge import Knowledge
from relay_server.hosts.registry import Registry
from relay_server.jobs.catalog import Catalog
from relay_server.jobs.dispatcher import Dispatcher, rules_of
from relay_server.jobs.events import Events
from relay_server.jobs.outlook import Outlook
from relay_server.jobs.queue import under_namespace
from relay_server.jobs.reading import Reading
from relay_server.jobs.secrets import Sealer
from relay_server.jobs.transitions import Transitions
from relay_server.keyring import Keyring
from relay_server.redis_connection import connect, connect_async
from relay_server.redis_keys import Keys
from relay_server.redis_schema import check_schema
from relay_server.redis_server import RedisServer, redis_running
from relay_server.retention.cleaner import Cleaner
from relay_server.retention.ended import EndedJobs
from relay_server.settings import Settings
from relay_server.stopping import stop_asked
from relay_server.web.access import is_loopback
from relay_server.web.app import create_app
from relay_server.web.connection import Runner
from relay_server.web.relay import Relay
from relay_server.workflow_files import WatchedFolder, publish_starters

log = logging.getLogger(__name__)

WATCH_S = 1.0


async def serve(settings: Settings, started: Callable[[str], None]) -> None:
    """Run the relay until SIGTERM or SIGINT. `started` is told its URL when it answers.

    Raises StartupError with one sentence if it cannot start.
    """
    _check_folder(settings)
    async with redis_running(settings) as server, _running(settings, server) as url:
        collect_rarely()
        started(url)
        await stop_asked()


@contextlib.asynccontextmanager
async def _running(settings: Settings, server: RedisServer) -> AsyncIterator[str]:
    """The relay, answering at the URL."""
    name = f"serve-{os.getpid()}"
    async with contextlib.AsyncExitStack() as stack:
        redis = connect_async(settings, server.url, name=name)
        # For streams, and for the start: nobody waits for an answer yet.
        patient = connect_async(settings, server.url, name=name, patient=True)
        rq = under_namespace(connect(settings, server.url, name=name), settings.namespace)
        stack.push_async_callback(redis.aclose)
        stack.push_async_callback(patient.aclose)
        stack.callback(rq.close)
        await check_schema(patient, settings.namespace)
        await _check_keys(settings, Keyring(patient, settings.namespace))
        blobs = await asyncio.to_thread(LocalBlobs.opened, settings)
        probe = await asyncio.to_thread(blobs.write_probe)
        await patient.set(Keys(settings.namespace)("store_probe"), probe)
        events = Events(patient, settings.namespace)
        dispatcher = Dispatcher(redis, rq, settings, events)
        relay = _relay(settings, redis, blobs, events, dispatcher)
        await publish_starters(Catalog(patient, settings.namespace))
        stack.push_async_callback(_step_down, dispatcher)
        loops: list[Callable[[], Awaitable[None]]] = [
            events.run,
            dispatcher.run,
            Cleaner(redis, blobs, settings).run,
            lambda: _keep_redis(server),
            *([relay.folder.run] if settings.workflows else []),
        ]
        runner = Runner(create_app(relay, loops), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.listen, settings.port, shutdown_timeout=settings.stop_s)
        await _listen(site, settings)
        yield _url(runner, settings)


def _relay(
    settings: Settings, redis: Redis, blobs: LocalBlobs, events: Events, dispatcher: Dispatcher
) -> Relay:
    registry = Registry(redis, settings)
    knowledge = Knowledge(registry, blobs)
    catalog = Catalog(redis, settings.namespace)
    reading = Reading(redis, settings.namespace)
    return Relay(
        settings=settings,
        redis=redis,
        blobs=blobs,
        assets=Assets(redis, settings),
        registry=registry,
        knowledge=knowledge,
        transitions=Transitions(redis, settings),
        reading=reading,
        outlook=Outlook(redis, registry, reading, settings, rules_of(settings)),
        ended=EndedJobs(redis, blobs, settings),
        events=events,
        keyring=Keyring(redis, settings.namespace, lambda: events.keys_changed),
        sealer=Sealer(settings),
        catalog=catalog,
        folder=WatchedFolder(settings, catalog, knowledge),
        dispatcher=dispatcher,
    )


def _check_folder(settings: Settings) -> None:
    if settings.workflows is not None and not settings.workflows.expanduser().is_dir():
        raise StartupError(
            "workflow_not_found",
            f"The folder {settings.workflows} of COMFY_RELAY_WORKFLOWS is not there. Create or"
            " unset it.",
        )


async def _check_keys(settings: Settings, keyring: Keyring) -> None:
    if not is_loopback(settings.listen) and not await keyring.any():
        raise StartupError(
            "unauthorized",
            f"Without API keys the relay listens on this machine only, not on {settings.listen}."
            " Make a key first: comfy-relay keys create --name NAME --scopes submit",
        )


async def _listen(site: web.TCPSite, settings: Settings) -> None:
    try:
        await site.start()
    except OSError as error:
        raise StartupError(
            "invalid_request",
            f"Port {settings.port} on {settings.listen} cannot be used: {error.strerror}."
            " Stop what uses it, or set COMFY_RELAY_PORT.",
        ) from error


def _url(runner: web.AppRunner, settings: Settings) -> str:
    host, port = runner.addresses[0][:2]
    shown = f"[{host}]" if ":" in host else host
    return settings.public_url or f"http://{shown}:{port}"


async def _step_down(dispatcher: Dispatcher) -> None:
    """So that the next relay leads at once, and not after a lease."""
    with contextlib.suppress(RedisError, OSError):
        await dispatcher.step_down()


async def _keep_redis(server: RedisServer) -> None:
    """Our own Redis is started again when it dies; its data is on the disk."""
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            if await asyncio.to_thread(server.restart_if_dead):
                log.warning("Redis had died and was started again")
        except StartupError as error:
            log.warning("Redis had died: %s", error.message)
