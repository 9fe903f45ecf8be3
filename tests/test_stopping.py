"""The relay stops at once, and leaves nothing running."""

from __future__ import annotations

import http.client
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.rig import PATIENCE_S, Rig, slow_graph


def test_open_streams_and_long_polls_do_not_hold_up_the_end(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0, stop_s=120.0) as rig:
        job = rig.submit_graph(slow_graph())
        path = f"/api/v2/jobs/{job['id']}"
        with rig.client.stream("GET", f"{path}/events") as stream:
            next(stream.iter_lines())
            poll = http.client.HTTPConnection(urlsplit(rig.url).netloc)
            poll.request("GET", f"{path}?after=99&wait=60")
            assert rig.client.get("/healthz").status_code == 200  # so it has read the poll, too
            began = time.monotonic()
            rig.run(rig.stack.stop())
            assert time.monotonic() - began < 60  # far from the 120 s after which it is killed
            assert poll.getresponse().status == 200
            poll.close()


def test_nothing_is_left_running(tmp_path: Path) -> None:
    with Rig(tmp_path) as rig:
        redis = psutil.Process(rig.redis().info("server")["process_id"])
        parts = [rig.relay_process(), *rig.slots(), redis]
    gone, alive = psutil.wait_procs(parts, timeout=PATIENCE_S)
    assert not alive
    assert len(gone) == 4
