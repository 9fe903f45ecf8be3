"""The API as one table: routes, `openapi.json` and hence the client are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema

from relay_server.models import assets, generations, hosts, jobs, models, queue, workflows
from relay_server.models.hosts import Scope


class Body(Enum):
    """A request body that is not a JSON model."""

    BINARY = "application/octet-stream"
    MULTIPART = "multipart/form-data"


class Content(Enum):
    """An answer that is not a JSON model."""

    NONE = ""
    BINARY = "application/octet-stream"
    EVENTS = "text/event-stream"
    TEXT = "text/plain"
    HTML = "text/html"
    JSON = "application/json"


class Query(BaseModel):
    """Query parameters; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class JobQuery(Query):
    """The long poll: answer when `rev` is over `after`, or after `wait` seconds."""

    after: int | None = Field(None, ge=0, description="A `rev` that you have seen.")
    wait: float | None = Field(None, ge=0, le=3600, description="Seconds; the relay may wait less.")


class JobWorkflowQuery(Query):
    """Which graph of a job."""

    submitted: bool = Field(
        False, description="True: as it was accepted. That one runs again on any host."
    )


_Status = Annotated[jobs.Status, WithJsonSchema({"type": "string"})]  # it may grow


class ListQuery(Query):
    """A page of jobs; all filters must hold. Those on metadata are `metadata[key]=value`."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=200)
    tag: str | None = Field(None, min_length=1, max_length=64)
    workflow: str | None = Field(None, min_length=1, max_length=jobs.MAX_NAME)
    status: _Status | None = None
    created_after: AwareDatetime | None = Field(None, description="RFC 3339, with its zone.")
    created_before: AwareDatetime | None = Field(None, description="RFC 3339, with its zone.")
    user: str | None = Field(
        None, max_length=64, description="Another's jobs, or `*` for everybody's: admins only."
    )


class VersionQuery(Query):
    """One version of a workflow."""

    version: int | None = Field(None, ge=1)


class DiffQuery(Query):
    """Two versions of a workflow; without them the newest and the one before."""

    before: int | None = Field(None, ge=1)
    after: int | None = Field(None, ge=1)


@dataclass(frozen=True)
class Operation:
    """One method on one path. `handler` is `module.function` under `relay_server.web`."""

    method: str
    path: str
    id: str
    tag: str
    summary: str
    handler: str
    ok: Mapping[int, type[BaseModel] | Content]
    scope: Scope | None = None  # None: any known user
    public: bool = False  # True: no key asked
    body: type[BaseModel] | Body | None = None
    query: type[Query] | None = None
    errors: tuple[str, ...] = ()
    idempotent_key: bool = False
    streamed: bool = False  # True: the handler reads the body itself, as it arrives
    optional_body: bool = False  # True: no body is the same as an empty object
    headers: tuple[str, ...] = ()


_ID = ("not_found",)
_UPLOAD = (
    "too_large",
    "unsupported_encoding",
    "truncated_body",
    "empty_file",
    "picture_too_large",
    "store_unavailable",
)
_GRAPH = (
    "workflow_format_ui",
    "invalid_workflow",
    "missing_asset",
    "unknown_model",
    "metadata_invalid",
    "unknown_host",
    "host_unable",
    "idempotency_key_reuse",
    "queue_full",
    "too_many_waiting",
    "quarantined",
)

V2 = "/api/v2"
V1 = "/relay/v1"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST", f"{V2}/assets", "post_assets", "assets",
        "Upload a file", "assets.upload",
        ok={201: assets.Asset, 200: assets.Asset},
        scope=Scope.SUBMIT, body=Body.MULTIPART, idempotent_key=True,
        errors=(*_UPLOAD, "hash_mismatch", "invalid_picture", "invalid_name",
                "idempotency_key_reuse"),
    ),
    Operation(
        "POST", f"{V2}/assets/from-hash", "asset_from_hash", "assets",
        "Make an asset over bytes that the relay has from you", "assets.from_hash",
        ok={201: assets.Asset, 200: assets.Asset},
        scope=Scope.SUBMIT, body=assets.AssetFromHash, errors=("blob_not_found", "invalid_name"),
    ),
    Operation(
        "HEAD", f"{V2}/assets/by-hash/{{hash}}", "head_asset_by_hash", "assets",
        "Does the relay have these bytes from you?", "assets.by_hash",
        ok={200: Content.NONE}, errors=("blob_not_found",),
    ),
    Operation(
        "GET", f"{V2}/assets/{{id}}", "get_asset", "assets",
        "An asset", "assets.get", ok={200: assets.Asset}, errors=_ID,
    ),
    Operation(
        "DELETE", f"{V2}/assets/{{id}}", "delete_asset", "assets",
        "Delete an asset's record", "assets.delete",
        ok={204: Content.NONE}, errors=(*_ID, "asset_in_use"),
    ),
    Operation(
        "GET", f"{V2}/assets/{{id}}/content", "get_asset_content", "assets",
        "An asset's bytes; ranges are served", "assets.content",
        ok={200: Content.BINARY, 206: Content.BINARY},
        headers=("Range",), errors=(*_ID, "range_not_satisfiable"),
    ),
    Operation(
        "POST", f"{V2}/jobs", "post_jobs", "jobs",
        "Run a graph", "jobs.create",
        ok={201: jobs.Job}, scope=Scope.RAW, body=jobs.JobCreate, idempotent_key=True,
        errors=(*_GRAPH, "unsupported_field", "too_large", "invalid_picture"),
    ),
    Operation(
        "GET", f"{V2}/jobs", "list_jobs", "jobs",
        "Your jobs, newest first", "jobs.listing",
        ok={200: jobs.JobList}, query=ListQuery,
        errors=("invalid_metadata_filter", "invalid_cursor"),
    ),
    Operation(
        "GET", f"{V2}/jobs/{{id}}", "get_job", "jobs",
        "A job; with `after` and `wait` a long poll", "jobs.get",
        ok={200: jobs.Job}, query=JobQuery, errors=_ID,
    ),
    Operation(
        "GET", f"{V2}/jobs/{{id}}/workflow", "get_job_workflow", "jobs",
        "The graph behind a job", "jobs.workflow",
        ok={200: jobs.JobWorkflow}, query=JobWorkflowQuery, errors=_ID,
    ),
    Operation(
        "GET", f"{V2}/jobs/{{id}}/events", "get_job_events", "jobs",
        "A job's live events: status, progress, preview, output", "streams.contract",
        ok={200: Content.EVENTS}, errors=(*_ID, "too_many_streams"),
    ),
    Operation(
        "POST", f"{V2}/jobs/{{id}}/cancel", "cancel_job", "jobs",
        "Cancel a job", "jobs.cancel", ok={200: jobs.Job}, errors=_ID,
    ),
    Operation(
        "GET", f"{V1}/jobs/{{id}}/events", "stream_job", "jobs",
        "Every change of a job, replayed from `Last-Event-ID`", "streams.replayed",
        ok={200: Content.EVENTS}, headers=("Last-Event-ID",),
        errors=(*_ID, "invalid_request", "too_many_streams"),
    ),
    Operation(
        "GET", f"{V1}/jobs/{{id}}/explain", "explain_job", "jobs",
        "Why is my job waiting? An admin may ask of any job", "explain.get",
        ok={200: queue.JobExplanation}, errors=_ID,
    ),
    Operation(
        "PATCH", f"{V1}/jobs/{{id}}", "change_job", "jobs",
        "Another class for a job of yours, any of them; its place by age stays",
        "steering.change", ok={200: jobs.Job},
        scope=Scope.SUBMIT, body=queue.JobChange, errors=(*_ID, "job_over"),
    ),
    Operation(
        "POST", f"{V1}/jobs/{{id}}/retry", "retry_job", "jobs",
        "Run a job that is over again, as a new job", "steering.retry", ok={201: jobs.Job},
        scope=Scope.SUBMIT, body=queue.JobRetry, optional_body=True, idempotent_key=True,
        errors=(*_ID, *_GRAPH, "job_not_over", "invalid_picture"),
    ),
    Operation(
        "POST", f"{V1}/jobs/cancel", "cancel_jobs", "jobs",
        "Cancel all your jobs that match", "steering.cancel_many",
        ok={200: queue.JobsCanceled}, body=queue.JobsCancel,
    ),
    Operation(
        "GET", f"{V1}/queue", "get_queue", "jobs",
        "What waits and what runs, counted", "queue.get", ok={200: queue.Queue},
    ),
    Operation(
        "DELETE", f"{V1}/jobs/{{id}}", "delete_job", "jobs",
        "Delete a job that is over: its record and its results", "jobs.delete",
        ok={204: Content.NONE}, errors=(*_ID, "job_not_over"),
    ),
    Operation(
        "GET", f"{V1}/workflows", "list_workflows", "workflows",
        "The catalog", "catalog.listing", ok={200: workflows.WorkflowList},
    ),
    Operation(
        "POST", f"{V1}/workflows/inspect", "inspect_workflow", "workflows",
        "What publishing would do, without doing it", "publishing.inspect",
        ok={200: workflows.WorkflowInspection},
        scope=Scope.PUBLISH, body=workflows.WorkflowPublish,
        errors=("too_large", "invalid_base64", "picture_too_large"),
    ),
    Operation(
        "GET", f"{V1}/workflows/{{name}}", "get_workflow", "workflows",
        "A workflow's form, with live menus", "catalog.get",
        ok={200: workflows.PublishedWorkflow}, query=VersionQuery, errors=("workflow_not_found",),
    ),
    Operation(
        "PUT", f"{V1}/workflows/{{name}}", "publish_workflow", "workflows",
        "Publish a workflow; the same content again is the same version", "publishing.publish",
        ok={201: workflows.Publication, 200: workflows.Publication},
        scope=Scope.PUBLISH, body=workflows.WorkflowPublish,
        errors=("unreadable_workflow", "too_large", "invalid_base64", "picture_too_large"),
    ),
    Operation(
        "DELETE", f"{V1}/workflows/{{name}}", "withdraw_workflow", "workflows",
        "Take a version, or all, out of use; their jobs stay", "publishing.withdraw",
        ok={200: workflows.Withdrawal},
        scope=Scope.PUBLISH, query=VersionQuery, errors=("workflow_not_found",),
    ),
    Operation(
        "GET", f"{V1}/workflows/{{name}}/versions", "list_workflow_versions", "workflows",
        "All versions of a workflow", "catalog.versions",
        ok={200: workflows.WorkflowVersions}, errors=("workflow_not_found",),
    ),
    Operation(
        "GET", f"{V1}/workflows/{{name}}/diff", "diff_workflow", "workflows",
        "What changed between two versions", "catalog.diff",
        ok={200: workflows.WorkflowDiff}, query=DiffQuery, errors=("workflow_not_found",),
    ),
    Operation(
        "POST", f"{V1}/workflows/{{name}}/jobs", "submit_workflow", "workflows",
        "Run a published workflow", "workflows.submit",
        ok={201: jobs.Job},
        scope=Scope.SUBMIT, body=jobs.WorkflowJobCreate, idempotent_key=True, streamed=True,
        errors=(*_GRAPH, *_UPLOAD, "workflow_not_found", "invalid_params", "missing_input",
                "invalid_patch", "invalid_base64", "hash_mismatch", "blob_not_found",
                "invalid_picture", "invalid_name"),
    ),
    Operation(
        "POST", f"{V1}/generations", "create_generation", "workflows",
        "Make a picture without a published workflow", "generations.create",
        ok={201: jobs.Job},
        scope=Scope.SUBMIT, body=generations.GenerationCreate, idempotent_key=True, streamed=True,
        errors=(*_GRAPH, *_UPLOAD, "invalid_params", "invalid_base64", "hash_mismatch",
                "blob_not_found", "invalid_picture", "invalid_name"),
    ),
    Operation(
        "HEAD", f"{V1}/blobs/{{sha256}}", "head_blob", "blobs",
        "Does the relay have these bytes from you?", "blobs.head",
        ok={200: Content.NONE}, errors=("blob_not_found",),
    ),
    Operation(
        "PUT", f"{V1}/blobs/{{sha256}}", "put_blob", "blobs",
        "Upload raw bytes", "blobs.put",
        ok={201: assets.Blob, 200: assets.Blob},
        scope=Scope.SUBMIT, body=Body.BINARY,
        errors=(*_UPLOAD, "hash_mismatch", "invalid_picture"),
    ),
    Operation(
        "GET", f"{V1}/hosts", "list_hosts", "hosts",
        "The hosts and what they do", "hosts.listing", ok={200: hosts.HostList},
    ),
    Operation(
        "PATCH", f"{V1}/hosts/{{name}}", "change_host", "hosts",
        "Drain, pause or resume a host", "hosts.change", ok={200: hosts.Host},
        scope=Scope.ADMIN, body=hosts.HostChange, errors=_ID,
    ),
    Operation(
        "DELETE", f"{V1}/hosts/{{name}}", "remove_host", "hosts",
        "Forget a host that has no worker; its jobs go back to the queue", "hosts.remove",
        ok={204: Content.NONE}, scope=Scope.ADMIN, errors=(*_ID, "host_in_use"),
    ),
    Operation(
        "GET", f"{V1}/quarantine", "list_quarantine", "hosts",
        "Graphs that brought hosts down and are kept from them", "quarantine.listing",
        ok={200: hosts.Quarantine}, scope=Scope.ADMIN,
    ),
    Operation(
        "DELETE", f"{V1}/quarantine/{{graph}}", "release_graph", "hosts",
        "Let a graph run again", "quarantine.release",
        ok={204: Content.NONE}, scope=Scope.ADMIN, errors=_ID,
    ),
    Operation(
        "GET", f"{V1}/models", "list_models", "models",
        "Every model, by kind, and which hosts have it", "models.listing",
        ok={200: models.ModelKinds},
    ),
    Operation(
        "GET", f"{V1}/models/{{kind}}", "get_models_of_kind", "models",
        "The models of one kind", "models.of_kind", ok={200: models.ModelKind}, errors=_ID,
    ),
    Operation(
        "GET", f"{V1}/me", "get_me", "me",
        "Who you are, and which relay this is", "me.get", ok={200: hosts.Me},
    ),
    Operation(
        "GET", "/healthz", "healthz", "relay",
        "The process answers", "health.alive", ok={200: hosts.Health}, public=True,
    ),
    Operation(
        "GET", "/readyz", "readyz", "relay",
        "Redis, store and hosts answer", "health.ready",
        ok={200: hosts.Readiness, 503: hosts.Readiness}, public=True,
    ),
    Operation(
        "GET", "/metrics", "metrics", "relay",
        "Figures for Prometheus", "health.metrics", ok={200: Content.TEXT}, public=True,
    ),
    Operation(
        "GET", "/openapi.json", "openapi", "relay",
        "This document", "pages.openapi", ok={200: Content.JSON}, public=True,
    ),
    Operation(
        "GET", "/docs", "docs", "relay",
        "This document for people", "pages.docs", ok={200: Content.HTML}, public=True,
    ),
)  # fmt: skip

EVERYWHERE = (
    "unauthorized", "forbidden", "cross_origin", "invalid_name", "client_too_old", "relay_too_old",
    "upstream_error",
)  # fmt: skip
"""Codes that every operation with a key may answer."""
