"""Lists, waits, ranges, paths and methods that are not there."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from relay_server.operations import OPERATIONS
from tests.bad_input.asking import ASSETS, JOBS, NOBODY, refused, shaped

pytestmark = pytest.mark.usefixtures("kept_nothing")


@pytest.mark.parametrize(
    "limit", ["0", "201", "-1", "1.5", "ten", "", "NaN", "1e2", "9" * 5000, "٣x", "0x10"]
)
def test_a_limit_out_of_range_is_refused(client: httpx.Client, limit: str) -> None:
    refused(client.get(JOBS, params={"limit": limit}), "invalid_request", "limit")


CURSORS = [
    "", "x", ".", "1.", ".x", "-1.x", "1e5.x", "inf.x", "nan.x", "1 .x", "+1.x", "(1.x",
    "\0.x", "1\r\n.x", "9" * 190 + ".x", "²." + NOBODY, "1.5", "1-1.x",
]  # fmt: skip


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_that_is_none_of_ours_is_refused(client: httpx.Client, cursor: str) -> None:
    refused(client.get(JOBS, params={"cursor": cursor}), "invalid_cursor", "without a cursor")


def test_a_long_cursor_is_refused(client: httpx.Client) -> None:
    refused(client.get(JOBS, params={"cursor": "1" * 5000}), "invalid_request", "cursor")


@pytest.mark.parametrize("name", ["metadata[", "metadata[]", "metadata[a", "metadata[a]b"])
def test_a_malformed_filter_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.get(JOBS, params={name: "x"})
    refused(answer, "invalid_metadata_filter", "metadata[key]=value")


@pytest.mark.parametrize("name", ["metadata", "metadata.a", "meta[a]", "Limit", "x" * 5000, ""])
def test_an_unknown_field_of_a_query_is_refused(client: httpx.Client, name: str) -> None:
    refused(client.get(JOBS, params={name: "x"}), "invalid_request", "The query cannot be read")


def test_many_filters_that_match_nothing_are_answered(client: httpx.Client) -> None:
    query = "&".join(f"metadata[k{number}]=v" for number in range(200))
    answer = client.get(f"{JOBS}?{query}")
    assert answer.json() == {"jobs": [], "next_cursor": None}


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", "after=1.5", "wait=-1", "wait=3601", "wait=nan", "wait=inf", "wait=x",
     "after=0&wait=1e999", "until=5", "wait=", "after=%FF"],
)  # fmt: skip
def test_a_malformed_wait_is_refused(client: httpx.Client, query: str) -> None:
    answer = client.get(f"{JOBS}/{NOBODY}?{query}")
    refused(answer, "invalid_request", "The query cannot be read")


@pytest.mark.parametrize("version", ["0", "-1", "x", "1.5", "", "NaN"])
def test_a_malformed_version_is_refused(client: httpx.Client, version: str) -> None:
    answer = client.get("/relay/v1/workflows/invert", params={"version": version})
    refused(answer, "invalid_request", "version")


# ranges


@pytest.mark.parametrize("first", [0, 10**30])
def test_a_range_outside_the_file_is_refused(
    client: httpx.Client, asset: dict[str, str], first: int
) -> None:
    start = first or int(asset["size_bytes"])
    answer = content(client, asset, f"bytes={start}-")
    refused(answer, "range_not_satisfiable", "inside it")
    assert answer.headers["content-range"] == f"bytes */{asset['size_bytes']}"


@pytest.mark.parametrize(
    "header",
    ["bytes=5-2", "bytes=x-", "bytes=-", "bytes", "bytes=", "lines=0-1", "bytes=-0",
     "bytes=0-1,3-4", "bytes=" + "9" * 5000 + "-", "bytes=-1-", "bytes=0--1", "x" * 5000],
)  # fmt: skip
def test_a_malformed_range_is_refused_or_ignored(
    client: httpx.Client, asset: dict[str, str], header: str
) -> None:
    answer = content(client, asset, header)
    if answer.status_code not in {200, 206}:
        refused(answer, "range_not_satisfiable", "inside it")
    else:
        assert len(answer.content) == int(asset["size_bytes"])


def content(client: httpx.Client, asset: dict[str, str], range_: str) -> httpx.Response:
    return client.get(f"{ASSETS}/{asset['id']}/content", headers={"Range": range_})


# streams


@pytest.mark.parametrize(
    "last",
    ["x", "1-x", "-", "1-", "-1", "1-2-3", "٣", "9" * 30, "1-" + "9" * 30, "+", "$", "1" * 5000],
)
@pytest.mark.usefixtures("free_queue")
def test_a_malformed_last_event_is_refused(client: httpx.Client, old_job: str, last: str) -> None:
    answer = client.get(
        f"/relay/v1/jobs/{old_job}/events", headers={b"Last-Event-ID": last.encode()}
    )
    refused(answer, "invalid_request", "Last-Event-ID")


# paths and methods


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/api/v2", "/api/v2/", "/api/v2/jobs/", "/api/v3/jobs", "/relay/v1/workflows/a/b",
     "/../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%00", "/%FF", "/api/v2/jobs/a/b/c",
     "/" + "a" * 5000, "/api/v2/jobs%2f", "/static/../../x"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_unknown_path_is_not_found(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, path)
    assert shaped(answer).code == "not_found"
    assert "See /docs" in answer.json()["error"]["message"]


METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


@pytest.mark.parametrize("path", sorted({operation.path for operation in OPERATIONS}))
def test_a_wrong_method_says_which_are_right(client: httpx.Client, path: str) -> None:
    allowed = {operation.method for operation in OPERATIONS if operation.path == path}
    url = path.replace("{", "").replace("}", "")
    for method in sorted(METHODS - allowed):
        if served_elsewhere(method, url):
            continue
        answer = client.request(method, url)
        found = refused(answer, "method_not_allowed", "This path takes")
        assert all(each in found.message for each in allowed)
        assert allowed <= set(answer.headers["allow"].split(", "))


def served_elsewhere(method: str, url: str) -> bool:
    """`/assets/from-hash` is an id to `GET /assets/{id}`."""
    return any(
        operation.method == method
        and len(operation.path.split("/")) == len(url.split("/"))
        and all(
            wanted.startswith("{") or wanted == given
            for wanted, given in zip(operation.path.split("/"), url.split("/"), strict=True)
        )
        for operation in OPERATIONS
    )


@pytest.mark.parametrize("path", [JOBS, "/healthz", "/relay/v1/me", f"{JOBS}/{quote(NOBODY)}"])
def test_head_where_only_get_is_served_has_no_body(client: httpx.Client, path: str) -> None:
    answer = client.head(path)
    assert answer.status_code == 405
    assert answer.content == b""
