"""The client works in every Python of the DCCs, with httpx and attrs alone, under any name."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import BaseModel

from relay_server.models.assets import Blob
from relay_server.models.common import ErrorBody, ErrorEnvelope
from relay_server.models.forms import Form, FormParam, ParamType, Target
from relay_server.models.hosts import Me
from relay_server.models.jobs import Job, JobUrls, Output, Progress
from relay_server.models.workflows import PublishedWorkflow
from tests.pythons import VERSIONS, python

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "generated" / "comfyrelay_client"
PACKAGES = ("httpx", "httpcore", "h11", "idna", "certifi", "attr", "attrs")  # not even anyio
NAME = "studio_plugin._vendor.relay"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
SHA = "0" * 64


@dataclass(frozen=True)
class Asked:
    """A request that the server got."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A relay that knows its answers by heart."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def got(self, start: str) -> Asked:
        return next(a for a in self.asked if a.line.startswith(start))


@pytest.fixture
def server() -> Iterator[Server]:
    asked: list[Asked] = []
    answers = _answers()

    class Handler(BaseHTTPRequestHandler):
        """Looks the answer up."""

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            line = f"{self.command} {self.path}"
            asked.append(Asked(line, dict(self.headers.items()), body))
            status, kind, payload = answers[line]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815  http.server's names

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        yield Server(f"http://127.0.0.1:{http.server_port}", asked)
        http.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with httpx, attrs and the client under another name."""
    folder = tmp_path_factory.mktemp("libraries")
    pure = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    for name in PACKAGES:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        shutil.copytree(Path(spec.origin).parent, folder / name, ignore=pure)
    shutil.copytree(CLIENT, folder.joinpath(*NAME.split(".")), ignore=pure)
    return folder


@pytest.mark.parametrize("version", VERSIONS)
def test_the_client_talks_in_every_python(version: str, libraries: Path, server: Server) -> None:
    result = subprocess.run(
        [python(version), "-sSB", "-Werror", HERE / "talk.py", NAME, server.url],
        env=os.environ | {"PYTHONPATH": str(libraries)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "user": "ada",
        "created_at": "2026-01-02T03:04:05.678000+00:00",
        "started_at": "2026-01-02T03:04:05.678000+00:00",
        "completed_at": None,
        "progress": 0.5,
        "shot": "sh010",
        "output": "beauty.exr",
        "values": {"seed": 2**63},
        "streamed": "pixels",
        "read": "pixels",
        "param": "seed",
        "error": "not_found",
        "page": None,
        "head": 404,
        "size": 6,
        "submitted": "1",
        "strict": [503, "<h1>Busy</h1>"],
    }
    submitted = server.got("POST")
    assert json.loads(submitted.body) == {
        "params": {"seed": 7},
        "inputs": {"image": {"sha256": SHA}},
        "priority": "shot",
        "tags": ["sh010"],
    }
    assert submitted.headers["Authorization"] == "Bearer key"
    assert submitted.headers["Idempotency-Key"] == "i"
    assert server.got("PUT").body == b"pixels"


def test_no_cast_evaluates_a_union() -> None:
    """`cast(A | B, x)` fails in Python 3.9 once it is reached; a template must quote its type."""
    calls = (
        (path.name, node)
        for path in CLIENT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast"
    )
    unions = [
        name
        for name, call in calls
        if any(isinstance(n, ast.BinOp) for n in ast.walk(call.args[0]))
    ]

    assert unions == []


def _answers() -> dict[str, tuple[int, str, bytes]]:
    """By method and path: status, content type, body."""
    octets = (200, "application/octet-stream", b"pixels")
    form = Form(title="Upscale", params=[_seed()])
    return {
        "GET /relay/v1/me": _json(200, _me()),
        "GET /api/v2/jobs/1?after=3&wait=0.5": _json(200, _job()),
        "GET /api/v2/jobs/2": _json(404, _error("not_found")),
        "GET /api/v2/assets/a/content": octets,
        "GET /relay/v1/hosts": (503, "text/html", b"<h1>Busy</h1>"),
        "GET /relay/v1/workflows/upscale": _json(200, _published(form)),
        "POST /relay/v1/workflows/upscale/jobs": _json(201, _job()),
        f"HEAD /relay/v1/blobs/{SHA}": (404, "application/json", b""),
        f"PUT /relay/v1/blobs/{SHA}": _json(201, _blob()),
    }


def _json(status: int, answer: BaseModel) -> tuple[int, str, bytes]:
    return status, "application/json; charset=utf-8", answer.model_dump_json().encode()


def _error(code: str) -> ErrorEnvelope:
    return ErrorEnvelope(error=ErrorBody(code=code, message="There is no such job."))


def _me() -> Me:
    return Me(
        user="ada", scopes=["submit"], relay_version="1", api_level=1, waiting=0, inline_limit=1
    )


def _blob() -> Blob:
    return Blob(sha256=SHA, hash=f"blake3:{SHA}", size_bytes=6, created_new=True)


def _seed() -> FormParam:
    return FormParam(id="seed", type=ParamType.SEED, targets=[Target(node="3", field="seed")])


def _published(form: Form) -> PublishedWorkflow:
    return PublishedWorkflow(
        name="upscale", version=1, digest=SHA, schema_hash="0", published_at=NOW,
        published_by="ada", withdrawn=False, form=form, values_schema={}, needs=[], models=[],
        available=True, reason=None, hosts=[], missing=[], missing_models=[],
    )  # fmt: skip


def _job() -> Job:
    output = Output(
        node_id="9", name="beauty.exr", type="image", content_type="image/x-exr", size_bytes=6,
        id="a", hash=None, sha256=SHA, url="/a", url_expires_at=NOW, job_id="1",
    )  # fmt: skip
    return Job(
        id="1", status="running", phase="executing", rev=4, created_at=NOW, started_at=NOW,
        completed_at=None, expires_at=NOW, queue_position=None,
        progress=Progress(value=0.5, nodes_done=1, nodes_total=2), outputs=[output], error=None,
        metrics={"queue_ms": 1}, urls=JobUrls(self="/", events="/", cancel="/", workflow="/"),
        user="ada", priority="shot", values={"seed": 2**63}, metadata={"shot": "sh010"},
        create_time=NOW, update_time=NOW,
    )  # fmt: skip
