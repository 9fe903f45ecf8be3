"""The core's door in every Python of the DCCs, with httpx and attrs alone."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from relay_server.models.common import ErrorBody, ErrorEnvelope
from relay_server.models.hosts import Me
from tests.client.test_client_pythons import _answers, libraries
from tests.pythons import python

__all__ = ["libraries"]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sent() -> list[bytes]:
    return []


@pytest.fixture
def url(sent: list[bytes]) -> Iterator[str]:
    """A relay that knows its answers by heart."""
    me = Me(
        user="ada", scopes=["submit"], relay_version="1", api_level=1, waiting=0,
        inline_limit=10_000,
    )  # fmt: skip
    gone = ErrorEnvelope(error=ErrorBody(code="not_found", message="There is no such job."))
    job = _answers()["POST /relay/v1/workflows/upscale/jobs"][2]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            sent.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            status, content = 404, gone.model_dump_json().encode()
            if self.path.endswith("/me"):
                status, content = 200, me.model_dump_json().encode()
            elif self.path.endswith("/upscale/jobs"):
                status, content = 201, job
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815  http.server's names

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.13"])
def test_the_door_opens_in_every_python(
    version: str, libraries: Path, url: str, sent: list[bytes], tmp_path: Path
) -> None:
    paths = [str(libraries), str(ROOT / "plugins" / "common"), str(ROOT)]
    talk = Path(__file__).with_name("door_talk.py")
    done = subprocess.run(
        [python(version), "-sSB", "-Werror", talk, url, tmp_path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert (said["loaded"], said["threads"]) == ([], 1)  # nothing at import
    assert said["refused"] == ["not_found", True]
    assert said["user"] == "ada"
    assert said["asyncio"] is False
    body = json.loads(next(each for each in sent if b'"inputs"' in each))
    assert body["params"] == {"seed": 2**64 - 1}
    assert base64.b64decode(body["inputs"]["image"]["data"]) == b"pixels" * 1000
