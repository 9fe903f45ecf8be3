"""`OPERATIONS` and the models, as an OpenAPI 3.1 document. Pure: no server, no network.

`python -m relay_server.openapi FILE` writes it; with `--check` it compares.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from relay_server import API_LEVEL, __version__
from relay_server.errors import CODES
from relay_server.models.assets import AssetUpload
from relay_server.models.common import ErrorEnvelope
from relay_server.models.jobs import PreviewEvent, StatusEvent
from relay_server.operations import EVERYWHERE, OPERATIONS, Body, Content, Operation

REF = "#/components/schemas/{model}"
_JSON_BODY = ("invalid_json", "truncated_body", "too_large", "unsupported_encoding")
Schemas = dict[str, Any]


class _Schema(GenerateJsonSchema):
    """Without a title on every field."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document() -> dict[str, Any]:
    """The whole API document."""
    refs, schemas = _model_schemas()
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in OPERATIONS:
        paths[operation.path][operation.method.lower()] = _operation(operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Comfy Relay", "version": __version__, "description": _description()},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in OPERATIONS)],
        "security": [{"key": []}, {}],
        "paths": dict(paths),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _model_schemas() -> tuple[dict[type[BaseModel], Schemas], Schemas]:
    """A reference per model, and the schemas they refer to."""
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for operation in OPERATIONS:
        if isinstance(operation.body, type):
            models[(operation.body, "validation")] = None
        for answer in operation.ok.values():
            if isinstance(answer, type):
                models[(answer, "serialization")] = None
    for extra in (ErrorEnvelope, StatusEvent, PreviewEvent):
        models[(extra, "serialization")] = None
    refs, found = models_json_schema(list(models), ref_template=REF, schema_generator=_Schema)
    return {
        model: ref for (model, _), ref in refs.items() if issubclass(model, BaseModel)
    }, found.get("$defs", {})


def _operation(operation: Operation, refs: dict[type[BaseModel], Schemas]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.scope:
        entry["description"] = f"Needs the scope `{operation.scope}`."
    if operation.public:
        entry["security"] = [{}]
    if parameters := _parameters(operation):
        entry["parameters"] = parameters
    if operation.body is not None:
        entry["requestBody"] = _request_body(operation.body, refs)
        entry["requestBody"]["required"] = not operation.optional_body
    entry["responses"] = _responses(operation, refs)
    return entry


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.query:
        schema = operation.query.model_json_schema(schema_generator=_Schema)
        found += [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": rest.pop("description", ""),
                "schema": rest,
            }
            for name, rest in schema["properties"].items()
        ]
    headers = operation.headers + (("Idempotency-Key",) if operation.idempotent_key else ())
    found += [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in headers
    ]
    return found


def _request_body(
    body: type[BaseModel] | Body, refs: dict[type[BaseModel], Schemas]
) -> dict[str, Any]:
    if body is Body.BINARY:
        schema: Schemas = {"type": "string", "format": "binary"}
        return {"required": True, "content": {body.value: {"schema": schema}}}
    if body is Body.MULTIPART:
        fields = AssetUpload.model_json_schema(schema_generator=_Schema)["properties"]
        upload = {"file": {"type": "string", "format": "binary"}, **fields}
        schema = {"type": "object", "required": ["file"], "properties": upload}
        return {"required": True, "content": {body.value: {"schema": schema}}}
    assert isinstance(body, type)
    return {"required": True, "content": {"application/json": {"schema": refs[body]}}}


def _responses(operation: Operation, refs: dict[type[BaseModel], Schemas]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, answer in operation.ok.items():
        found[str(status)] = {"description": HTTPStatus(status).phrase} | _content(answer, refs)
    if operation.public:
        return found
    reading = ("invalid_request",) if operation.query or operation.body else ()
    json_body = _JSON_BODY if isinstance(operation.body, type) else ()
    codes = (*EVERYWHERE, "redis_unavailable", *reading, *json_body, *operation.errors)
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        kind = CODES[code][0]
        assert kind is not None, code
        by_status[kind.status].append(code)
    for status in sorted(by_status):
        found[str(status)] = {"description": ", ".join(f"`{code}`" for code in by_status[status])}
        if operation.method != "HEAD":
            envelope = {"application/json": {"schema": refs[ErrorEnvelope]}}
            found[str(status)]["content"] = envelope
    return found


def _content(
    answer: type[BaseModel] | Content, refs: dict[type[BaseModel], Schemas]
) -> dict[str, Any]:
    if isinstance(answer, type):
        return {"content": {"application/json": {"schema": refs[answer]}}}
    schema: Schemas = {"type": "string"}
    if answer is Content.NONE:
        return {}
    if answer is Content.BINARY:
        schema["format"] = "binary"
    if answer is Content.JSON:
        schema = {"description": "A JSON document."}
    return {"content": {answer.value: {"schema": schema}}}


def _description() -> str:
    lines = [
        "One queue, typed forms and honest jobs in front of ComfyUI hosts.",
        f"API level {API_LEVEL}: within a level answers only gain fields.",
        "`/api/v2` is the Comfy API v2; `/relay/v1` is what it lacks.",
        "",
        "Every error is `{error: {code, message, details}}` with one of these codes:",
        "",
    ]
    return "\n".join(lines + [f"- `{code}`: {meaning}" for code, (_, meaning) in CODES.items()])


def main() -> None:
    """Write the document to the file named on the command line, or compare it."""
    *options, name = sys.argv[1:]
    text = json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in options:
        Path(name).write_text(text, encoding="utf-8")
    elif Path(name).read_text(encoding="utf-8") != text:
        sys.exit(f"{name} is not what the models say. Run `make clients` and commit the result.")


if __name__ == "__main__":
    main()
