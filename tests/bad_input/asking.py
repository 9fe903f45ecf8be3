"""What every refusal must look like, and proof that nothing came of it."""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from relay_server.errors import CODES, RelayError
from relay_server.openapi import document
from relay_server.operations import OPERATIONS
from tests.rig import PATIENCE_S, Rig, eventually

LONGEST_MESSAGE = 700
JOBS = "/api/v2/jobs"
ASSETS = "/api/v2/assets"
FROM_HASH = f"{ASSETS}/from-hash"
INVERT = "/relay/v1/workflows/invert/jobs"
TEXT_TO_IMAGE = "/relay/v1/workflows/text-to-image/jobs"
BLOBS = "/relay/v1/blobs"
NOBODY = "00000000-0000-4000-8000-000000000000"

_KINDS = {
    "asset", "attempts", "blake3", "blob", "events", "executed", "graph", "has", "idem",
    "idem_asset", "job", "jobs_of", "jobs_with", "needs", "secret", "uses", "waiting",
    "waiting_of", "workflow",
}  # fmt: skip
_LISTS = {"jobs_of", "jobs_with", "waiting", "waiting_of"}
_LEAKS = re.compile(r"Traceback|\.py\b|site-packages|pydantic_core|relay_server|object at 0x")


class Answer(Protocol):
    """An answer, by httpx or from a socket."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def content(self) -> bytes: ...

    def json(self) -> Any: ...


@dataclass(frozen=True)
class Refusal:
    """The error inside an answer."""

    code: str
    message: str
    details: Any


@dataclass(frozen=True)
class RawAnswer:
    """What came back over a socket."""

    status_code: int
    headers: dict[str, str]
    content: bytes
    rest: bytes = field(repr=False)  # what followed on the same connection

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.content)


def shaped(answer: Answer) -> Refusal:
    """The refusal in an answer that is a 4xx of the one shape."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:500])
    assert answer.headers["content-type"].startswith("application/json")
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    found = Refusal(**body["error"])
    assert found.code in CODES
    assert status_of(found.code) == answer.status_code
    assert found.message.endswith((".", "?"))
    assert len(found.message) <= LONGEST_MESSAGE, found.message
    assert not _LEAKS.search(answer.content.decode()), answer.content
    return found


def refused(answer: Answer, code: str, says: str = "") -> Refusal:
    """The refusal in an answer: with this code, its status and these words, and documented."""
    found = shaped(answer)
    assert found.code == code, found
    assert says in found.message, found
    request = getattr(answer, "request", None)
    if request is not None:
        documented(request.method, request.url.raw_path.decode().partition("?")[0], code)
    return found


def status_of(code: str) -> int:
    """The status that belongs to a code."""
    kind = CODES[code][0]
    assert kind is not None
    assert issubclass(kind, RelayError)
    return kind.status


def documented(method: str, path: str, code: str) -> None:
    """Fails if the operation behind a request does not name the code in the API document."""
    template = _template(method, path)
    if template is not None:
        assert code in _codes(method, template), f"{method} {template} does not document {code}"


def _template(method: str, path: str) -> str | None:
    matching = [
        operation.path
        for operation in OPERATIONS
        if operation.method == method and re.fullmatch(_pattern(operation.path), path)
    ]
    return min(matching, key=lambda each: each.count("{"), default=None)


def _pattern(template: str) -> str:
    return "/".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in template.split("/")
    )


@cache
def _codes(method: str, path: str) -> set[str]:
    responses = _document()["paths"][path][method.lower()]["responses"]
    return set(re.findall(r"`(\w+)`", " ".join(each["description"] for each in responses.values())))


@cache
def _document() -> dict[str, Any]:
    return document()


# what the relay keeps


def stored(rig: Rig) -> set[str]:
    """Everything that the relay keeps of jobs, assets and blobs, and whatever lies in the spool."""
    return _records(rig) | _files(rig.settings.blob_dir)


def _records(rig: Rig) -> set[str]:
    server = connection(rig)
    names = {raw.decode() for raw in server.scan_iter(f"{rig.settings.namespace}:*", count=10_000)}
    found = {name for name in names if name.split(":")[1] in _KINDS}
    for name in names:
        if name.split(":")[1] in _LISTS:
            found |= {f"{name}={member.decode()}" for member in server.zrange(name, 0, -1)}
    return found


@cache
def connection(rig: Rig) -> Any:  # the library's types name all that any command may answer
    """One connection to the relay's Redis for all tests; close it with the relay."""
    return rig.redis()


def _files(folder: Path) -> set[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if path.parts[0] not in {"probes", "previews"}}


@contextmanager
def nothing_kept(rig: Rig) -> Iterator[None]:
    """Fails if anything is stored, queued or left in the spool at the end of the block."""
    before = stored(rig)
    yield
    spool = rig.settings.blob_dir / "spool"
    eventually("the spool is empty", lambda: not any(spool.iterdir()))
    assert stored(rig) - before == set()


# past what an HTTP client would send


def raw(rig: Rig, request: bytes, *, half_close: bool = True) -> RawAnswer:
    """Send bytes as they are, say that no more will come, and read all that is answered. Without
    `half_close` only the first answer is read."""
    address = urlsplit(rig.url)
    assert address.hostname
    assert address.port
    with socket.create_connection(
        (address.hostname, address.port), timeout=PATIENCE_S
    ) as connection:
        connection.sendall(request)
        if not half_close:
            return _parsed(connection.makefile("rb"))
        connection.shutdown(socket.SHUT_WR)
        answered = b""
        while piece := connection.recv(65536):
            answered += piece
    return _parsed(io.BytesIO(answered))


def head(rig: Rig, line: str, *headers: str) -> bytes:
    """The start of a request, with this relay's Host."""
    lines = (f"{line} HTTP/1.1", f"Host: {urlsplit(rig.url).netloc}", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def _parsed(source: BinaryIO) -> RawAnswer:
    class Source:
        def makefile(self, *_: Any) -> BinaryIO:
            return source

    response = http.client.HTTPResponse(Source())  # type: ignore[arg-type]
    response.begin()
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    rest = source.read() if isinstance(source, io.BytesIO) and not source.closed else b""
    return RawAnswer(response.status, headers, body, rest)
