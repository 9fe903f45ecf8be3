"""RQ, as far as the relay knows it: a wake-up for a worker. The record is the truth.

An entry names a job and an attempt, never more, and its id says both: workers read nothing else of
it, and run nothing else. All of RQ's own keys lie under the relay's namespace too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redis import Redis
from redis.connection import ConnectionPool
from rq import Queue
from rq.job import Job

from relay_server.redis_keys import text

RUN_ATTEMPT = "relay_server.worker.slot.Slot.begin"
"""What an entry says that it runs, to who looks at the queue."""
OLDEST_REDIS = (6, 2, 0)

Command = tuple[Any, ...]
"""A command of Redis with its arguments."""


class HostQueue(Queue):
    """The queue that the two workers of a host read."""

    @classmethod
    def dequeue_any(
        cls, queues: Iterable[Queue], timeout: int | None, connection: Redis, *_: Any, **__: Any
    ) -> tuple[Job, Queue] | None:
        """Wait for an entry, and ask for nothing more: its id says it all. It need not lie in a
        second list meanwhile either: an attempt that is lost here is seen by its lease."""
        queue = next(iter(queues))
        found = cls.lpop([queue.key], timeout, connection)
        return (Job(text(found[1]), connection=connection), queue) if found else None


def attempt_of(entry_id: str) -> tuple[str, int]:
    """The job and the attempt that an entry wakes its worker for. Raises ValueError for one that
    is none of ours."""
    job_id, _, attempt = entry_id.rpartition("-")
    return job_id, int(attempt)


def queue_of(host: str, redis: Redis) -> HostQueue:
    """The queue of a host."""
    queue = HostQueue(f"host:{host}", connection=redis, serializer="json")
    queue.redis_server_version = OLDEST_REDIS  # else RQ asks for it, once for each queue object
    return queue


def wake(redis: Redis, host: str, job_id: str, attempt: int) -> None:
    """Tell a host's workers of an attempt. Blocking; repeating it is harmless."""
    with redis.pipeline() as pipe:
        _enqueue(pipe, redis, host, job_id, attempt)
        pipe.execute()


def wake_commands(redis: Redis, host: str, job_id: str, attempt: int) -> list[Command]:
    """The same as the commands that do it, for a script that runs them. Asks Redis nothing."""
    pipe = redis.pipeline(transaction=False)
    _enqueue(pipe, redis, host, job_id, attempt)
    return [args for args, _ in pipe.command_stack]


def _enqueue(pipe: Any, redis: Redis, host: str, job_id: str, attempt: int) -> None:
    queue_of(host, redis).enqueue_call(
        func=RUN_ATTEMPT,
        args=(job_id, attempt),
        job_id=f"{job_id}-{attempt}",
        timeout=-1,
        result_ttl=0,
        failure_ttl=60,
        pipeline=pipe,
    )


def in_namespace(command: Command, namespace: str) -> Command:
    """A command of RQ's, whose keys all begin with `rq:`, with its keys under our namespace."""
    prefix = f"{namespace}:"

    def renamed(argument: Any) -> Any:
        if isinstance(argument, str) and argument.startswith("rq:"):
            return prefix + argument
        if isinstance(argument, bytes) and argument.startswith(b"rq:"):
            return prefix.encode() + argument
        return argument

    return tuple(map(renamed, command))


def under_namespace(redis: Redis, namespace: str) -> Redis:
    """The same connection for RQ, whose keys all begin with `rq:`, moved under our namespace.

    RQ has no setting for that. Its keys go to Redis as arguments, so they are renamed there.
    """
    pool = redis.connection_pool
    renaming = _renaming(pool.connection_class, namespace)
    return Redis(connection_pool=ConnectionPool(renaming, **pool.connection_kwargs))


def _renaming(base: Any, namespace: str) -> Any:
    class Renaming(base):  # type: ignore[misc]
        """Sends `rq:...` as `<namespace>:rq:...`."""

        def pack_command(self, *args: Any) -> Any:
            return super().pack_command(*in_namespace(args, namespace))

        def pack_commands(self, commands: Any) -> Any:
            return super().pack_commands([in_namespace(each, namespace) for each in commands])

        def send_command(self, *args: Any, **options: Any) -> None:
            super().send_command(*in_namespace(args, namespace), **options)

    return Renaming
