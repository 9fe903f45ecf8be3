"""The committed client is what the document gives, and a warning is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas.generate_client import for_client

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "schemas" / "generate_client.py"
DOCUMENT = ROOT / "schemas" / "openapi.json"


def _run(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *args],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("seed", ["1", "2"])
def test_generating_again_changes_no_byte(seed: str) -> None:
    result = _run("--check", PYTHONHASHSEED=seed)

    assert (result.stderr, result.returncode) == ("", 0)


def test_the_order_of_the_schemas_changes_no_byte(tmp_path: Path) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = dict(reversed(schemas.items()))
    turned = tmp_path / "openapi.json"
    turned.write_text(json.dumps(document), encoding="utf-8")

    result = _run("--check", "--document", turned)

    assert (result.stderr, result.returncode) == ("", 0)


def test_a_client_edited_by_hand_is_told(tmp_path: Path) -> None:
    out = tmp_path / "client"
    assert _run("--out", out).returncode == 0
    (out / "errors.py").write_text("", encoding="utf-8")
    (out / "extra.py").write_text("", encoding="utf-8")

    result = _run("--check", "--out", out)

    assert result.returncode == 1
    assert "These files differ: errors.py, extra.py." in result.stderr


def test_a_folder_that_is_not_a_client_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "scene.nk").write_text("", encoding="utf-8")

    result = _run("--out", tmp_path)

    assert result.returncode == 1
    assert "it stays as it is" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["scene.nk"]


def test_a_warning_of_the_generator_is_an_error(tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(_answering("image/png")), encoding="utf-8")

    result = _run("--document", document, "--out", tmp_path / "client")

    assert result.returncode == 1
    assert "Unsupported content_type image/png" in result.stderr
    assert not (tmp_path / "client").exists()


@pytest.mark.parametrize("tool", ["openapi-python-client", "ruff"])
def test_another_version_of_a_tool_is_refused(tool: str, tmp_path: Path) -> None:
    info = tmp_path / f"{tool.replace('-', '_')}-0.1.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(f"Name: {tool}\nVersion: 0.1\n", encoding="utf-8")

    result = _run("--check", PYTHONPATH=str(tmp_path))

    assert result.returncode == 1
    assert f"{tool} 0.1 is not the version in pyproject.toml." in result.stderr


@pytest.mark.parametrize("kind", ["text/event-stream", "text/html"])
def test_streams_and_pages_are_left_out(kind: str) -> None:
    assert for_client(_answering(kind))["paths"] == {}


def test_an_upload_in_parts_is_left_out() -> None:
    document = _answering("application/json")
    document["paths"]["/picture"]["get"]["requestBody"] = {"content": {"multipart/form-data": {}}}

    assert for_client(document)["paths"] == {}


def test_errors_become_two_kinds_and_other_answers_stay() -> None:
    envelope = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}}
    document = _answering("application/json")
    responses = document["paths"]["/picture"]["get"]["responses"]
    for status in ("401", "404", "500"):
        responses[status] = {"description": status, "content": envelope}

    found = for_client(document)["paths"]["/picture"]["get"]["responses"]

    assert {status: answer["content"] for status, answer in found.items()} == {
        "200": {"application/json": {}},
        "4XX": envelope,
        "5XX": envelope,
    }


def _answering(kind: str) -> dict[str, Any]:
    """A document with one operation and one answer of that content type."""
    responses: dict[str, Any] = {"200": {"description": "A picture", "content": {kind: {}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pictures", "version": "1"},
        "paths": {"/picture": {"get": {"operationId": "picture", "responses": responses}}},
    }
