"""How a command runs: to its end, with our errors as one sentence."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import click
from pydantic import ValidationError

from relay_server.errors import RelayError, StartupError
from relay_server.settings import Settings, problems
from relay_server.stopping import stoppable

INTERRUPTED = 130


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end; our errors are one sentence on the terminal and exit code 1. SIGTERM and
    Ctrl-C break it off, whatever it is at; what it began is ended first."""
    try:
        return asyncio.run(stoppable(coroutine))
    except RelayError as error:
        raise click.ClickException(error.message) from error
    except asyncio.CancelledError:
        logging.getLogger(__name__).info("stopped")
        raise SystemExit(INTERRUPTED) from None


def read_settings(**changes: Any) -> Settings:
    """The settings of the environment; those that cannot be are told on the terminal."""
    try:
        return Settings(**changes)
    except ValidationError as error:
        raise click.ClickException(" ".join(problems(error))) from None


def with_redis(
    settings: Settings, call: Callable[[Any], Awaitable[Any]], *, first: bool = False
) -> Any:
    """Run a call on the relay's Redis; our own is started for it if it does not run. Where no relay
    ever was, that is an error, and nothing is made there, unless the call may come `first`."""
    from relay_server.redis_connection import connect_async
    from relay_server.redis_schema import is_used
    from relay_server.redis_server import has_data, redis_running

    async def work() -> Any:
        async with redis_running(settings) as server:
            redis = connect_async(settings, server.url, name=f"cli-{os.getpid()}")
            try:
                if not first and not await is_used(redis, settings.namespace):
                    raise StartupError("redis_unavailable", stranger(settings))
                return await call(redis)
            finally:
                await redis.aclose()

    if not first and not has_data(settings):
        raise click.ClickException(stranger(settings))
    return run(work())


def stranger(settings: Settings) -> str:
    """What to say of a place where no relay ever was."""
    from relay_server.redis_connection import shown_url

    where = shown_url(settings.redis_url) if settings.redis_url else settings.data_dir
    return (
        f"No relay has used {where} with the namespace {settings.namespace!r}. Set"
        " COMFY_RELAY_DATA or COMFY_RELAY_REDIS_URL to the relay's."
    )
