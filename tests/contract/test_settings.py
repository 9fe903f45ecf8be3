"""Links under another name, and two relays on one Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from relay_server.redis_server import find_running
from tests.contract.document import check, check_error
from tests.contract.graphs import drawn_graph
from tests.contract.talk import upload
from tests.rig import Rig


def test_links_follow_the_public_url(tmp_path: Path) -> None:
    public = "https://relay.studio.example/comfy"
    with Rig(tmp_path, hosts=0, public_url=f"{public}/") as rig:
        here = listening(rig)
        asked = httpx.Client(base_url=here, trust_env=False)
        with asked:
            job = asked.post("/api/v2/jobs", json={"workflow": drawn_graph()}).json()
            form = {"content_type": "text/plain", "file_path": "a.txt"}
            asset = asked.post("/api/v2/assets", files={"file": b"a"}, data=form).json()
            check("Job", job)
            links = [*job["urls"].values(), asset["url"]]
            assert all(link.startswith(f"{public}/api/v2/") for link in links)
            assert asked.get(asset["url"].removeprefix(public)).content == b"a"


def listening(rig: Rig) -> str:
    """Where the relay really is, whatever it says."""
    connections = psutil.Process(rig.relay_process().pid).net_connections("tcp")
    (port,) = {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
    return f"http://127.0.0.1:{port}"


def test_links_follow_the_name_the_client_used(idle: Rig) -> None:
    port = httpx.URL(idle.url).port
    job = idle.submit_graph(drawn_graph())
    url = f"http://localhost:{port}/api/v2/jobs/{job['id']}"
    named = idle.client.get(url.replace("localhost", "127.0.0.1"), headers={"Host": "localhost"})
    assert named.json()["urls"]["self"] == f"http://localhost/api/v2/jobs/{job['id']}"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rig, Rig]]:
    """Two relays with a host of the same name each, on one Redis."""
    first = Rig(tmp_path_factory.mktemp("first"), namespace="studio-a")
    with first:
        url = find_running(first.settings)
        folder = tmp_path_factory.mktemp("second")
        with Rig(folder, namespace="studio-b", redis_url=url) as second:
            yield first, second


def done(rig: Rig, color: int) -> dict[str, Any]:
    job = rig.wait(rig.submit_graph(drawn_graph(color=color), metadata={"show": "x"})["id"])
    assert job["status"] == "succeeded", job
    return job


def test_two_relays_on_one_redis_see_nothing_of_each_other(two: tuple[Rig, Rig]) -> None:
    first, second = two
    jobs = [done(rig, color=71) for rig in two]
    for rig, own, other in ((first, jobs[0], jobs[1]), (second, jobs[1], jobs[0])):
        for query in ("", "?metadata[show]=x"):
            found = [job["id"] for job in rig.client.get(f"/api/v2/jobs{query}").json()["jobs"]]
            assert own["id"] in found
            assert other["id"] not in found
        check_error(rig.client.get(f"/api/v2/jobs/{other['id']}"), 404, "not_found")
        output = other["outputs"][0]
        check_error(rig.client.get(f"/api/v2/assets/{output['id']}"), 404, "not_found")
        (host,) = rig.client.get("/relay/v1/hosts").json()["hosts"]
        assert host["url"] == rig.host_urls[0]
        assert rig.runs(own["id"]) == 1
        assert rig.runs(other["id"]) == 0


def test_hashes_and_keys_of_requests_are_of_one_relay(two: tuple[Rig, Rig]) -> None:
    first, second = two
    asset = upload(first, b"only here")
    path = f"/api/v2/assets/by-hash/{asset['hash']}"
    assert first.client.head(path).status_code == 200
    assert second.client.head(path).status_code == 404
    for rig in two:
        body = {"workflow": drawn_graph(color=72)}
        answer = rig.client.post("/api/v2/jobs", json=body, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 201
        rig.wait(answer.json()["id"])


def test_every_key_is_in_a_namespace(two: tuple[Rig, Rig]) -> None:
    for rig in two:
        done(rig, color=73)
    with two[0].redis() as redis:
        names = [name.decode() for name in redis.scan_iter("*")]
    assert {name.split(":")[0] for name in names} == {"studio-a", "studio-b"}
    assert any(name.startswith("studio-b:rq:") for name in names)
