"""JSON and queries as models; what does not fit is said field by field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from relay_server.errors import InvalidRequest
from relay_server.models.jobs import MANY, ONE

MOST_PROBLEMS = 100


def checked_model(model: type[BaseModel], raw: Any) -> Any:
    """JSON as a model. Raises InvalidRequest with every wrong field."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise invalid(error, "The body") from error


def invalid(error: ValidationError, where: str) -> InvalidRequest:
    """The answer to a request that does not fit its model."""
    problems = [
        {"field": _place(problem["loc"]), "reason": problem["msg"].removeprefix("Value error, ")}
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = problems[0]
    named = f", field {first['field'][:80]!r}" if first["field"] else ""
    return InvalidRequest(
        "invalid_request",
        f"{where} cannot be read{named}: {first['reason']}. See /docs for its fields.",
        {"fields": problems[:MOST_PROBLEMS]},
    )


def _place(parts: Iterable[int | str]) -> str:
    return ".".join(str(part) for part in parts if part not in {ONE, MANY})
