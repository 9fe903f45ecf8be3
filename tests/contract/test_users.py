"""What is one user's is, for another, not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from blake3 import blake3

from tests.contract.document import check_error
from tests.contract.graphs import asset_of, drawn_graph
from tests.contract.sse import opened
from tests.contract.talk import client, key
from tests.rig import Rig, invert_graph, picture, png

PERSON = "X-Comfy-Relay-User"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay with keys, whose jobs wait."""
    folder: Path = tmp_path_factory.mktemp("studio")
    with Rig(folder, hosts=0) as running:
        yield running


@pytest.fixture(scope="module")
def ann(studio: Rig) -> Iterator[httpx.Client]:
    with client(studio, key(studio, "ann")) as person:
        yield person


@pytest.fixture(scope="module")
def bob(studio: Rig) -> Iterator[httpx.Client]:
    with client(studio, key(studio, "bob")) as person:
        yield person


@pytest.fixture(scope="module")
def shared(studio: Rig) -> str:
    """A key that several people share."""
    return key(studio, "farm", "submit,raw,delegate")


def submitted(person: httpx.Client, **headers: str) -> str:
    body = {"workflow": drawn_graph(), "metadata": {"shot": "a"}}
    answer = person.post("/api/v2/jobs", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def sent(person: httpx.Client, data: bytes) -> dict[str, Any]:
    form = {"content_type": "image/png", "file_path": "p.png"}
    answer = person.post("/api/v2/assets", files={"file": data}, data=form)
    assert answer.status_code == 201, answer.text
    asset: dict[str, Any] = answer.json()
    return asset


def listed(person: httpx.Client, query: str = "", **headers: str) -> list[str]:
    return [
        job["id"] for job in person.get(f"/api/v2/jobs?{query}", headers=headers).json()["jobs"]
    ]


def test_a_job_is_seen_by_its_user_only(ann: httpx.Client, bob: httpx.Client) -> None:
    job = submitted(ann)
    for path in ("", "/workflow", "/events", "?after=0&wait=5"):
        check_error(bob.get(f"/api/v2/jobs/{job}{path}"), 404, "not_found")
    check_error(bob.post(f"/api/v2/jobs/{job}/cancel"), 404, "not_found")
    check_error(bob.get(f"/relay/v1/jobs/{job}/events"), 404, "not_found")
    assert ann.get(f"/api/v2/jobs/{job}").json()["status"] == "queued"
    with opened(ann, f"/api/v2/jobs/{job}/events") as frames:
        assert next(frames).data["status"] == "queued"


def test_lists_are_of_one_user(ann: httpx.Client, bob: httpx.Client) -> None:
    hers, his = submitted(ann), submitted(bob)
    for query in ("", "metadata[shot]=a"):
        assert hers in listed(ann, query)
        assert his not in listed(ann, query)
        assert his in listed(bob, query)
        assert hers not in listed(bob, query)


def test_assets_and_hashes_are_of_one_user(ann: httpx.Client, bob: httpx.Client) -> None:
    data = png(picture(seed=601))
    asset = sent(ann, data)
    path, name = f"/api/v2/assets/{asset['id']}", f"blake3:{blake3(data).hexdigest()}"
    for call in (bob.get, bob.delete):
        check_error(call(path), 404, "not_found")
    check_error(bob.get(asset["url"]), 404, "not_found")
    assert bob.head(f"/api/v2/assets/by-hash/{name}").status_code == 404
    assert bob.head(f"/relay/v1/blobs/{asset['sha256']}").status_code == 404
    minted = bob.post("/api/v2/assets/from-hash", json={"hash": name})
    check_error(minted, 404, "blob_not_found")
    used = bob.post("/api/v2/jobs", json={"workflow": invert_graph(asset_of(asset["id"]))})
    check_error(used, 422, "missing_asset")
    form = {"inputs": {"image": {"sha256": asset["sha256"]}}}
    assert bob.post("/relay/v1/workflows/invert/jobs", json=form).status_code in {404, 422}
    assert ann.head(f"/api/v2/assets/by-hash/{name}").status_code == 200


def test_the_same_bytes_of_two_users_are_two_uploads(ann: httpx.Client, bob: httpx.Client) -> None:
    data = png(picture(seed=602))
    hers, his = sent(ann, data), sent(bob, data)
    assert hers["created_new"] is his["created_new"] is True
    assert ann.delete(f"/api/v2/assets/{hers['id']}").status_code == 204
    assert bob.get(his["url"]).content == data


def test_idempotency_keys_are_of_one_user(ann: httpx.Client, bob: httpx.Client) -> None:
    header = {"Idempotency-Key": "the-same"}
    assert submitted(ann, **header) != submitted(bob, **header)


def test_a_shared_key_names_the_person(studio: Rig, shared: str) -> None:
    with client(studio, shared) as farm:
        job = submitted(farm, **{PERSON: "cleo"})
        assert farm.get("/relay/v1/me", headers={PERSON: "cleo"}).json()["user"] == "cleo"
        assert listed(farm, **{PERSON: "cleo"}) == [job]
        assert listed(farm, **{PERSON: "dora"}) == []
        assert listed(farm) == []
        check_error(farm.get(f"/api/v2/jobs/{job}"), 404, "not_found")


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "../x", "x" * 65, "a b"])
def test_a_person_without_a_name_is_refused(studio: Rig, shared: str, name: str) -> None:
    with client(studio, shared) as farm:
        check_error(farm.get("/relay/v1/me", headers={PERSON: name}), 400, "invalid_name")


def test_a_key_without_delegate_names_nobody(ann: httpx.Client) -> None:
    answer = ann.get("/api/v2/jobs", headers={PERSON: "bob"})
    assert check_error(answer, 403, "forbidden") == {"scope": "delegate"}
