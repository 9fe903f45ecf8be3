"""Assets as the contract has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from blake3 import blake3

from tests.contract.document import check, check_error
from tests.contract.graphs import asset_of
from tests.contract.talk import upload
from tests.rig import Rig, invert_graph, picture, png

FORM = {"content_type": "image/png", "file_path": "plate.png"}


def hash_of(data: bytes) -> str:
    return f"blake3:{blake3(data).hexdigest()}"


def test_a_new_file_is_created_and_the_same_bytes_are_found(idle: Rig) -> None:
    data = png(picture(seed=201))
    form = {**FORM, "expected_hash": hash_of(data), "tags": ["input", "plate"]}
    answers = [
        idle.client.post("/api/v2/assets", files={"file": ("x.png", data)}, data=form)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    first, second = (answer.json() for answer in answers)
    for asset in (first, second):
        check("Asset", asset)
    assert (first["created_new"], second["created_new"]) == (True, False)
    assert first["id"] != second["id"]
    assert first["hash"] == second["hash"] == hash_of(data)
    assert (first["size_bytes"], first["content_type"]) == (len(data), "image/png")


def test_the_fields_of_a_form_may_come_in_any_order(idle: Rig) -> None:
    parts: list[tuple[str, Any]] = [
        ("file", ("x.bin", b"bytes first")),
        ("content_type", (None, "text/plain")),
        ("file_path", (None, "notes/first.txt")),
    ]
    answer = idle.client.post("/api/v2/assets", files=parts)
    assert answer.status_code == 201, answer.text
    assert answer.json()["file_path"] == "notes/first.txt"


def test_its_url_is_absolute_fresh_and_leads_to_the_bytes(idle: Rig) -> None:
    data = png(picture(seed=202))
    asset = idle.client.get(f"/api/v2/assets/{upload(idle, data)['id']}").json()
    check("Asset", asset)
    assert datetime.fromisoformat(asset["url_expires_at"]) > datetime.now(UTC)
    answer = httpx.get(asset["url"], trust_env=False)
    assert answer.content == data
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''plate.png"


def test_an_old_asset_has_a_fresh_url_too(idle: Rig) -> None:
    asset = upload(idle, b"old")
    redis, name = idle.redis(), f"{idle.settings.namespace}:asset:{asset['id']}"
    stored = redis.get(name)
    assert isinstance(stored, bytes)
    created = int(datetime.fromisoformat(asset["created_at"]).timestamp() * 1000)
    redis.set(name, stored.replace(str(created).encode(), str(created - 86_400_000).encode()))
    old = idle.client.get(f"/api/v2/assets/{asset['id']}").json()
    assert old["created_at"] < asset["created_at"]
    assert datetime.fromisoformat(old["url_expires_at"]) > datetime.now(UTC)
    redis.close()


@pytest.mark.parametrize("name", ["Füße 1.png", 'a"b;c.png', "deep/er/plate.png"])
def test_a_strange_name_comes_back_as_it_was(idle: Rig, name: str) -> None:
    asset = upload(idle, png(picture(seed=203)), file_path=name)
    assert asset["file_path"] == name
    shown = idle.client.get(asset["url"]).headers["content-disposition"]
    assert httpx.URL(f"http://x/{shown.partition(chr(39) * 2)[2]}").path[1:] == name.split("/")[-1]


def test_expires_in_sets_the_end(idle: Rig) -> None:
    asset = upload(idle, b"for a day", expires_in="86400")
    lives = datetime.fromisoformat(asset["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23) < lives <= timedelta(hours=24)
    check("Asset", asset)


@pytest.mark.parametrize("seconds", [59, 604_801])
def test_expires_in_has_bounds(idle: Rig, seconds: int) -> None:
    body = {"hash": hash_of(b"any"), "expires_in": seconds}
    check_error(idle.client.post("/api/v2/assets/from-hash", json=body), 400, "invalid_request")


def test_a_hash_can_be_asked_for_and_used(idle: Rig) -> None:
    data = png(picture(seed=204))
    name = hash_of(data)
    body = {"hash": name, "file_path": "again.png", "tags": ["input"]}
    assert idle.client.head(f"/api/v2/assets/by-hash/{name}").status_code == 404
    missing = idle.client.post("/api/v2/assets/from-hash", json=body)
    check_error(missing, 404, "blob_not_found")
    upload(idle, data)
    assert idle.client.head(f"/api/v2/assets/by-hash/{name}").status_code == 200
    made, found = (idle.client.post("/api/v2/assets/from-hash", json=body) for _ in range(2))
    assert (made.status_code, found.status_code) == (201, 200)
    check("Asset", made.json())
    assert made.json()["id"] == found.json()["id"]
    assert made.json()["created_new"] is False


def test_an_asset_that_ends_is_not_the_answer_to_one_that_stays(idle: Rig) -> None:
    data = b"short lived"
    upload(idle, data, expires_in="60")
    body = {"hash": hash_of(data), "file_path": "plate.png"}
    answer = idle.client.post("/api/v2/assets/from-hash", json=body)
    assert answer.status_code == 201
    assert answer.json()["expires_at"] is None


@pytest.mark.parametrize("name", ["blake3:xyz", "sha256:" + "0" * 64, "0" * 64])
def test_what_is_no_hash_is_not_there(idle: Rig, name: str) -> None:
    assert idle.client.head(f"/api/v2/assets/by-hash/{name}").status_code == 404


def test_another_hash_than_promised_is_refused(idle: Rig) -> None:
    form = {**FORM, "expected_hash": hash_of(b"other")}
    answer = idle.client.post("/api/v2/assets", files={"file": b"these"}, data=form)
    check_error(answer, 409, "hash_mismatch")
    assert idle.client.head(f"/api/v2/assets/by-hash/{hash_of(b'these')}").status_code == 404


def test_a_used_key_is_refused_and_one_of_a_failed_upload_is_not(idle: Rig) -> None:
    header = {"Idempotency-Key": "upload-1"}
    wrong = {**FORM, "expected_hash": hash_of(b"other")}
    file = {"file": ("a.bin", b"keyed")}
    post = idle.client.post
    check_error(
        post("/api/v2/assets", files=file, data=wrong, headers=header), 409, "hash_mismatch"
    )
    asset = post("/api/v2/assets", files=file, data=FORM, headers=header).json()
    answer = post("/api/v2/assets", files={"file": b"else"}, data=FORM, headers=header)
    details = check_error(answer, 422, "idempotency_key_reuse")
    assert details == {"asset_id": asset["id"]}


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, 100), ("bytes=-7", 93, 100), ("bytes=90-500", 90, 100)],
)
def test_a_range_is_served(idle: Rig, asked: str, start: int, end: int) -> None:
    data = bytes(range(100))
    url = upload(idle, data)["url"]
    answer = idle.client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, data[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/100"
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=5000-6000", "bytes=9-2", "bytes=a-b"])
def test_a_range_that_is_none_is_refused(idle: Rig, asked: str) -> None:
    url = upload(idle, bytes(range(100)))["url"]
    answer = idle.client.get(url, headers={"Range": asked})
    check_error(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == "bytes */100"


def test_a_second_delete_finds_nothing(idle: Rig) -> None:
    data = png(picture(seed=205))
    first, second = upload(idle, data), upload(idle, data)
    path = f"/api/v2/assets/{first['id']}"
    answer = idle.client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for call in (idle.client.delete, idle.client.get):
        check_error(call(path), 404, "not_found")
    check_error(idle.client.get(f"{path}/content"), 404, "not_found")
    assert idle.client.get(second["url"]).content == data


def test_an_asset_that_a_waiting_job_needs_stays(idle: Rig) -> None:
    asset = upload(idle, png(picture(seed=206)))
    path = f"/api/v2/assets/{asset['id']}"
    job = idle.submit_graph(invert_graph(asset_of(asset["id"])))
    check_error(idle.client.delete(path), 409, "asset_in_use")
    assert idle.client.get(asset["url"]).status_code == 200
    idle.client.post(f"/api/v2/jobs/{job['id']}/cancel")
    assert idle.client.delete(path).status_code == 204
