"""The public contract as something to check answers with."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

METHODS = ("get", "post", "put", "patch", "delete", "head")
formats = FormatChecker(formats=())


def _is_moment(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_absolute(value: Any) -> bool:
    return not isinstance(value, str) or urlsplit(value).scheme in {"http", "https"}


formats.checks("date-time", raises=ValueError)(_is_moment)
formats.checks("uri")(_is_absolute)


@cache
def document() -> dict[str, Any]:
    """The contract, as it is written."""
    text = Path(__file__).with_name("comfy-api-v2.yaml").read_text()
    contract: dict[str, Any] = yaml.safe_load(text)
    return contract


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation by (METHOD, path)."""
    return {
        (method.upper(), path): spec
        for path, item in document()["paths"].items()
        for method, spec in item.items()
        if method in METHODS
    }


def resolved(spec: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` stands for."""
    if "$ref" not in spec:
        return spec
    found: Any = document()
    for step in spec["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


@cache
def _components() -> dict[str, Any]:
    return {"schemas": _with_nulls(document()["components"]["schemas"])}


def _with_nulls(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says `anyOf` with null."""
    if isinstance(schema, list):
        return [_with_nulls(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _with_nulls(each) for name, each in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def check(schema: str, value: Any) -> None:
    """Fails with every place where the value is not as the contract has it."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": _components()}
    problems = Draft202012Validator(root, format_checker=formats).iter_errors(value)
    found = [f"{problem.json_path}: {problem.message}" for problem in problems]
    assert not found, f"no {schema}: {found}"


def check_error(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """An error in the contract's shape, and one that a person can read; its details."""
    assert answer.status_code == status, answer.text
    check("ErrorEnvelope", answer.json())
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    return error["details"] or {}
