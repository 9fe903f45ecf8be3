"""A worker starts: beside a host that is not there yet, and never on newer data."""

from __future__ import annotations

from pathlib import Path

import pytest

from relay_server.errors import StartupError
from tests.faults.faulty import Faulty, Host
from tests.rig import Rig, eventually, slow_graph


def test_a_host_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as rig:
        gpu1 = Host(rig, "gpu1", Faulty())
        gpu1.start()
        gpu1.stop()  # it has a port now
        gpu1.work()
        job = rig.submit_graph(slow_graph(1, steps=1))
        assert gpu1.shown()[0] == "gone"
        gpu1.start()
        eventually("it is up", lambda: gpu1.shown()[0] == "up")
        assert rig.wait(job["id"])["status"] == "succeeded"
        gpu1.stop()


def test_neither_relay_nor_worker_starts_on_newer_data(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as rig:
        rig.redis().set("comfy-relay:schema", 99)
        with pytest.raises(StartupError, match="newer Comfy Relay"):
            rig.run(rig.stack.start_worker("http://127.0.0.1:9", "gpu1"))
        with pytest.raises(StartupError, match="newer Comfy Relay"):
            rig.run(rig.stack.start_relay())
