"""Bodies that are too long, too short, compressed, or whose length is a lie."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.bad_input.asking import (
    ASSETS,
    BLOBS,
    FROM_HASH,
    INVERT,
    JOBS,
    head,
    raw,
    refused,
    shaped,
)
from tests.rig import Rig, picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

PLATE = png(picture(64, 64))
BIG = bytes(400_000)
PUT = f"{BLOBS}/{hashlib.sha256(PLATE).hexdigest()}"
BODY = json.dumps(
    {"inputs": {"image": {"data": base64.b64encode(PLATE).decode(), "name": "a.png"}}}
).encode()


def form(data: bytes, *headers: str) -> tuple[bytes, str]:
    """A multipart body with one file, and its content type."""
    lines = ('Content-Disposition: form-data; name="file"; filename="a.png"', *headers)
    start = "\r\n".join(("--edge", *lines, "", "")).encode()
    return start + data + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


FORM, FORM_TYPE = form(PLATE)
UPLOADS = {
    "put": ("PUT", PUT, PLATE, "application/octet-stream"),
    "form": ("POST", ASSETS, FORM, FORM_TYPE),
    "inline": ("POST", INVERT, BODY, "application/json"),
    "graph": ("POST", JOBS, b'{"workflow": {"1": "a long one"}}', "application/json"),
    "hash": ("POST", FROM_HASH, b'{"hash": "blake3:0000000000"}', "application/json"),
}


def start(rig: Rig, way: str, *headers: str) -> bytes:
    method, path, _, kind = UPLOADS[way]
    return head(rig, f"{method} {path}", f"Content-Type: {kind}", *headers)


# shorter than announced


@pytest.mark.parametrize("way", UPLOADS)
@pytest.mark.parametrize("share", [0, 0.5, 0.98])
def test_a_body_that_ends_before_its_length_is_truncated(
    strict: Rig, way: str, share: float
) -> None:
    body = UPLOADS[way][2]
    request = start(strict, way, f"Content-Length: {len(body)}") + body[: int(len(body) * share)]
    found = shaped(raw(strict, request))
    assert found.code == "truncated_body"
    assert "Send it again" in found.message


@pytest.mark.parametrize("way", UPLOADS)
def test_chunks_that_never_end_are_truncated(strict: Rig, way: str) -> None:
    body = UPLOADS[way][2][:20]
    request = start(strict, way, "Transfer-Encoding: chunked") + b"%x\r\n%b\r\n" % (len(body), body)
    assert shaped(raw(strict, request)).code == "truncated_body"


@pytest.mark.parametrize("way", UPLOADS)
def test_chunks_that_are_garbage_are_refused(strict: Rig, way: str) -> None:
    request = start(strict, way, "Transfer-Encoding: chunked") + b"zz\r\nabc\r\n0\r\n\r\n"
    assert shaped(raw(strict, request)).code in {"truncated_body", "invalid_request"}


def test_a_client_that_hangs_up_leaves_nothing(strict: Rig) -> None:
    with pytest.raises(httpx.WriteError), httpx.Client(trust_env=False) as client:
        client.put(strict.url + PUT, content=_breaking(PLATE))


def _breaking(data: bytes) -> Iterator[bytes]:
    yield data[:100]
    raise httpx.WriteError("the cable is out")


@pytest.mark.parametrize("cut", [1, 40, 2000])
def test_json_cut_inside_a_picture_is_truncated(client: httpx.Client, cut: int) -> None:
    at = BODY.index(b'", "name"') - cut
    refused(client.post(INVERT, content=BODY[:at]), "truncated_body", "send all of it")


@pytest.mark.parametrize("cut", [12, 60, 5000])
def test_a_form_cut_short_is_truncated(client: httpx.Client, cut: int) -> None:
    answer = client.post(ASSETS, content=FORM[:-cut], headers={"Content-Type": FORM_TYPE})
    refused(answer, "truncated_body", "Send it again")


@pytest.mark.parametrize("way", ["inline", "graph", "hash", "form"])
def test_what_follows_a_length_that_is_too_small_is_no_request(strict: Rig, way: str) -> None:
    body = UPLOADS[way][2]
    request = start(strict, way, "Content-Length: 9") + body
    answer = raw(strict, request.replace(b"Connection: close\r\n", b""))
    assert shaped(answer).code in {"truncated_body", "invalid_request"}
    assert b"HTTP/1.1 2" not in answer.rest


# longer than the limit


@pytest.mark.parametrize("way", ["put", "form", "inline"])
@pytest.mark.parametrize("chunked", [False, True], ids=["honest", "chunked"])
def test_a_body_over_the_limit_is_refused(client: httpx.Client, way: str, chunked: bool) -> None:
    bodies = {
        "put": BIG,
        "form": form(BIG)[0],
        "inline": BODY.replace(b'", "name"', base64.b64encode(BIG) + b'", "name"'),
    }
    method, path, _, kind = UPLOADS[way]
    content: bytes | Iterator[bytes] = bodies[way]
    if chunked:
        content = (bodies[way][at : at + 50_000] for at in range(0, len(bodies[way]), 50_000))
    answer = client.request(method, path, content=content, headers={"Content-Type": kind})
    found = refused(answer, "too_large", "300")
    assert found.details == {"limit": 300_000}


@pytest.mark.parametrize("way", ["put", "form", "inline", "graph", "hash"])
def test_an_announced_length_over_the_limit_is_refused_at_once(strict: Rig, way: str) -> None:
    request = start(strict, way, f"Content-Length: {10**15}")
    assert shaped(raw(strict, request, half_close=False)).code == "too_large"


def test_a_form_of_endless_fields_is_refused(client: httpx.Client) -> None:
    field = b'--edge\r\nContent-Disposition: form-data; name="tags"\r\n\r\na\r\n'
    fields = (field * 500 for _ in range(40))
    answer = client.post(ASSETS, content=fields, headers={"Content-Type": FORM_TYPE})
    refused(answer, "too_large")


# compressed

ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "GZIP": gzip.compress,
    "br": lambda data: data,
    "identity, gzip": gzip.compress,
}


@pytest.mark.parametrize("way", UPLOADS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_compressed_body_is_refused(client: httpx.Client, way: str, encoding: str) -> None:
    method, path, body, kind = UPLOADS[way]
    answer = client.request(
        method,
        path,
        content=ENCODINGS[encoding](body),
        headers={"Content-Type": kind, "Content-Encoding": encoding},
    )
    refused(answer, "unsupported_encoding", "without Content-Encoding")


@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "Content-Transfer-Encoding: base64"])
def test_a_part_of_a_form_is_not_encoded_either(client: httpx.Client, header: str) -> None:
    body, kind = form(PLATE, header)
    answer = client.post(ASSETS, content=body, headers={"Content-Type": kind})
    refused(answer, "unsupported_encoding", header.partition(":")[0])


# not a request at all


@pytest.mark.parametrize(
    "request_",
    [
        b"hello\r\n\r\n",
        b"BREW /api/v2/jobs HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        b"POST /api/v2/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v2/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"POST /api/v2/jobs HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_in_the_same_shape(strict: Rig, request_: bytes) -> None:
    found = shaped(raw(strict, request_))
    assert found.code == "invalid_request"
    assert "Send a" in found.message
