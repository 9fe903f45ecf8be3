"""The record of a job: what Redis holds, as one frozen value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from relay_server.errors import Unavailable
from relay_server.models.jobs import Phase, Priority, Status
from relay_server.redis_keys import metadata_digest, tag_digest, text, workflow_digest

SCHEMA = 2


class StoredOutput(BaseModel):
    """An output in the blob store. Its id is that of its asset."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    node_id: str
    name: str
    type: str
    content_type: str
    size: int  # bytes
    sha256: str
    blake3: str
    output: str | None = None


class StoredFile(BaseModel):
    """A file that the graph names by asset id: what the worker uploads to the host."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    sha256: str
    suffix: str  # with its dot, or empty
    size: int = 0  # bytes


class Needs(BaseModel):
    """What a host must have to run a job."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    classes: list[str]
    host: str | None = None
    models: list[str] = []  # each as `kind/name`
    limited: str | None = None  # a workflow of which only so many may run at once
    limit: int | None = None
    not_on: list[str] = []  # hosts that have been found unable
    more_than: int | None = None  # bytes of video memory that were too few

    @property
    def digest(self) -> str:
        """Names the lane of all jobs with the same needs."""
        plain = self.model_dump(exclude_defaults=True)
        parts = {name: sorted(v) if isinstance(v, list) else v for name, v in plain.items()}
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class NewJob(BaseModel):
    """What a submission writes into the record, beside what the transitions write."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    schema_version: int = Field(SCHEMA, alias="schema")
    priority: Priority = Field(alias="class")
    needs: str
    files: dict[str, StoredFile] = {}
    workflow: str | None = None
    workflow_version: int | None = None
    values: dict[str, Any] = {}
    tags: list[str] = []
    metadata: dict[str, str] = {}
    required_outputs: dict[str, str] = {}  # node id -> the form's output id, for required ones
    named_outputs: dict[str, str] = {}  # node id -> the form's output id
    time_limit_s: float
    max_wait_s: float | None = None  # it fails if no host took it by then
    graph_digest: str
    shape: str = ""  # digest of the graph, seeds and files aside
    kind: str = ""  # jobs of one kind take about the same time
    retry_of: str | None = None  # the job that this one runs again
    client: str | None = None


class Record(NewJob):
    """A job as Redis holds it. Times are milliseconds since 1970, by Redis' clock."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    user: str
    status: Status
    phase: Phase
    rev: int
    seq: int
    attempt: int
    claim: str = ""
    host: str = ""
    avoid: str = ""
    submitted: bool = False
    tries: dict[str, int] = {}  # how often an attempt ended, by its reason
    left_on: str = ""  # hosts that may have it still
    deaths: str = ""  # hosts that died while they executed it
    created_ms: int
    updated_ms: int
    attempt_ms: int | None = None
    executing_ms: int | None = None  # of this attempt
    stopping_ms: int | None = None  # since when its host is asked to stop it
    expect_ms: int = 0  # what its host will need for it, as far as that is known
    started_ms: int | None = None
    completed_ms: int | None = None
    expires_ms: int | None = None
    progress: dict[str, Any] | None = None
    outputs: list[StoredOutput] = []
    error: dict[str, Any] | None = None
    host_times: dict[str, Any] | None = None
    ended_as: Status | None = None  # what an expired job was before
    result_hashes: list[str] = []  # of an expired job: the sha256 of its outputs


_JSON = {
    "files", "values", "tags", "metadata", "required_outputs", "named_outputs",
    "progress", "outputs", "error", "host_times", "tries", "result_hashes",
}  # fmt: skip


def to_hash(job: NewJob) -> list[str]:
    """A new job's fields and values, in turn, as `accept` takes them."""
    flat: list[str] = []
    for name, value in job.model_dump(mode="json", by_alias=True, exclude_none=True).items():
        flat += [name, json.dumps(value) if name in _JSON else str(value)]
    return flat


@dataclass(frozen=True)
class Snapshot:
    """A record with what lies beside it."""

    record: Record
    attempts: list[dict[str, Any]]
    position: int | None  # 1 is next among the waiting jobs of the same class and needs
    queue_size: int | None
    before: int | None = None  # jobs of its lane that come first, while it waits
    expect_ms: int | None = None  # what its host will need for it; None is unknown
    now_ms: int = 0  # when it was read, by Redis' clock


def lists_of(job: NewJob) -> list[str]:
    """Digests of the lists, beside that of all its user's, in which a job stands."""
    found = [metadata_digest(key, value) for key, value in job.metadata.items()]
    found += map(tag_digest, job.tags)
    return found + ([workflow_digest(job.workflow)] if job.workflow else [])


def from_flat(flat: list[str]) -> Record:
    """Read a record as a script answers it: fields and values in turn."""
    return from_hash(dict(zip(flat[::2], flat[1::2], strict=True)))


def from_hash(raw: Mapping[Any, Any]) -> Record:
    """Read a record. Raises Unavailable if a newer relay wrote it."""
    fields: dict[str, Any] = {
        text(name): text(value) for name, value in raw.items() if value not in (b"", "")
    }
    if int(fields.get("schema", SCHEMA)) > SCHEMA:
        raise Unavailable(
            "version_skew",
            "A newer Comfy Relay wrote this record. Update this relay, or give it a namespace"
            " of its own (COMFY_RELAY_NAMESPACE).",
        )
    for name in _JSON & fields.keys():
        fields[name] = json.loads(fields[name])
    return Record.model_validate(fields)
