"""The two kinds of model: what is asked and what is answered.

A model is built when it is first used (`defer_build`), for no process uses all that it imports.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


class Request(BaseModel):
    """Something a client sends. Unknown fields are refused, so that a typo is not a silent no."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Answer(BaseModel):
    """Something the relay answers. Every field is always there, so clients never test for it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        json_schema_serialization_defaults_required=True,
    )


JsonObject = Annotated[dict[str, Any], WithJsonSchema({"description": "A JSON object, verbatim."})]
JsonValue = Annotated[Any, WithJsonSchema({"description": "Any JSON value."})]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(_iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A time in UTC, to the millisecond."""


def moment(ms: int) -> datetime:
    """A time from milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


class ErrorBody(Answer):
    """What went wrong, and what to do next."""

    code: str = Field(description="Stable; see the list of codes in the document's description.")
    message: str = Field(description="One sentence for a person.")
    details: JsonObject | None = None


class ErrorEnvelope(Answer):
    """The one shape of every error."""

    error: ErrorBody
