"""What clients are told of jobs that are expired or deleted, by a running relay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis as redis_py

from tests.contract.document import check, check_error
from tests.contract.graphs import asset_of
from tests.contract.talk import client, key, upload
from tests.rig import PATIENCE_S, Rig, eventually, invert_graph, picture, png


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay that cleans all the time."""
    with Rig(tmp_path_factory.mktemp("quick"), clean_s=0.05) as running:
        yield running


def ended(rig: Rig) -> dict[str, str]:
    """The id of a job that succeeded, and of its input and output."""
    plate = upload(rig, png(picture(seed=401)))
    job = rig.submit_graph(invert_graph(asset_of(plate["id"])), metadata={"shot": "sh010"})
    done = rig.wait(job["id"])
    assert done["status"] == "succeeded"
    assert done["result_hashes"] == [output["sha256"] for output in done["outputs"]]
    return {"id": job["id"], "input": plate["id"], "output": done["outputs"][0]["id"]}


def age(rig: Rig, *jobs: str) -> None:
    """As if the jobs had been kept long enough."""
    with rig.redis() as redis:
        for job in jobs:
            redis.zadd(f"{rig.settings.namespace}:ends", {job: 1}, xx=True)


@pytest.fixture(scope="module")
def made(quick: Rig) -> dict[str, str]:
    """The same of a job that is expired."""
    made = ended(quick)
    age(quick, made["id"])
    eventually("expired", lambda: quick.job(made["id"])["status"] == "expired")
    eventually("results gone", lambda: not_there(quick, made["output"]))
    return made


def not_there(rig: Rig, asset: str) -> bool:
    return rig.client.get(f"/api/v2/assets/{asset}").status_code == 404


def test_an_expired_job_is_told_without_its_results(quick: Rig, made: dict[str, str]) -> None:
    job = quick.job(made["id"])
    check("Job", job)
    assert (job["status"], job["ended_as"], job["outputs"]) == ("expired", "succeeded", [])
    assert len(job["result_hashes"]) == 1
    assert job["metadata"] == {"shot": "sh010"}
    assert job["host"] == "sim0"
    assert job["completed_at"]


def test_its_bytes_and_its_graph_are_not_there(quick: Rig, made: dict[str, str]) -> None:
    for path in (f"assets/{made['output']}/content", f"jobs/{made['id']}/workflow"):
        check_error(quick.client.get(f"/api/v2/{path}"), 404, "not_found")
    assert quick.client.get(f"/api/v2/assets/{made['input']}/content").status_code == 200


def test_the_list_of_jobs_still_finds_it(quick: Rig, made: dict[str, str]) -> None:
    found = quick.client.get("/api/v2/jobs", params={"metadata[shot]": "sh010"}).json()
    assert (made["id"], "expired") in [(job["id"], job["status"]) for job in found["jobs"]]


@pytest.mark.parametrize("path", ["/api/v2", "/relay/v1"])
def test_its_streams_end_at_once_and_say_expired(
    quick: Rig, made: dict[str, str], path: str
) -> None:
    answer = quick.client.get(f"{path}/jobs/{made['id']}/events")
    assert answer.status_code == 200
    assert "event: status" in answer.text
    assert '"expired"' in answer.text


def test_a_long_poll_for_it_answers_at_once(quick: Rig, made: dict[str, str]) -> None:
    job = quick.job(made["id"])
    again = quick.client.get(
        f"/api/v2/jobs/{job['id']}", params={"after": job["rev"], "wait": 60}, timeout=30
    )
    assert again.json()["status"] == "expired"


def test_cancelling_it_changes_nothing(quick: Rig, made: dict[str, str]) -> None:
    job = quick.job(made["id"])
    answer = quick.client.post(f"/api/v2/jobs/{job['id']}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "expired")


def test_a_deleted_job_is_nowhere(quick: Rig) -> None:
    made = ended(quick)
    path = f"/relay/v1/jobs/{made['id']}"
    answer = quick.client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    check_error(quick.client.delete(path), 404, "not_found")
    check_error(quick.client.get(f"/api/v2/jobs/{made['id']}"), 404, "not_found")
    check_error(quick.client.get(f"/api/v2/assets/{made['output']}/content"), 404, "not_found")
    listed = quick.client.get("/api/v2/jobs", params={"limit": 200}).json()["jobs"]
    assert made["id"] not in [job["id"] for job in listed]


def test_a_job_that_is_not_over_is_not_deleted(quick: Rig) -> None:
    job = quick.submit_graph(invert_graph(), host="sim0", tags=["held"])
    with quick.redis() as redis:  # at once, whatever the host does: the record says when it is over
        name = f"{quick.settings.namespace}:job:{job['id']}"
        quick.wait(job["id"])
        redis.hset(name, "status", "running")
        check_error(quick.client.delete(f"/relay/v1/jobs/{job['id']}"), 409, "job_not_over")
        redis.hset(name, "status", "succeeded")


def test_another_users_job_is_not_there_and_an_admin_may(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as rig:
        tokens = {name: key(rig, name) for name in ("anna", "ben")}
        tokens["root"] = key(rig, "root", "admin")
        anna, ben, root = (client(rig, token) for token in tokens.values())
        job = anna.post("/api/v2/jobs", json={"workflow": invert_graph()}).json()
        anna.post(f"/api/v2/jobs/{job['id']}/cancel")
        path = f"/relay/v1/jobs/{job['id']}"
        check_error(ben.delete(path), 404, "not_found")
        assert anna.get(f"/api/v2/jobs/{job['id']}").status_code == 200
        assert root.delete(path).status_code == 204
        check_error(anna.get(f"/api/v2/jobs/{job['id']}"), 404, "not_found")
        for each in (anna, ben, root):
            each.close()


def test_of_several_relays_one_cleans_and_another_takes_over(quick: Rig) -> None:
    with quick.redis() as redis:
        lock = f"{quick.settings.namespace}:cleaner"
        eventually("it leads", lambda: redis.get(lock))
        redis.set(lock, "another", px=60_000)
        made = ended(quick)
        age(quick, made["id"])
        beats(redis, quick)
        assert quick.job(made["id"])["status"] == "succeeded"
        redis.delete(lock)
        eventually("expired", lambda: quick.job(made["id"])["status"] == "expired")


def beats(redis: redis_py.Redis, rig: Rig) -> None:
    """Some time, by the heartbeat of a worker: many turns of the cleaner."""
    name = f"{rig.settings.namespace}:host:sim0"
    for _ in range(5):
        before = redis.hget(name, "beat_ms")
        eventually("a heartbeat", lambda seen=before: redis.hget(name, "beat_ms") != seen)


def test_a_relay_that_was_killed_in_the_middle_goes_on_after_its_restart(tmp_path: Path) -> None:
    with Rig(tmp_path, clean_s=0.05) as rig:
        made = [ended(rig) for _ in range(3)]
        age(rig, *(each["id"] for each in made))
        relay = rig.relay_process()
        relay.kill()
        relay.wait(PATIENCE_S)
        rig.restart_relay()
        for each in made:
            eventually("expired", lambda id_=each["id"]: rig.job(id_)["status"] == "expired")
            eventually("results gone", lambda id_=each["output"]: not_there(rig, id_))
        with rig.redis() as redis:
            assert redis.zcard(f"{rig.settings.namespace}:ends") == 0
        assert httpx.get(f"{rig.url}/readyz", trust_env=False).status_code == 200
