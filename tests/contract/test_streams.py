"""The contract's event stream: the state now, then what changes, until it is over."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.contract.document import check, check_error, operations
from tests.contract.graphs import drawn_graph
from tests.contract.sse import Frame, opened, story, whole
from tests.contract.talk import client
from tests.rig import Rig, eventually, slow_graph

SCHEMAS = {
    name: event["schema"].rsplit("/", 1)[-1]
    for name, event in operations()["GET", "/api/v2/jobs/{id}/events"]["x-sse-events"].items()
}


def path(job: dict[str, str]) -> str:
    return f"/api/v2/jobs/{job['id']}/events"


def checked(frames: list[Frame]) -> list[Frame]:
    """Every payload as the contract has it, and no ids: this stream cannot be replayed."""
    for frame in frames:
        check(SCHEMAS[frame.kind], frame.data)
        assert frame.id is None
    return frames


def passing(first: str, between: str, last: str) -> tuple[list[str], ...]:
    """What a stream may say of a job that goes this way. It tells states, not steps: one that is
    over before the relay looks is not told."""
    return [first, between, last], [first, last]


def test_every_event_of_a_job_is_of_the_contract(rig: Rig) -> None:
    job, told = story(rig, slow_graph(seed=401, steps=40), path({"id": "{}"}))
    events = checked(told)
    kinds = [event.kind for event in events]
    assert {"status", "progress", "output"} <= set(kinds) <= set(SCHEMAS)
    statuses = [event.data["status"] for event in events if event.kind == "status"]
    assert [kinds[0], statuses[0]] == ["status", "queued"]
    assert list(dict.fromkeys(statuses)) in passing("queued", "running", "succeeded")
    assert kinds[-1] == "status"
    assert next(e.data for e in reversed(events) if e.kind == "progress")["value"] == 1
    outputs = [event.data for event in events if event.kind == "output"]
    done = rig.job(job["id"])["outputs"]
    assert [output["id"] for output in outputs] == [output["id"] for output in done]
    assert rig.client.get(outputs[0]["url"]).status_code == 200


def test_a_late_listener_first_gets_the_state(rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(seed=402, steps=5000))
    with opened(rig.client, path(job)) as frames:
        next(frame for frame in frames if frame.kind == "preview")
        next(frame for frame in frames if frame.kind == "progress" and frame.data["steps"])
    with opened(rig.client, path(job)) as frames:
        status, progress, preview = checked([next(frames) for _ in range(3)])
        assert [status.kind, progress.kind, preview.kind] == ["status", "progress", "preview"]
        assert status.data == {"status": "running", "queue_position": None}
        assert progress.data["steps"] == 5000
        assert preview.data["content_type"] == "image/jpeg"
        with Image.open(io.BytesIO(base64.b64decode(preview.data["data_base64"]))) as image:
            assert image.format == "JPEG"
        rig.client.post(f"/api/v2/jobs/{job['id']}/cancel")
        rest = checked([frame for frame in frames if frame.kind])
    statuses = [frame.data["status"] for frame in rest if frame.kind == "status"]
    assert ["running", *statuses] in passing("running", "canceling", "canceled")
    assert rest[-1].kind == "status"


def test_after_the_end_it_tells_the_end_and_ends(rig: Rig) -> None:
    job = rig.wait(rig.submit_graph(drawn_graph(color=41))["id"])
    events = checked(whole(rig.client, path(job)))
    assert events[-1].kind == "status"
    assert [event.data["status"] for event in events if event.kind == "status"] == ["succeeded"]


def test_places_in_the_queue_are_told(idle: Rig) -> None:
    jobs = [idle.submit_graph(drawn_graph(), host=None, priority="shot") for _ in range(3)]
    with opened(idle.client, path(jobs[2])) as frames:
        assert next(frames).data == {"status": "queued", "queue_position": 3}
        idle.client.post(f"/api/v2/jobs/{jobs[0]['id']}/cancel")
        assert next(frame for frame in frames if frame.kind).data["queue_position"] == 2
        for job in jobs[1:]:
            idle.client.post(f"/api/v2/jobs/{job['id']}/cancel")
        last = [frame.data for frame in frames if frame.kind][-1]
    assert last == {"status": "canceled", "queue_position": None}


def test_an_idle_stream_sends_comments(idle: Rig) -> None:
    job = idle.submit_graph(drawn_graph())
    for stream in (path(job), f"/relay/v1/jobs/{job['id']}/events"):
        with opened(idle.client, stream) as frames:
            assert next(frames).kind == "status"
            assert [next(frames).kind for _ in range(3)] == ["", "", ""]


def test_the_end_is_told_at_once_and_not_with_the_next_comment(calm: Rig) -> None:
    for _ in range(20):
        job = calm.submit_graph(drawn_graph())
        with opened(calm.client, path(job)) as frames:
            next(frames)
            calm.client.post(f"/api/v2/jobs/{job['id']}/cancel")
            assert [frame.data["status"] for frame in frames] == ["canceled"]


def test_one_user_has_so_many_streams(calm: Rig) -> None:
    person = {"X-Comfy-Relay-User": "reader"}  # whose streams are no other test's
    with client(calm, **person) as reader, client(calm, **person) as other:
        job = reader.post("/api/v2/jobs", json={"workflow": drawn_graph()}).json()
        with opened(reader, path(job)) as first, opened(reader, path(job)) as second:
            assert [next(first).kind, next(second).kind] == ["status", "status"]
            answer = other.get(path(job))
            check_error(answer, 429, "too_many_streams")
            assert int(answer.headers["retry-after"]) > 0
            assert other.get(f"/api/v2/jobs/{job['id']}").status_code == 200

        def free_again() -> bool:
            with other.stream("GET", path(job)) as answer:
                return answer.status_code == 200

        eventually("the closed streams are noticed", free_again)


@pytest.fixture
def impatient_rig(tmp_path: Path) -> Iterator[Rig]:
    """A relay that does without Redis for two seconds only."""
    with Rig(tmp_path, sim=("--step-s", "0.02"), redis_request_s=2.0) as running:
        yield running


def test_a_stream_without_redis_ends_and_breaks_nothing(impatient_rig: Rig) -> None:
    job = impatient_rig.submit_graph(slow_graph(seed=403, steps=2000))
    server = impatient_rig.redis()
    with opened(impatient_rig.client, path(job)) as frames:
        next(frame for frame in frames if frame.kind == "progress")
        server.client_pause(3000)
        rest = [frame for frame in frames if frame.kind]
    assert {frame.kind for frame in rest} <= set(SCHEMAS)
    server.close()
    impatient_rig.until(job["id"], lambda job: job["status"] == "running")
    impatient_rig.client.post(f"/api/v2/jobs/{job['id']}/cancel")
    assert whole(impatient_rig.client, path(job))[-1].data["status"] == "canceled"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay whose streams say nothing for long, and of which each user may have two."""
    folder: Path = tmp_path_factory.mktemp("calm")
    with Rig(folder, hosts=0, keepalive_s=60.0, max_streams=2) as running:
        yield running
