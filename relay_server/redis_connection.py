"""The one place that opens connections to Redis: how long they wait, and what their errors become.

Answers are bytes (`decode_responses=False`): RQ keeps packed values and cannot read text. RESP2 is
asked for by name, because redis-py 7 and 8 have different defaults, and answers differ in shape.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as RedisAsyncRetry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.retry import Retry as RedisRetry

from relay_server.errors import Unavailable
from relay_server.settings import Settings

T = TypeVar("T")

log = logging.getLogger(__name__)

LONGEST_BLOCK_S = 15  # XREAD BLOCK, BLMOVE and their like may wait this long, never longer
SOCKET_S = LONGEST_BLOCK_S + 10  # what an RQ worker that blocks for 15 s wants at least
CONNECT_S = 5
HEALTH_S = 30  # a connection idle for longer is tried with a PING first
MOST_CONNECTIONS = 1024  # per client; redis-py 8 refuses the 101st by default
BUFFER = 32 * 1024  # bytes; asyncio's transports take 64 KB before anybody waits
TRIES = 1_000_000  # the deadline ends a retry; a negative number, "for ever", trips redis-py
WORTH_A_TRY = (redis.ConnectionError, redis.TimeoutError, OSError)  # loading is the first
HOPELESS = (redis.AuthenticationError, redis.exceptions.AuthorizationError)

_trying: ContextVar[bool] = ContextVar("trying", default=False)


def connect(settings: Settings, url: str, *, name: str, patient: bool = False) -> redis.Redis:
    """A client for threads, not yet connected; `name` is what CLIENT LIST shows.

    Patient, for workers: a command survives an outage of `redis_outage_s`. Blocking commands may
    wait `LONGEST_BLOCK_S`. After a lost answer a command is sent again, so it may run twice: what
    is written must bear that.

    Not patient, for requests: gives up within `redis_request_s`, half of which is kept for the
    last try. A command that got no answer in time is not sent again, one that found no connection
    in time is; also by a process that was itself stalled for that long. No blocking commands.
    """
    retry = _Retry(_patience(settings, url, patient))
    return redis.Redis.from_url(url, retry=retry, **_options(settings, url, name, patient))


def connect_async(
    settings: Settings, url: str, *, name: str, patient: bool = False
) -> redis.asyncio.Redis:
    """The same as `connect`, for coroutines."""
    retry = _AsyncRetry(_patience(settings, url, patient))
    options = _options(settings, url, name, patient)
    client = redis.asyncio.Redis.from_url(url, retry=retry, **options)
    pool = client.connection_pool
    pool.connection_class = _sending_at_once(pool.connection_class)
    return client


def probe(url: str, *, wait_s: float) -> redis.Redis:
    """A client that tries once, to ask whether a server is there. `wait_s` is for each step."""
    retry = RedisRetry(NoBackoff(), 0)
    return redis.Redis.from_url(
        url, retry=retry, socket_timeout=wait_s, socket_connect_timeout=wait_s, protocol=2
    )


def shown_url(url: str) -> str:
    """Where a URL of Redis points, without its password."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else parts.netloc.rpartition("@")[2]


@contextmanager
def translated() -> Iterator[None]:
    """Turn Redis being away, loading or full into `Unavailable`. Fits around `await` too."""
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError) as error:
        message = "Redis does not answer; the request was maybe stored, so repeat it."
        raise Unavailable("redis_unavailable", message, retry_after_s=2) from error
    except redis.ResponseError as error:
        if not _is_full(error):
            raise
        message = "Redis cannot store anything now; its memory or its disk is full."
        raise Unavailable("redis_unavailable", message, retry_after_s=2) from error


def _is_full(error: redis.ResponseError) -> bool:
    """Out of memory, or (MISCONF) unable to write its file."""
    return isinstance(error, redis.OutOfMemoryError) or str(error).startswith("MISCONF")


def _options(settings: Settings, url: str, name: str, patient: bool) -> dict[str, Any]:
    answer_s = SOCKET_S if patient else settings.redis_request_s * 3 / 8
    connect_s = CONNECT_S if patient else settings.redis_request_s / 8
    # A unix socket has no keepalive, and redis-py refuses the argument there.
    keepalive = {} if url.startswith("unix:") else {"socket_keepalive": True}
    return {
        "client_name": name,
        "decode_responses": False,
        "protocol": 2,
        "socket_timeout": answer_s,
        "socket_connect_timeout": connect_s,
        "health_check_interval": HEALTH_S,
        "max_connections": MOST_CONNECTIONS,
        **keepalive,
    }


def _patience(settings: Settings, url: str, patient: bool) -> _Patience:
    if patient:
        where = shown_url(url)
        return _Patience(settings.redis_outage_s, pause_s=1.0, final=HOPELESS, where=where)
    pause_s = settings.redis_request_s / 16
    final = (*HOPELESS, redis.TimeoutError, TimeoutError)
    return _Patience(settings.redis_request_s / 2 - pause_s, pause_s=pause_s, final=final)


def _sending_at_once(base: Any) -> Any:
    class SendingAtOnce(base):  # type: ignore[misc]
        """Sends what fits into the transport's buffer without a time limit: nothing waits for it.

        redis-py makes a task with a timer of each sending, which is a third of what a command
        costs, and lets everything else on the loop go first. The limit on the answer remains.
        """

        socket_timeout: float | None

        async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
            if check_health and self.is_connected:
                await self.check_health()
            fits = isinstance(command, list) and sum(map(len, command)) < BUFFER
            if not (self.is_connected and fits):
                await super().send_packed_command(command, check_health)
                return
            limit_s, self.socket_timeout = self.socket_timeout, None
            try:
                await super().send_packed_command(command, check_health=False)
            finally:
                self.socket_timeout = limit_s

    return SendingAtOnce


@dataclass(frozen=True)
class _Patience:
    """When to try again."""

    limit_s: float  # no try begins later than this, and a pause
    pause_s: float  # the longest one between two tries
    final: tuple[type[Exception], ...]  # errors that end it at once
    where: str = ""  # what to name in the log; empty for who gives up soon

    def check(self) -> Callable[[Exception], None]:
        """What raises an error again that is not worth one more try."""
        end, tried = time.monotonic() + self.limit_s, False

        def raise_if_final(error: Exception) -> None:
            nonlocal tried
            late = time.monotonic() > end
            # Who could not connect in time may have slept meanwhile, so tries twice at least.
            if _is_unconnected(error):
                final = late and tried
            else:
                final = late or isinstance(error, self.final)
            tried = True
            if final:
                raise error

        return raise_if_final

    def told(self) -> Callable[[], None]:
        """What logs, once, that Redis is away: at the second failure, for the first may only be
        a connection that is old."""
        failures = 0

        def tell() -> None:
            nonlocal failures
            failures += 1
            if self.where and failures == 2:  # noqa: PLR2004
                log.warning(
                    "Redis at %s does not answer; trying for %g s (COMFY_RELAY_REDIS_OUTAGE_S)",
                    self.where,
                    self.limit_s,
                )

        return tell


def _is_unconnected(error: Exception) -> bool:
    """Whether there was no connection in time, so that nothing was sent. redis-py raises the same
    for an answer that does not come, and only its text tells."""
    return isinstance(error, redis.TimeoutError) and "connecting" in str(error)


@contextmanager
def _one_try() -> Iterator[None]:
    """Inside, retries are single tries.

    redis-py retries to connect inside of each try of a command, which would multiply the waits.
    """
    token = _trying.set(True)
    try:
        yield
    finally:
        _trying.reset(token)


class _Retry(RedisRetry):
    """Tries for a time instead of a number of times."""

    def __init__(self, patience: _Patience) -> None:
        super().__init__(ExponentialWithJitterBackoff(patience.pause_s, 0.05), TRIES, WORTH_A_TRY)
        self.patience = patience

    def call_with_retry(
        self, do: Callable[[], T], fail: Callable[..., Any], *args: Any, **options: Any
    ) -> T:
        check, tell = self.patience.check(), self.patience.told()

        def once() -> T:
            with _one_try():
                return do()

        def failed(error: Exception, *count: int) -> None:
            fail(error, *count)
            check(error)
            tell()

        if _trying.get():
            return do()
        return super().call_with_retry(once, failed, *args, **options)


class _AsyncRetry(RedisAsyncRetry):
    """The same, for coroutines."""

    def __init__(self, patience: _Patience) -> None:
        backoff = ExponentialWithJitterBackoff(patience.pause_s, 0.05)
        super().__init__(backoff, TRIES, WORTH_A_TRY)  # type: ignore[arg-type]  # OSError works
        self.patience = patience

    async def call_with_retry(
        self, do: Callable[[], Awaitable[T]], fail: Callable[..., Any], *args: Any, **options: Any
    ) -> T:
        check, tell = self.patience.check(), self.patience.told()

        async def once() -> T:
            with _one_try():
                return await do()

        async def failed(error: Exception, *count: int) -> None:
            await fail(error, *count)
            check(error)
            tell()

        if _trying.get():
            return await do()
        return await super().call_with_retry(once, failed, *args, **options)
