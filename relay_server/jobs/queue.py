"""RQ, as far as the relay knows it: a wake-up for a worker. The record is the truth.

An entry names a job and an attempt, never more. Entries are JSON, and a worker runs nothing but
what `RUNS` names. All of RQ's own keys lie under the relay's namespace too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from redis import Redis
from redis.connection import ConnectionPool
from rq import Queue
from rq.job import Job

RUN_ATTEMPT = "relay_server.worker.slot.run_attempt"
RUNS = frozenset({RUN_ATTEMPT})


class WakeUp(Job):
    """An RQ job that can be nothing else than an attempt."""

    @property
    def func(self) -> Callable[..., Any]:
        if self.func_name not in RUNS:
            raise PermissionError(f"{self.func_name!r} is not something that a worker runs")
        func: Callable[..., Any] = super().func
        return func


def queue_of(host: str, redis: Redis) -> Queue:
    """The queue that the two workers of a host read."""
    return Queue(f"host:{host}", connection=redis, serializer="json", job_class=WakeUp)


def wake(redis: Redis, attempts: Sequence[tuple[str, str, int]]) -> None:
    """Tell workers of attempts, each (host, job, number). Blocking; repeating it is harmless."""
    with redis.pipeline(transaction=False) as pipe:
        for host, job_id, attempt in attempts:
            queue_of(host, redis).enqueue_call(
                func=RUN_ATTEMPT,
                args=(job_id, attempt),
                job_id=f"{job_id}-{attempt}",
                timeout=-1,
                result_ttl=0,
                failure_ttl=60,
                pipeline=pipe,
            )
        pipe.execute()


def under_namespace(redis: Redis, namespace: str) -> Redis:
    """The same connection for RQ, whose keys all begin with `rq:`, moved under our namespace.

    RQ has no setting for that. Its keys go to Redis as arguments, so they are renamed there.
    """
    pool = redis.connection_pool
    renaming = _renaming(pool.connection_class, namespace)
    return Redis(connection_pool=ConnectionPool(renaming, **pool.connection_kwargs))


def _renaming(base: Any, namespace: str) -> Any:
    prefix = f"{namespace}:"

    def renamed(argument: Any) -> Any:
        if isinstance(argument, str) and argument.startswith("rq:"):
            return prefix + argument
        if isinstance(argument, bytes) and argument.startswith(b"rq:"):
            return prefix.encode() + argument
        return argument

    class Renaming(base):  # type: ignore[misc]
        """Sends `rq:...` as `<namespace>:rq:...`."""

        def pack_command(self, *args: Any) -> Any:
            return super().pack_command(*map(renamed, args))

        def pack_commands(self, commands: Any) -> Any:
            return super().pack_commands([tuple(map(renamed, each)) for each in commands])

        def send_command(self, *args: Any, **options: Any) -> None:
            super().send_command(*map(renamed, args), **options)

    return Renaming
