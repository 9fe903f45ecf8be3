"""A worker whose Redis is away: it says so, and still stops when it is told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from relay_server.settings import Settings
from relay_server.stack import environment_of
from tests.rig import PATIENCE_S, QUICK, Rig

HOURS_S = 7200.0  # longer than any test


@pytest.fixture
def nowhere() -> Iterator[str]:
    """The URL of a Redis where nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"redis://:hunter2@127.0.0.1:{bound.getsockname()[1]}/0"


def worker(folder: Path, **changes: Any) -> subprocess.Popen[str]:
    settings = Settings(data=folder, **{**QUICK, **changes})
    return subprocess.Popen(
        [sys.executable, "-m", "relay_server", "worker", "--host", "http://127.0.0.1:9"],
        env=environment_of(settings),
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_tries_for_a_while_and_ends_with_a_sentence(tmp_path: Path, nowhere: str) -> None:
    with worker(tmp_path, redis_url=nowhere, redis_outage_s=0.5) as process:
        _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    address = nowhere.partition("@")[2].removesuffix("/0")
    assert f"Redis at {address} does not answer; trying for 0.5 s" in error
    assert f"Error: Redis at {address} did not answer for 0.5 s" in error
    assert "Traceback" not in error
    assert "hunter2" not in error


def test_it_stops_while_it_tries(tmp_path: Path, nowhere: str) -> None:
    with worker(tmp_path, redis_url=nowhere, redis_outage_s=HOURS_S) as process:
        assert process.stderr
        assert any("does not answer" in line for line in process.stderr)  # it says so at once
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in error


def test_a_running_one_stops_although_its_redis_is_gone(tmp_path: Path) -> None:
    with Rig(tmp_path, redis_outage_s=HOURS_S, drain_s=HOURS_S) as rig:
        redis = psutil.Process(rig.redis().info("server")["process_id"])
        relay = rig.relay_process()
        relay.kill()
        redis.kill()
        psutil.wait_procs([redis])
        part = rig.workers[0].process
        assert part
        slots = rig.slots()
        part.send_signal(signal.SIGTERM)
        rig.run(part.wait())
        assert not psutil.wait_procs(slots, timeout=PATIENCE_S)[1]
