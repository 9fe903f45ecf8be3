"""Who may not: no key, a wrong key, a key without the scope, a page of another site."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from relay_server.models.hosts import Scope
from relay_server.operations import OPERATIONS, Operation
from tests.bad_input.asking import (
    ASSETS,
    BLOBS,
    FROM_HASH,
    INVERT,
    JOBS,
    NOBODY,
    TEXT_TO_IMAGE,
    head,
    raw,
    refused,
    shaped,
)
from tests.bad_input.conftest import Client
from tests.rig import Rig, invert_graph, picture, png

kept_nothing = pytest.mark.usefixtures("kept_nothing")

PRIVATE = [operation for operation in OPERATIONS if not operation.public]
SCOPED = [operation for operation in PRIVATE if operation.scope]
ALL = frozenset(Scope)


def named(operation: Operation) -> str:
    return operation.id


def asked(client: httpx.Client, operation: Operation, **headers: str) -> httpx.Response:
    """An operation with made-up names in its path."""
    path = operation.path.replace("{id}", NOBODY).replace("{", "").replace("}", "")
    return client.request(operation.method, path, headers=headers)


def is_refused(answer: httpx.Response, code: str, status: int, says: str) -> None:
    if answer.request.method == "HEAD":
        assert (answer.status_code, answer.content) == (status, b"")
    else:
        refused(answer, code, says)


@kept_nothing
@pytest.mark.parametrize("operation", PRIVATE, ids=named)
def test_every_operation_asks_for_a_key(strict: Rig, keyed: Client, operation: Operation) -> None:
    keyed(Scope.ADMIN)
    is_refused(asked(strict.client, operation), "unauthorized", 401, "comfy-relay keys create")


TOKENS = [
    "", "Bearer", "Basic YTpi", "Bearer x", "Bearer crk", "Bearer crk_", "Bearer crk__",
    "Bearer crk_000000000000_x", "Bearer crk_*_x", "Bearer " + "x" * 7000, "bearer crk_a:b_c",
    "Bearer crk_\xff_\xff", "Bearer crk_abc_\xe9", "Bearer a b c", "crk_abc_def",
]  # fmt: skip


@kept_nothing
@pytest.mark.parametrize("token", TOKENS)
def test_a_key_that_is_none_of_ours_is_refused(strict: Rig, keyed: Client, token: str) -> None:
    keyed(Scope.ADMIN)
    answer = strict.client.get(JOBS, headers={b"Authorization": token.encode("latin-1")})
    refused(answer, "unauthorized", "comfy-relay keys create")
    assert "crk_" not in answer.text


@kept_nothing
def test_a_key_with_a_wrong_secret_is_refused(strict: Rig, keyed: Client) -> None:
    good = keyed(Scope.SUBMIT).headers["Authorization"]
    for wrong in (good[:-1], good + "x", good.upper(), good.rsplit("_", 1)[0]):
        answer = strict.client.get(JOBS, headers={"Authorization": wrong})
        refused(answer, "unauthorized")
        assert good.split("_")[1] not in answer.text


@kept_nothing
@pytest.mark.parametrize("operation", SCOPED, ids=named)
def test_every_scope_is_needed(keyed: Client, operation: Operation) -> None:
    assert operation.scope
    answer = asked(keyed(*(ALL - {operation.scope})), operation)
    is_refused(answer, "forbidden", 403, f"`{operation.scope}`")


@kept_nothing
@pytest.mark.parametrize("operation", PRIVATE, ids=named)
def test_only_a_delegate_names_the_user(keyed: Client, operation: Operation) -> None:
    answer = asked(keyed(*(ALL - {Scope.DELEGATE})), operation, **{"X-Comfy-Relay-User": "grace"})
    is_refused(answer, "forbidden", 403, "`delegate`")


USERS = ["", ".", "-a", "a b", "a:b", "../a", "a/b", "a\tb", "x" * 65, "x" * 7000, "\xff", "é"]


@kept_nothing
@pytest.mark.parametrize("user", USERS)
def test_a_user_with_a_strange_name_is_refused(keyed: Client, user: str) -> None:
    client = keyed(Scope.DELEGATE)
    answer = client.get(JOBS, headers={b"X-Comfy-Relay-User": user.encode("latin-1")})
    refused(answer, "invalid_name", "login name")


@kept_nothing
@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("2", "relay_too_old"), ("999999999", "relay_too_old"), ("0", "client_too_old"),
        ("-1", "client_too_old"), ("", "client_too_old"), ("one", "client_too_old"),
        ("1.0", "client_too_old"), ("9" * 5000, "client_too_old"), ("\xb2", "client_too_old"),
        ("x" * 7000, "client_too_old"), ("1e3", "client_too_old"),
    ],
)  # fmt: skip
def test_a_level_that_does_not_fit_says_what_to_update(
    client: httpx.Client, level: str, code: str
) -> None:
    answer = client.get(JOBS, headers={b"X-Comfy-Relay-Level": level.encode("latin-1")})
    refused(answer, code, "pdate the")


# pages of other sites


@kept_nothing
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1@evil.example"},
        {"Origin": "x" * 7000},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", JOBS), ("POST", TEXT_TO_IMAGE), ("POST", ASSETS)]
)
def test_a_page_of_another_site_is_refused(
    client: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers, json={"params": {"prompt": "a"}})
    refused(answer, "cross_origin", "another site")


@kept_nothing
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8190", "192.168.0.9", "localhost.evil.example", "0.0.0.0"],
)
def test_a_foreign_name_is_refused_without_keys(client: httpx.Client, host: str) -> None:
    answer = client.get(JOBS, headers={"Host": host})
    refused(answer, "cross_origin", "comfy-relay keys create")


@kept_nothing
@pytest.mark.parametrize("host", ["[", "a b", "[::1", "a:b:c", "", "\xff", "%00", "x" * 7000])
def test_a_host_that_is_none_is_refused(strict: Rig, host: str) -> None:
    own = b"Host: " + urlsplit(strict.url).netloc.encode()
    request = head(strict, f"GET {JOBS}").replace(own, b"Host: " + host.encode("latin-1"))
    assert shaped(raw(strict, request)).code in {"cross_origin", "invalid_request"}


# what is another user's


@pytest.mark.usefixtures("free_queue")
def test_what_is_anothers_answers_as_if_it_were_not_there(keyed: Client) -> None:
    ada, eve = keyed(*ALL, name="ada"), keyed(*ALL, name="eve")
    asset = ada.post(ASSETS, files={"file": ("a.png", png(picture(9, 9)))}).json()
    graph = invert_graph({"__type": "core/ASSET", "info": {"id": asset["id"]}})
    job = ada.post(JOBS, json={"workflow": graph}).json()
    for path in ("api/v2/jobs/{}", "api/v2/jobs/{}/workflow", "api/v2/jobs/{}/events",
                 "relay/v1/jobs/{}/events"):  # fmt: skip
        same_answer(eve, "GET", f"/{path}", job["id"], NOBODY)
    plain = keyed(*(ALL - {Scope.ADMIN}), name="mallory")  # an admin may ask why it waits
    same_answer(plain, "GET", "/relay/v1/jobs/{}/explain", job["id"], NOBODY)
    same_answer(eve, "POST", f"{JOBS}/{{}}/cancel", job["id"], NOBODY)
    same_answer(eve, "POST", "/relay/v1/jobs/{}/retry", job["id"], NOBODY)
    same_answer(eve, "PATCH", "/relay/v1/jobs/{}", job["id"], NOBODY, json={"priority": "batch"})
    for method, path in (("GET", "{}"), ("GET", "{}/content"), ("DELETE", "{}")):
        same_answer(eve, method, f"{ASSETS}/{path}", asset["id"], NOBODY)
    assert job["id"] not in eve.get(JOBS).text
    assert ada.get(f"{JOBS}/{job['id']}").json()["status"] == "queued"


def test_bytes_of_another_answer_as_if_they_were_not_there(keyed: Client) -> None:
    ada, eve = keyed(*ALL, name="ada"), keyed(*ALL, name="eve")
    asset = ada.post(ASSETS, files={"file": ("a.png", png(picture(9, 9)))}).json()
    blake3, sha256 = f"blake3:{'0' * 64}", "0" * 64
    same_answer(eve, "HEAD", f"{ASSETS}/by-hash/{{}}", asset["hash"], blake3)
    same_answer(eve, "HEAD", f"{BLOBS}/{{}}", asset["sha256"], sha256)
    same_body(eve, FROM_HASH, '{{"hash": "{}"}}', asset["hash"], blake3)
    for_input = '{{"inputs": {{"image": {{"%s": "{}"}}}}}}'
    same_body(eve, INVERT, for_input % "asset", asset["id"], NOBODY)
    same_body(eve, INVERT, for_input % "sha256", asset["sha256"], sha256)
    graph = json.dumps(invert_graph({"__type": "core/ASSET", "info": {"id": "HERE"}}))
    escaped = graph.replace("{", "{{").replace("}", "}}").replace("HERE", "{}")
    same_body(eve, JOBS, f'{{{{"workflow": {escaped}}}}}', asset["id"], NOBODY)


def same_answer(
    client: httpx.Client, method: str, path: str, theirs: str, nobodys: str, **more: Any
) -> None:
    found = [client.request(method, path.format(name), **more) for name in (theirs, nobodys)]
    _same(found, theirs, nobodys)


def same_body(client: httpx.Client, path: str, body: str, theirs: str, nobodys: str) -> None:
    found = [client.post(path, content=body.format(name)) for name in (theirs, nobodys)]
    _same(found, theirs, nobodys)


def _same(found: list[httpx.Response], theirs: str, nobodys: str) -> None:
    first, second = found
    assert first.status_code == second.status_code
    assert 400 <= first.status_code < 500
    assert first.text.replace(theirs, "ID") == second.text.replace(nobodys, "ID")
    heads = [
        {name: value for name, value in answer.headers.items() if name != "date"}
        for answer in found
    ]
    assert heads[0] == heads[1]
