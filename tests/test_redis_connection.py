"""How long connections wait for Redis, and what its errors become. Every server here is real."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from redis.backoff import ExponentialWithJitterBackoff

from relay_server import redis_server
from relay_server.errors import Unavailable
from relay_server.redis_connection import connect, connect_async, probe, translated
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.rig import PATIENCE_S

STALL_S = 20.0
"""So much longer it may take on a machine that stands still now and then; far from any outage."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, redis_outage_s=600.0, redis_request_s=4.0)


@pytest.fixture
def server(settings: Settings) -> Iterator[RedisServer]:
    server = RedisServer.start(settings)
    yield server
    server.stop()


class Tries:
    """Counts the pauses before the next try, so that a test can wait for some to pass."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        with self._changed:
            self.number += 1
            self._changed.notify_all()

    def wait_for_more(self, more: int) -> None:
        with self._changed:
            wanted = self.number + more
            assert self._changed.wait_for(lambda: self.number >= wanted, timeout=PATIENCE_S)


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> Tries:
    tries = Tries()
    compute = ExponentialWithJitterBackoff.compute

    def counted(self: ExponentialWithJitterBackoff, failures: int) -> float:
        tries.add()
        return compute(self, failures)

    monkeypatch.setattr(ExponentialWithJitterBackoff, "compute", counted)
    return tries


def pid_of(server: RedisServer) -> int:
    with probe(server.url, wait_s=PATIENCE_S) as client:
        return int(client.info("server")["process_id"])


def until(condition: Callable[[], object]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def kill(server: RedisServer) -> None:
    os.kill(pid_of(server), signal.SIGKILL)
    until(lambda: redis_server._is_free(server._folder))


def test_a_patient_client_survives_kill_and_restart(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    with (
        connect(settings, server.url, name="worker-1", patient=True) as client,
        ThreadPoolExecutor() as threads,
    ):
        client.incr("n")
        kill(server)

        answer = threads.submit(client.incr, "n")
        tries.wait_for_more(4)
        assert server.restart_if_dead()

        assert answer.result(PATIENCE_S) == 2


async def test_a_patient_client_of_coroutines_survives_kill_and_restart(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    async with connect_async(settings, server.url, name="worker-1", patient=True) as client:
        await client.incr("n")
        await asyncio.to_thread(kill, server)

        answers = [asyncio.ensure_future(client.incr("n")) for _ in range(3)]
        await asyncio.to_thread(tries.wait_for_more, 6)
        assert await asyncio.to_thread(server.restart_if_dead)

        assert sorted(await asyncio.gather(*answers)) == [2, 3, 4]


async def test_a_patient_client_waits_while_the_socket_is_missing(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    kill(server)
    (settings.data_dir / "redis/redis.sock").unlink()
    async with connect_async(settings, server.url, name="worker-1", patient=True) as client:
        answer = asyncio.ensure_future(client.ping())
        await asyncio.to_thread(tries.wait_for_more, 2)
        await asyncio.to_thread(server.restart_if_dead)

        assert await answer


async def test_a_blocking_read_goes_on_after_a_restart(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    async with connect_async(settings, server.url, name="worker-1", patient=True) as client:
        reading = asyncio.ensure_future(client.xread({"stream": "0"}, block=15_000))
        await until_blocked(server)
        await asyncio.to_thread(kill, server)
        await asyncio.to_thread(tries.wait_for_more, 2)
        await asyncio.to_thread(server.restart_if_dead)
        await client.xadd("stream", {"a": "b"}, id="1-0")

        assert await reading == [[b"stream", [(b"1-0", {b"a": b"b"})]]]


async def until_blocked(server: RedisServer) -> None:
    def blocked() -> object:
        with probe(server.url, wait_s=PATIENCE_S) as client:
            return client.info("clients")["blocked_clients"]

    await asyncio.to_thread(until, blocked)


def test_a_block_of_the_longest_time_is_no_timeout(settings: Settings, server: RedisServer) -> None:
    with connect(settings, server.url, name="worker-1", patient=True) as client:
        timeout_s = client.connection_pool.connection_kwargs["socket_timeout"]

    assert timeout_s >= 15 + 5


def test_a_transaction_survives_kill_and_restart(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    with (
        connect(settings, server.url, name="worker-1", patient=True) as client,
        ThreadPoolExecutor() as threads,
    ):
        client.ping()
        kill(server)

        answer = threads.submit(client.pipeline().set("a", 1).get("a").execute)
        tries.wait_for_more(2)
        server.restart_if_dead()

        assert answer.result(PATIENCE_S) == [True, b"1"]


def test_a_subscription_survives_kill_and_restart(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    with (
        connect(settings, server.url, name="worker-1", patient=True) as client,
        client.pubsub(ignore_subscribe_messages=True) as channel,
        ThreadPoolExecutor() as threads,
    ):
        channel.subscribe("news")
        channel.get_message(timeout=PATIENCE_S)
        kill(server)

        reading = threads.submit(next, channel.listen())
        tries.wait_for_more(2)
        server.restart_if_dead()
        until(lambda: client.publish("news", "back"))

        while (message := reading.result(PATIENCE_S))["type"] == "subscribe":
            reading = threads.submit(next, channel.listen())
        assert message["data"] == b"back"


def test_patience_ends(settings: Settings, server: RedisServer) -> None:
    short = settings.model_copy(update={"redis_outage_s": 0.3})
    with connect(short, server.url, name="worker-1", patient=True) as client:
        client.ping()
        kill(server)
        began = time.monotonic()

        with pytest.raises(Unavailable), translated():
            client.ping()

        assert 0.3 <= time.monotonic() - began < STALL_S


def test_a_wrong_password_is_not_tried_again(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    with connect(settings, server.url, name="worker-1", patient=True) as client:
        client.config_set("requirepass", "secret")
        client.connection_pool.disconnect()

        with pytest.raises(redis.AuthenticationError):
            client.ping()

    assert tries.number == 0


def test_an_impatient_client_gives_up_in_time(settings: Settings, server: RedisServer) -> None:
    with connect(settings, server.url, name="serve-1") as client:
        client.ping()
        kill(server)
        began = time.monotonic()

        with pytest.raises(Unavailable) as caught, translated():
            client.ping()

    assert time.monotonic() - began < settings.redis_request_s + STALL_S
    assert (caught.value.code, caught.value.retry_after_s) == ("redis_unavailable", 2)


async def test_an_impatient_client_of_coroutines_gives_up_in_time(
    settings: Settings, server: RedisServer
) -> None:
    async with connect_async(settings, server.url, name="serve-1") as client:
        await client.ping()
        await asyncio.to_thread(kill, server)
        began = time.monotonic()

        with pytest.raises(Unavailable), translated():
            await client.ping()

    assert time.monotonic() - began < settings.redis_request_s + STALL_S


async def test_an_impatient_client_waits_for_a_short_outage(
    settings: Settings, server: RedisServer, tries: Tries
) -> None:
    longer = settings.model_copy(update={"redis_request_s": PATIENCE_S})
    async with connect_async(longer, server.url, name="serve-1") as client:
        await asyncio.to_thread(kill, server)
        answer = asyncio.ensure_future(client.ping())
        await asyncio.to_thread(tries.wait_for_more, 2)
        await asyncio.to_thread(server.restart_if_dead)

        assert await answer


@pytest.fixture
def hanging(server: RedisServer) -> Iterator[RedisServer]:
    """A server that takes connections and does not answer, until it gets SIGCONT."""
    pid = pid_of(server)
    os.kill(pid, signal.SIGSTOP)
    yield server
    os.kill(pid, signal.SIGCONT)


def test_a_hanging_server_is_given_up_in_time(settings: Settings, hanging: RedisServer) -> None:
    with connect(settings, hanging.url, name="serve-1") as client:
        began = time.monotonic()
        with pytest.raises(Unavailable), translated():
            client.ping()

    assert time.monotonic() - began < settings.redis_request_s + STALL_S


@pytest.fixture
def crowded() -> Iterator[str]:
    """The URL of a server at which no more connections are made, and none is refused."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_who_cannot_connect_in_time_tries_again(
    settings: Settings, crowded: str, tries: Tries
) -> None:
    with connect(settings, crowded, name="serve-1") as client:
        began = time.monotonic()
        with pytest.raises(Unavailable), translated():
            client.ping()

    assert tries.number > 0
    assert time.monotonic() - began < settings.redis_request_s + STALL_S


async def test_coroutines_that_cannot_connect_in_time_try_again(
    settings: Settings, crowded: str, tries: Tries
) -> None:
    async with connect_async(settings, crowded, name="serve-1") as client:
        with pytest.raises(Unavailable), translated():
            await client.ping()

    assert tries.number > 0


async def test_a_command_without_an_answer_is_not_sent_twice(
    settings: Settings, server: RedisServer
) -> None:
    pid = pid_of(server)
    async with connect_async(settings, server.url, name="serve-1") as client:
        await client.ping()
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(Unavailable), translated():
            await client.incr("n")
        os.kill(pid, signal.SIGCONT)

        assert await client.get("n") == b"1"


def test_a_full_redis_is_unavailable(settings: Settings, server: RedisServer) -> None:
    with connect(settings, server.url, name="serve-1") as client:
        client.config_set("maxmemory", 1)
        with pytest.raises(Unavailable, match="its memory or its disk is full"), translated():
            client.set("key", "value")


@pytest.mark.parametrize(
    "error",
    [
        redis.ConnectionError(),
        redis.TimeoutError(),
        redis.BusyLoadingError(),
        redis.OutOfMemoryError(),
        redis.ResponseError("MISCONF Errors writing to the AOF file: No space left on device"),
    ],
    ids=repr,
)
def test_every_way_of_being_away_is_translated(error: Exception) -> None:
    with pytest.raises(Unavailable) as caught, translated():
        raise error

    assert caught.value.__cause__ is error


def test_an_error_of_ours_is_not_translated(settings: Settings, server: RedisServer) -> None:
    with connect(settings, server.url, name="serve-1") as client:
        client.set("text", "a")
        with pytest.raises(redis.ResponseError, match="WRONGTYPE"), translated():
            client.lpush("text", "b")


@pytest.mark.parametrize("patient", [True, False])
async def test_a_client_has_its_name_and_answers_in_bytes(
    settings: Settings, server: RedisServer, patient: bool
) -> None:
    with connect(settings, server.url, name="sync", patient=patient) as client:
        names = {entry["name"] for entry in client.client_list()}
        client.set("key", "value")
    async with connect_async(settings, server.url, name="async", patient=patient) as other:
        names |= {entry["name"] for entry in await other.client_list()}
        assert await other.get("key") == b"value"
    assert {"sync", "async"} <= names


async def test_clients_work_over_tcp(settings: Settings) -> None:
    process, url = tcp_server(settings)
    try:
        with connect(settings, url, name="worker-1", patient=True) as client:
            client.set("key", "value")
        async with connect_async(settings, url, name="serve-1") as other:
            assert await other.get("key") == b"value"
    finally:
        process.kill()
        process.wait()


def tcp_server(settings: Settings) -> tuple[subprocess.Popen[bytes], str]:
    """A server on a port that the system gave; without a file of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    binary = redis_server._binary(settings.data_dir)
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(command, cwd=settings.data_dir, stdout=subprocess.DEVNULL)
    return process, f"redis://127.0.0.1:{port}/0"
