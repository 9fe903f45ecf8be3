"""A partner key sent in `extra_data` is found nowhere afterwards."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import httpx

from tests.faults.faulty import Faulty, host
from tests.rig import Rig, slow_graph

SECRET = "partner-key-b8d1f0"


def test_the_key_reaches_the_host_and_is_found_nowhere_afterwards(tmp_path: Path) -> None:
    seam = Faulty()
    with Rig(tmp_path, hosts=0) as rig, host(rig, seam=seam) as gpu1:
        seam.goes_on.clear()
        given = {"api_key_comfy_org": SECRET}
        job = rig.submit_graph(slow_graph(1, steps=2), extra_data=given)
        rig.until(job["id"], lambda job: job["status"] == "running")
        assert SECRET in httpx.get(f"{gpu1.url}/queue").text
        assert not places(rig), "it is readable while the job runs"
        seam.goes_on.set()
        assert rig.wait(job["id"])["status"] == "succeeded"
        with rig.redis() as redis:
            assert not redis.exists(f"comfy-relay:secret:{job['id']}")
        assert not places(rig)
        for path in ("", "/workflow"):
            assert SECRET not in rig.client.get(f"/api/v2/jobs/{job['id']}{path}").text
        assert SECRET not in httpx.get(f"{gpu1.url}/history").text


def places(rig: Rig) -> list[str]:
    """Where the key can be read: Redis, its file, the logs, the blobs. What goes while it is looked
    at says nothing."""
    with rig.redis() as redis:
        dumps = {key.decode(): redis.dump(key) or b"" for key in redis.scan_iter("*")}
    found = [name for name, dump in dumps.items() if SECRET.encode() in dump]
    for path in rig.folder.rglob("*"):
        with suppress(OSError):
            found += [str(path)] if SECRET.encode() in path.read_bytes() else []
    return found
