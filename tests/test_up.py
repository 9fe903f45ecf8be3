"""`comfy-relay up`: whatever ends it, nothing of it is left."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import redis

from relay_server.redis_server import find_running, stop_left
from relay_server.settings import Settings
from relay_server.stack import START_S, environment_of
from tests.rig import PATIENCE_S, QUICK, eventually


class Up:
    """The command as a process, and every process that it began."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data, **QUICK)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "relay_server", "up"],
            env=environment_of(self.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def has_begun(self, file: str) -> bool:
        """Whether it made this file: the log of a part that is about to start, or Redis' lock."""
        return (self.settings.data_dir / file).exists()

    def has_host(self) -> bool:
        """Whether its worker has registered the host, and starts its slots."""
        url = find_running(self.settings)
        try:
            return url is not None and bool(
                redis.Redis.from_url(url).exists("comfy-relay:host:sim")
            )
        except redis.RedisError:
            return False

    def left(self) -> list[psutil.Process]:
        """The processes with its data folder in their environment."""
        return [each for each in psutil.process_iter() if self._is_ours(each)]

    def command(self, process: psutil.Process) -> list[str]:
        """Its words; none if it has just ended."""
        try:
            return process.cmdline()
        except psutil.Error:
            return []

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("COMFY_RELAY_DATA") == str(self.settings.data)
        except psutil.Error:
            return False


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    started = Up(tmp_path / "data")
    yield started
    for each in started.left():
        with suppress(psutil.NoSuchProcess):
            each.kill()
    stop_left(started.settings)
    started.process.communicate()


@pytest.mark.parametrize(
    "begun",
    [
        lambda up: up.has_begun("logs/relay.log"),
        lambda up: up.has_begun("redis/lock"),
        lambda up: up.has_begun("logs/worker-sim.log"),
        lambda up: up.has_host(),
    ],
    ids=["relay", "redis", "worker", "slots"],
)
def test_a_signal_while_it_starts_leaves_nothing_running(up: Up, begun: object) -> None:
    assert callable(begun)
    eventually("begun", lambda: begun(up), 2 * START_S)
    up.process.send_signal(signal.SIGTERM)
    said, error = up.process.communicate(timeout=PATIENCE_S)
    assert up.process.returncode == 130, (said, error)
    assert up.left() == []
    assert find_running(up.settings) is None
    assert "Traceback" not in error


def test_it_ends_and_says_so_when_the_relay_dies(up: Up) -> None:
    assert up.process.stdout
    assert any("Stop with Ctrl-C" in line for line in up.process.stdout)
    (serve,) = (each for each in up.left() if "serve" in up.command(each))
    serve.kill()
    _, error = up.process.communicate(timeout=PATIENCE_S)
    assert up.process.returncode == 1
    assert "Error: relay ended (-9)" in error
    assert str(up.settings.data_dir / "logs" / "relay.log") in error
    assert up.left() == []
    assert find_running(up.settings) is None
