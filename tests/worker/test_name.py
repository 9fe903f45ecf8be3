"""A host's name belongs to one living worker."""

from __future__ import annotations

from pathlib import Path

from tests.rig import Rig


def test_a_worker_that_was_killed_can_be_started_again_at_once(tmp_path: Path) -> None:
    with Rig(tmp_path, lease_s=6.0) as rig:
        (url,) = rig.host_urls

        rig.workers[0].kill()

        rig.run(rig.stack.start_worker(url, "sim0"))
