"""Jobs and hosts asked for what cannot be: bad ids, classes, filters, names."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from relay_server.models.hosts import Scope
from tests.bad_input.asking import JOBS, NOBODY, refused
from tests.bad_input.conftest import Client

pytestmark = pytest.mark.usefixtures("kept_nothing")

RELAY_JOBS = "/relay/v1/jobs"
CANCEL = f"{RELAY_JOBS}/cancel"
HOSTS = "/relay/v1/hosts"
LONG = "x" * 5000
IDS = ["x", "1", NOBODY, NOBODY.upper(), "%00", "..%2f..", LONG, "nul%00l", "é", "*"]
WRONG: list[Any] = [None, 1, 1.5, True, [], {}, ["x"], {"a": 1}, ""]


@pytest.mark.parametrize("job_id", IDS)
def test_a_job_that_is_not_there(client: httpx.Client, job_id: str) -> None:
    path = f"{RELAY_JOBS}/{job_id}"
    for answer in (
        client.get(f"{path}/explain"),
        client.patch(path, json={"priority": "batch"}),
        client.post(f"{path}/retry"),
    ):
        refused(answer, "not_found", "There is no job")


@pytest.mark.parametrize(
    "body",
    [{}, {"priority": "urgent"}, {"priority": LONG}, {"class": "batch"},
     {"priority": "batch", "tags": []}, [], "batch", 1,
     *({"priority": value} for value in WRONG)],
)  # fmt: skip
def test_a_change_that_cannot_be_read(client: httpx.Client, old_job: str, body: Any) -> None:
    refused(client.patch(f"{RELAY_JOBS}/{old_job}", json=body), "invalid_request")


def test_a_job_that_is_over_keeps_its_class(client: httpx.Client, old_job: str) -> None:
    answer = client.patch(f"{RELAY_JOBS}/{old_job}", json={"priority": "batch"})
    refused(answer, "job_over", "retry")


@pytest.mark.parametrize(
    "body",
    [{"priority": "urgent"}, {"extra_data": {"api_key": "x"}}, {"graph": {}}, [], "x", 1,
     {"extra_data": {"api_key_comfy_org": ""}}, {"extra_data": LONG}],
)  # fmt: skip
def test_a_retry_that_cannot_be_read(client: httpx.Client, old_job: str, body: Any) -> None:
    refused(client.post(f"{RELAY_JOBS}/{old_job}/retry", json=body), "invalid_request")


@pytest.mark.parametrize("body", [b"x", b"{]", b"\xff", b"{}x"])
def test_a_body_that_is_no_json(client: httpx.Client, old_job: str, body: bytes) -> None:
    for answer in (
        client.post(f"{RELAY_JOBS}/{old_job}/retry", content=body),
        client.patch(f"{RELAY_JOBS}/{old_job}", content=body),
        client.post(CANCEL, content=body),
        client.patch(f"{HOSTS}/sim0", content=body),
    ):
        refused(answer, "invalid_json")


def test_a_retry_with_a_bad_key(client: httpx.Client, old_job: str) -> None:
    for key in ("", "x" * 256, "a\tb"):
        answer = client.post(f"{RELAY_JOBS}/{old_job}/retry", headers={"Idempotency-Key": key})
        refused(answer, "invalid_request", "Idempotency-Key")


@pytest.mark.parametrize(
    "body",
    [{}, [], "all", {"all": False}, {"all": "true"}, {"all": 1}, {"all": True, "tag": "x"},
     {"metadata": {}}, {"metadata": {"a": 1}}, {"metadata": []}, {"tag": ""}, {"tag": "x" * 65},
     {"tag": ["x"]}, {"workflow": LONG}, {"workflow": ""}, {"jobs": [NOBODY]},
     {"all": True, "user": 1}, {"all": True, "user": LONG},
     {"metadata": {str(number): "x" for number in range(17)}}],
)  # fmt: skip
def test_many_that_are_not_said(client: httpx.Client, body: Any) -> None:
    refused(client.post(CANCEL, json=body), "invalid_request")


def test_nobody_is_asked_to_cancel_at_once_without_a_body(client: httpx.Client) -> None:
    refused(client.post(CANCEL), "invalid_json")


def test_everybodys_jobs_are_listed_and_never_canceled_at_once(client: httpx.Client) -> None:
    answer = client.post(CANCEL, json={"all": True, "user": "*"})
    refused(answer, "invalid_name", "login name")
    assert client.get(JOBS, params={"user": "*"}).status_code == 200


@pytest.mark.parametrize("user", ["", "a b", "a/b", "a:b", "../x"])
def test_a_user_that_is_none(client: httpx.Client, user: str) -> None:
    answer = client.post(CANCEL, json={"all": True, "user": user})
    refused(answer, "invalid_name", "login name")
    refused(client.get(JOBS, params={"user": user}), "invalid_name", "login name")


def test_anothers_jobs_need_an_admin(keyed: Client) -> None:
    ada = keyed(Scope.SUBMIT, Scope.RAW, Scope.DELEGATE)
    refused(ada.post(CANCEL, json={"all": True, "user": "eve"}), "forbidden", "`admin`")
    refused(ada.get(JOBS, params={"user": "eve"}), "forbidden", "`admin`")


@pytest.mark.parametrize(
    "query",
    ["tag=", f"tag={'x' * 65}", "workflow=", f"workflow={LONG}", "status=", "status=done",
     "status=QUEUED", "status=queued,failed", "created_after=", "created_after=yesterday",
     "created_after=2026-01-01", "created_after=2026-01-01T00:00:00", "created_before=x",
     "created_after=99999-01-01T00:00:00Z", f"created_before={'9' * 400}", f"user={LONG}",
     "created_after=2026-13-01T00:00:00Z", "created_after=nan", "tags=x"],
)  # fmt: skip
def test_a_filter_that_cannot_be_read(client: httpx.Client, query: str) -> None:
    refused(client.get(f"{JOBS}?{query}"), "invalid_request", "The query cannot be read")


@pytest.mark.parametrize(
    "query",
    ["created_after=0001-01-01T00:00:00Z", "created_before=9999-12-31T23:59:59%2B14:00",
     "created_after=1e300", "created_after=-1"],
)  # fmt: skip
def test_a_strange_moment_harms_nothing(client: httpx.Client, query: str) -> None:
    answer = client.get(f"{JOBS}?{query}")
    if answer.status_code != 200:
        refused(answer, "invalid_request", "The query cannot be read")


@pytest.mark.parametrize("name", ["gpu9", "%00", "..%2f", LONG, "a:b", "*", "sim0%20"])
def test_a_host_that_is_not_there(client: httpx.Client, name: str) -> None:
    refused(client.patch(f"{HOSTS}/{name}", json={"state": "up"}), "not_found", "no host")
    refused(client.delete(f"{HOSTS}/{name}"), "not_found", "no host")
    refused(client.delete(f"/relay/v1/quarantine/{name}"), "not_found", "No graph")


@pytest.mark.parametrize(
    "body",
    [{}, {"state": "gone"}, {"state": "UP"}, {"reason": "x"}, {"state": "up", "reason": "x" * 201},
     {"state": "up", "by": "eve"}, [], *({"state": value} for value in WRONG)],
)  # fmt: skip
def test_a_state_that_cannot_be_asked(client: httpx.Client, body: Any) -> None:
    refused(client.patch(f"{HOSTS}/sim0", json=body), "invalid_request")
