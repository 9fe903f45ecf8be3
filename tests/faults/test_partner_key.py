"""A partner key sent in `extra_data` is found nowhere afterwards."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.rig import Rig, slow_graph

SECRET = "partner-key-b8d1f0"


def test_the_key_reaches_the_host_and_is_found_nowhere_afterwards(own_rig: Rig) -> None:
    job = own_rig.submit_graph(slow_graph(1, steps=60), extra_data={"api_key_comfy_org": SECRET})
    own_rig.until(job["id"], lambda job: job["status"] == "running")
    on_host = httpx.get(f"{own_rig.host_urls[0]}/queue").text
    assert SECRET in on_host
    assert not places(own_rig), "it is readable while the job runs"
    after = own_rig.wait(job["id"])
    assert after["status"] == "succeeded"
    assert not own_rig.redis().exists(f"comfy-relay:secret:{job['id']}")
    assert not places(own_rig)
    for path in ("", "/workflow"):
        assert SECRET not in own_rig.client.get(f"/api/v2/jobs/{job['id']}{path}").text
    assert SECRET not in httpx.get(f"{own_rig.host_urls[0]}/history").text


def places(rig: Rig) -> list[str]:
    """Where the key can be read: Redis, its file, the logs, the blobs."""
    redis = rig.redis()
    found = [key.decode() for key in redis.scan_iter("*") if SECRET.encode() in redis.dump(key)]
    files = [path for path in Path(rig.folder).rglob("*") if path.is_file()]
    return found + [str(path) for path in files if SECRET.encode() in path.read_bytes()]
