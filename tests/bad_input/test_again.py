"""What was fine once and is not now: keys used again, a full queue, one stream too many."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from relay_server.models.hosts import Scope
from tests.bad_input.asking import (
    ASSETS,
    INVERT,
    JOBS,
    TEXT_TO_IMAGE,
    connection,
    nothing_kept,
    refused,
)
from tests.bad_input.conftest import Client
from tests.rig import PATIENCE_S, Rig, eventually, invert_graph, picture, png

pytestmark = pytest.mark.usefixtures("free_queue")

ALL = frozenset(Scope)
PLATE = base64.b64encode(png(picture(64, 64))).decode()  # long enough to be lifted
BODIES: dict[str, dict[str, Any]] = {
    JOBS: {"workflow": invert_graph()},
    TEXT_TO_IMAGE: {"params": {"prompt": "hills", "checkpoint": "sim-landscape.safetensors"}},
    INVERT: {"inputs": {"image": {"data": PLATE, "name": "a.png"}}},
}


def run(client: httpx.Client, door: str, key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(door, json=BODIES[door], headers=headers)


@pytest.mark.parametrize("door", BODIES)
def test_a_key_used_again_names_the_job(strict: Rig, client: httpx.Client, door: str) -> None:
    key = f"first of {door}"
    job = run(client, door, key)
    assert job.status_code == 201, job.text
    for again in BODIES:
        with nothing_kept(strict):
            found = refused(run(client, again, key), "idempotency_key_reuse", "Follow that job")
        assert found.details == {"job_id": job.json()["id"]}


def test_an_upload_with_a_used_key_names_the_asset(strict: Rig, client: httpx.Client) -> None:
    def upload() -> httpx.Response:
        files = {"file": ("a.png", png(picture(12, 12)))}
        return client.post(ASSETS, files=files, headers={"Idempotency-Key": "upload"})

    first = upload()
    assert first.status_code in {200, 201}, first.text
    with nothing_kept(strict):
        found = refused(upload(), "idempotency_key_reuse", "Use that asset")
    assert found.details == {"asset_id": first.json()["id"]}


def test_a_key_is_the_users_own(keyed: Client) -> None:
    jobs = [run(keyed(*ALL, name=name), JOBS, "the same") for name in ("ada", "eve")]
    assert [job.status_code for job in jobs] == [201, 201], jobs
    assert jobs[0].json()["id"] != jobs[1].json()["id"]


@pytest.mark.parametrize("key", ["", "k" * 256, "k" * 7000, "a\tb", "\xff", "\xa0", "a\x85b"])
@pytest.mark.parametrize("door", [*BODIES, ASSETS])
def test_a_malformed_key_is_refused(strict: Rig, client: httpx.Client, door: str, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    more: dict[str, Any] = {"json": BODIES.get(door)}
    if door == ASSETS:
        more = {"files": {"file": ("a.png", png(picture(5, 5)))}}
    with nothing_kept(strict):
        refused(client.post(door, headers=headers, **more), "invalid_request", "Idempotency-Key")


@pytest.fixture
def full_queue(client: httpx.Client, strict: Rig) -> None:
    """As many jobs wait as may."""
    for _ in range(strict.settings.max_waiting):
        assert run(client, JOBS).status_code == 201


@pytest.mark.usefixtures("full_queue")
@pytest.mark.parametrize("door", BODIES)
def test_a_full_queue_says_when_to_come_back(strict: Rig, client: httpx.Client, door: str) -> None:
    with nothing_kept(strict):
        answer = run(client, door, key=f"too many of {door}")
    refused(answer, "queue_full", "Try again")
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.usefixtures("full_queue")
def test_a_refused_job_does_not_use_up_its_key(client: httpx.Client, strict: Rig) -> None:
    refused(run(client, JOBS, "kept"), "queue_full")
    waiting = connection(strict).zrange(f"{strict.settings.namespace}:waiting", 0, 0)
    first = waiting[0].decode()
    assert client.post(f"{JOBS}/{first}/cancel").status_code == 200
    assert run(client, JOBS, "kept").status_code == 201


@pytest.fixture
def reader(strict: Rig) -> Iterator[httpx.Client]:
    """Somebody whose streams are no other test's: one that was left is counted for a moment."""
    headers = {"X-Comfy-Relay-User": f"reader-{uuid.uuid4()}"}
    with httpx.Client(
        base_url=strict.url, headers=headers, timeout=PATIENCE_S, trust_env=False
    ) as person:
        yield person


@pytest.fixture
def open_stream(reader: httpx.Client) -> Iterator[str]:
    """A waiting job whose events the reader reads."""
    job = run(reader, JOBS).json()["id"]
    with reader.stream("GET", f"{JOBS}/{job}/events") as answer:
        assert answer.status_code == 200
        yield job


@pytest.mark.parametrize("path", ["/api/v2/jobs/{}/events", "/relay/v1/jobs/{}/events"])
def test_one_stream_too_many_is_refused(
    strict: Rig, reader: httpx.Client, open_stream: str, path: str
) -> None:
    with nothing_kept(strict):
        answer = reader.get(path.format(open_stream))
    refused(answer, "too_many_streams", "Close one")
    assert int(answer.headers["retry-after"]) >= 1


def test_a_stream_that_is_over_makes_room(strict: Rig, client: httpx.Client) -> None:
    job = run(client, JOBS).json()["id"]
    assert client.post(f"{JOBS}/{job}/cancel").status_code == 200
    eventually(
        "the stream of a job that is over ends, and the next one opens",
        lambda: client.get(f"{JOBS}/{job}/events").status_code == 200,
    )
    assert client.get(f"{JOBS}/{job}/events").status_code == 200


def test_what_a_job_brings_is_never_a_header(client: httpx.Client) -> None:
    evil = "a\r\nX-Evil: yes"
    body = {"workflow": invert_graph(), "tags": [evil], "metadata": {evil: evil}}
    job = client.post(JOBS, json=body)
    assert job.status_code == 201, job.text
    assert job.json()["tags"] == [evil]
    for answer in (job, client.get(f"{JOBS}/{job.json()['id']}"), client.get(JOBS)):
        assert "x-evil" not in answer.headers


def test_the_name_of_a_file_is_never_a_header(client: httpx.Client) -> None:
    name = 'a\u2028\u202e"; filename=x; b=\u00e9.png'
    answer = client.post(ASSETS, files={"file": png(picture(6, 6))}, data={"file_path": name})
    assert answer.status_code in {200, 201}, answer.text
    content = client.get(f"{ASSETS}/{answer.json()['id']}/content")
    assert content.status_code == 200
    shown = content.headers["content-disposition"]
    assert shown.startswith("attachment; filename*=UTF-8''a%E2%80%A8")
    assert '"' not in shown
    assert content.headers["x-content-type-options"] == "nosniff"
