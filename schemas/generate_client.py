"""Generate `generated/comfyrelay_client` from `schemas/openapi.json`.

`python schemas/generate_client.py` writes it, `--check` only compares. Any warning of the generator
is an error. The same document gives the same client, byte for byte, so the tools are pinned.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parent
ROOT = SCHEMAS.parent
TOOLS = ("openapi-python-client", "ruff")
JsonObject = dict[str, Any]


class ClientError(Exception):
    """The client was not generated, or is not what it should be."""


def main() -> None:
    """Generate or check, as the command line says."""
    parser = argparse.ArgumentParser(description="Generate the client from the API document.")
    parser.add_argument("--document", type=Path, default=SCHEMAS / "openapi.json")
    parser.add_argument("--out", type=Path, default=ROOT / "generated" / "comfyrelay_client")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    args = parser.parse_args()
    try:
        require_pinned_tools()
        with tempfile.TemporaryDirectory() as folder:
            fresh = generated(args.document, Path(folder))
            (compare if args.check else replace)(fresh, args.out)
    except ClientError as error:
        sys.exit(str(error))


def require_pinned_tools() -> None:
    """Raise ClientError unless the tools have the versions that pyproject.toml pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name in TOOLS:
        if f"{name}=={_installed(name)}" not in project["dependency-groups"]["dev"]:
            raise ClientError(f"{name} {_installed(name)} is not the version in pyproject.toml.")


def generated(document: Path, folder: Path) -> Path:
    """The client for a document, made in `folder`. Raises ClientError on any warning."""
    source, client = folder / "openapi.json", folder / "client"
    everything = json.loads(document.read_text(encoding="utf-8"))
    source.write_text(json.dumps(for_client(everything)), encoding="utf-8")
    result = subprocess.run(
        _command(source, client),
        # The post hooks find this environment's ruff, and no other.
        env=os.environ | {"PATH": sysconfig.get_path("scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ClientError(f"The generator is not content.\n{result.stdout}{result.stderr}")
    return client


def _command(document: Path, client: Path) -> list[str]:
    options = {
        "--path": document,
        "--output-path": client,
        "--meta": "none",
        "--config": SCHEMAS / "client.yaml",
        "--custom-template-path": SCHEMAS / "client_templates",
    }
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    return command + [str(word) for option in options.items() for word in option]


def for_client(document: JsonObject) -> JsonObject:
    """The document without what the generator cannot express well."""
    paths = {
        path: {
            method: operation | {"responses": _responses(method, operation["responses"])}
            for method, operation in operations.items()
            if not _left_out(operation)
        }
        for path, operations in document["paths"].items()
    }
    return document | {"paths": {path: kept for path, kept in paths.items() if kept}}


def _left_out(operation: JsonObject) -> bool:
    """Streams would be read to their end, multipart has a constant boundary, HTML is for people."""
    body = operation.get("requestBody", {}).get("content", {})
    answers = {
        kind for answer in operation["responses"].values() for kind in answer.get("content", {})
    }
    return "multipart/form-data" in body or bool(answers & {"text/event-stream", "text/html"})


def _responses(method: str, responses: JsonObject) -> JsonObject:
    """One answer for all 4xx and 5xx of a kind, so that a new status is understood too."""
    if method == "head":  # has no body, not even for an error
        return {status: {"description": r["description"]} for status, r in responses.items()}
    errors = {
        f"{status[0]}XX": {"description": "Error", "content": answer["content"]}
        for status, answer in responses.items()
        if _is_error(answer)
    }
    return {s: answer for s, answer in responses.items() if not _is_error(answer)} | errors


def _is_error(answer: JsonObject) -> bool:
    return any(
        kind.get("schema", {}).get("$ref", "").endswith("/ErrorEnvelope")
        for kind in answer.get("content", {}).values()
    )


def replace(fresh: Path, out: Path) -> None:
    """Put the fresh client in the place of the old one."""
    if out.exists():
        if any(out.iterdir()) and not (out / "client.py").is_file():
            raise ClientError(f"{out} is not a generated client; it stays as it is.")
        shutil.rmtree(out)
    shutil.copytree(fresh, out)


def compare(fresh: Path, out: Path) -> None:
    """Raise ClientError if the two clients differ."""
    new, old = dict(_files(fresh)), dict(_files(out))
    if different := sorted(n for n in new.keys() | old.keys() if new.get(n) != old.get(n)):
        raise ClientError(
            f"{out} is not what schemas/openapi.json gives; generate it again. "
            f"These files differ: {', '.join(different)}."
        )


def _files(client: Path) -> Iterator[tuple[str, bytes]]:
    for path in client.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(client).as_posix(), path.read_bytes()


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(none)"


if __name__ == "__main__":
    main()
