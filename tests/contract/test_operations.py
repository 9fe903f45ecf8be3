"""Our table of operations covers the contract's."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from relay_server.models.assets import AssetUpload
from relay_server.openapi import document as our_document
from relay_server.operations import OPERATIONS, Body, Content, Operation
from tests.contract.document import document, operations, resolved

CASES = [
    pytest.param(method, path, spec, id=str(spec["operationId"]))
    for (method, path), spec in operations().items()
]
FIELDS_OF_OTHERS = {"file"}  # the bytes themselves are no field of the model
NEVER_SENT = {"302", "402", "501"}  # redirects, credits, no streaming: only other surfaces do


def ours(method: str, path: str) -> Operation:
    found = [each for each in OPERATIONS if (each.method, each.path) == (method, path)]
    assert len(found) == 1, f"{method} {path}"
    return found[0]


@pytest.mark.parametrize(("method", "path", "spec"), CASES)
def test_every_operation_is_served(method: str, path: str, spec: dict[str, Any]) -> None:
    operation = ours(method, path)
    documented = our_document()["paths"][path][method.lower()]
    assert documented["tags"] == [operation.tag] == spec["tags"]


@pytest.mark.parametrize(("method", "path", "spec"), CASES)
def test_every_parameter_is_read(method: str, path: str, spec: dict[str, Any]) -> None:
    operation = ours(method, path)
    for parameter in map(resolved, spec.get("parameters", ())):
        name = parameter["name"]
        if parameter["in"] == "path":
            assert f"{{{name}}}" in operation.path
        elif name == "Idempotency-Key":
            assert operation.idempotent_key
        else:
            assert name in operation.headers


@pytest.mark.parametrize(("method", "path", "spec"), CASES)
def test_every_field_of_a_body_is_taken(method: str, path: str, spec: dict[str, Any]) -> None:
    body = ours(method, path).body
    for media, content in spec.get("requestBody", {}).get("content", {}).items():
        model = AssetUpload if body is Body.MULTIPART else body
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        assert (media == "multipart/form-data") == (body is Body.MULTIPART)
        schema = content["schema"]
        taken = set(model.model_fields)
        assert set(schema["properties"]) - FIELDS_OF_OTHERS <= taken
        demanded = {name for name, field in model.model_fields.items() if field.is_required()}
        assert demanded <= set(schema["required"])


@pytest.mark.parametrize(("method", "path", "spec"), CASES)
def test_every_good_answer_is_one_of_the_contract(
    method: str, path: str, spec: dict[str, Any]
) -> None:
    good = {int(status) for status in spec["responses"] if int(status) < 300}
    assert set(ours(method, path).ok) == good


@pytest.mark.parametrize(("method", "path", "spec"), CASES)
def test_every_error_of_the_contract_is_documented(
    method: str, path: str, spec: dict[str, Any]
) -> None:
    documented = set(our_document()["paths"][path][method.lower()]["responses"])
    expected = {status for status in spec["responses"] if int(status) >= 400} - NEVER_SENT
    if "/jobs/{id}" in path and not path.endswith("/events"):
        expected -= {"429"}  # no rate limit on reading
    assert expected <= documented


def test_models_name_the_fields_of_the_contract() -> None:
    schemas = document()["components"]["schemas"]
    models = {
        model.__name__: model
        for operation in OPERATIONS
        for model in operation.ok.values()
        if not isinstance(model, Content)
    }
    for name in ("Asset", "Job"):
        assert set(schemas[name]["properties"]) <= set(models[name].model_fields)
