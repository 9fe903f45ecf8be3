"""One slot of one host: a process with an RQ worker in its main thread and an event loop beside.

`python -m relay_server.worker.slot NAME URL PARENT_PID ID`; the settings come from the
environment.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from types import FrameType
from typing import Any

import redis
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker

from relay_server.blobs.local import LocalBlobs
from relay_server.garbage import collect_rarely
from relay_server.hosts.comfy import ComfyHost
from relay_server.hosts.socket import HostSocket
from relay_server.jobs.queue import HostQueue, attempt_of, queue_of, under_namespace
from relay_server.jobs.reasons import Reason
from relay_server.logs import configure_logging
from relay_server.redis_connection import connect, connect_async
from relay_server.redis_keys import Keys, text
from relay_server.settings import Settings
from relay_server.worker.attempt import AttemptRunner, SlotId

log = logging.getLogger(__name__)

COMMAND_BLOCK_MS = 1000
HEARTBEAT_S = 5.0
REASONS = frozenset(Reason)  # a newer relay may have others


class Slot:
    """The event loop of this process, with the connections that outlive a job."""

    def __init__(self, name: str, url: str, slot_id: str, settings: Settings) -> None:
        self._name = name
        self._url = url
        self._id = slot_id
        self._settings = settings
        self.loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loop", daemon=True)
        self.runner: AttemptRunner

    def start(self) -> None:
        """Start the loop; returns when attempts may come."""
        self._thread.start()
        self._ready.wait()

    def begin(self, job_id: str, attempt: int) -> Future[None]:
        """Begin an attempt; told in the end. From any thread."""
        return asyncio.run_coroutine_threadsafe(self.runner.run(job_id, attempt), self.loop)

    def drain(self) -> None:
        """Hand back a job that only waits on the host; one that executes may end. From any
        thread."""
        self.loop.call_soon_threadsafe(self.runner.drain)

    def let_go(self) -> None:
        """Let go of the job, if there is one. From any thread."""
        self.loop.call_soon_threadsafe(self.runner.let_go)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._main())
        except Exception:  # without its loop a slot only looks alive: end, and be started again
            log.exception("the loop ended")
        finally:
            os._exit(1)

    async def _main(self) -> None:
        settings = self._settings
        assert settings.redis_url is not None
        redis = connect_async(
            settings, settings.redis_url, name=f"slot-{os.getpid()}", patient=True
        )
        async with ComfyHost(self._url, settings.host_timeout_s) as host:
            socket = HostSocket(host)
            blobs = LocalBlobs.opened(settings)
            slot = SlotId(self._name, self._id)
            self.runner = AttemptRunner(redis, blobs, host, socket, slot, settings)
            tasks = [
                asyncio.create_task(socket.run()),
                asyncio.create_task(self.runner.broom.run()),
                asyncio.create_task(self._commands(redis)),
            ]
            self._ready.set()
            await asyncio.gather(*tasks)

    async def _commands(self, redis: Redis) -> None:
        """Commands for this host; those for a job that the other slot has pass by."""
        stream = Keys(self._settings.namespace)("commands", self._name)
        last = ""
        while True:
            try:
                last = last or await _end_of(redis, stream)
                answer: Any = await redis.xread({stream: last}, block=COMMAND_BLOCK_MS)
            except (RedisError, OSError) as error:
                log.warning("commands: Redis does not answer (%s)", type(error).__name__)
                await asyncio.sleep(1)
                continue
            for _, entries in answer:
                for entry_id, fields in entries:
                    last = entry_id.decode()
                    self._obey({text(name): text(value) for name, value in fields.items()})

    def _obey(self, said: dict[str, str]) -> None:
        if said["command"] == "cancel":
            self.runner.hear_cancel(said["job"])
        elif said["command"] == "hand_back" and said.get("reason", Reason.MOVED) in REASONS:
            self.runner.hear_hand_back(said["job"], Reason(said.get("reason", Reason.MOVED)))
        else:
            log.warning("a command that this version does not know: %s", said)


async def _end_of(redis: Redis, stream: str) -> str:
    """The last entry of a stream: nothing that comes after it is missed between two reads."""
    entries: Any = await redis.xrevrange(stream, count=1)
    return text(entries[0][0]) if entries else "0-0"


class SlotWorker(SimpleWorker):
    """RQ's worker: one process, one job at a time, no forks. Its signals are ours."""

    def __init__(self, *args: Any, slot: Slot, brief: redis.Redis, **kwargs: Any) -> None:
        """`brief` is a connection that does not wait for long."""
        super().__init__(*args, **kwargs)
        self._brief = brief
        self._slot = slot
        self._busy = False
        self._beat_at = 0.0

    def execute_job(self, job: Any, queue: Any) -> None:
        """Run a wake-up. RQ's own bookkeeping of results and failures is left out: nothing asks
        it, and it costs more than a small job. The entry goes while the attempt begins: it was
        a wake-up, and one that comes twice finds its attempt claimed."""
        self._busy = True
        begun: Future[None] | None = None
        try:
            begun = self._slot.begin(*attempt_of(job.id))
        except ValueError:  # an entry that is none of ours: the slot goes on
            log.error("the entry %s was not run", job.id)
        self.connection.delete(job.key)
        if begun:
            begun.result()
        self._busy = False

    # RQ asks and tells this around every job; it would cost as much as all that we say to Redis.

    def check_for_suspension(self, burst: bool) -> None:
        """`rq suspend` is not heard: the relay pauses hosts."""

    def set_state(self, state: str, pipeline: Any = None) -> None:
        """Told when it changes."""
        if state != self.get_state():
            super().set_state(state, pipeline)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Once in a few seconds is enough."""
        now = time.monotonic()
        if pipeline is not None or now - self._beat_at > HEARTBEAT_S:
            self._beat_at = now
            super().heartbeat(timeout, pipeline)

    def teardown(self) -> None:
        """Tell RQ, but wait for no Redis that is away: RQ forgets a worker by itself."""
        self.connection = self._brief
        with suppress(RedisError):
            self.register_death()  # type: ignore[no-untyped-call]

    def _install_signal_handlers(self) -> None:
        """SIGTERM: no new job, and this one may end if it executes. SIGINT, or a second SIGTERM,
        lets go of it; its record says where to go on."""

        def stop(number: int, _frame: FrameType | None) -> None:
            at_once = number == signal.SIGINT or self._stop_requested
            (self._slot.let_go if at_once else self._slot.drain)()
            self._stop_requested = True
            if not self._busy:
                sys.exit(0)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)


def watch_parent(pid: int, every_s: float) -> None:
    """End with the supervisor: without it nobody would restart or stop this process."""
    gone = threading.Event()
    while os.getppid() == pid:
        gone.wait(every_s)
    os.kill(os.getpid(), signal.SIGINT)


def main() -> None:
    """The process."""
    name, url, parent, slot_id = sys.argv[1:5]
    settings = Settings()
    configure_logging()
    assert settings.redis_url is not None
    threading.Thread(
        target=watch_parent, args=(int(parent), settings.heartbeat_s / 4), daemon=True
    ).start()
    slot = Slot(name, url, slot_id, settings)
    slot.start()
    plain = connect(settings, settings.redis_url, name=f"rq-{os.getpid()}", patient=True)
    patient = under_namespace(plain, settings.namespace)
    hasty = connect(settings, settings.redis_url, name=f"rq-{os.getpid()}")
    worker = SlotWorker(
        [queue_of(name, patient)],
        name=f"{settings.namespace}-{name}-{os.getpid()}",
        connection=patient,
        brief=under_namespace(hasty, settings.namespace),
        queue_class=HostQueue,
        serializer="json",
        worker_ttl=30,
        log_job_description=False,
        slot=slot,
    )
    collect_rarely()
    sys.stdout.write("ready\n")  # the supervisor reads this one line
    sys.stdout.flush()
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
