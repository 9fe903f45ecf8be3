"""Jobs, as clients see them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from relay_server.models.assets import SHA256
from relay_server.models.common import Answer, JsonObject, JsonValue, Moment, Request

MAX_TAGS = 16
MAX_PATCHES = 1000
MAX_WAIT_S = 30 * 86400.0
MAX_NAME = 255  # characters


class Status(StrEnum):
    """The states of the contract."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    CANCELING = "canceling"
    CANCELED = "canceled"
    FAILED = "failed"
    EXPIRED = "expired"


TERMINAL = frozenset({Status.SUCCEEDED, Status.CANCELED, Status.FAILED, Status.EXPIRED})


class Phase(StrEnum):
    """Where a job that is not over is, finer than its status."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ON_HOST = "on_host"
    EXECUTING = "executing"
    HARVESTING = "harvesting"
    OVER = "over"


class Priority(StrEnum):
    """The classes of jobs, first to last."""

    INTERACTIVE = "interactive"
    SHOT = "shot"
    BATCH = "batch"


class Progress(Answer):
    """How far a job is; one is enough to catch up."""

    value: float = Field(ge=0, le=1)
    nodes_done: int
    nodes_total: int
    current_node: str | None = None
    current_node_class: str | None = None
    step: int | None = None
    steps: int | None = None
    message: str | None = None


class Output(Answer):
    """A file or text that came out. It is an asset of the same id."""

    node_id: str
    name: str
    type: str = Field(description="image, video, audio, text, file or latent.")
    content_type: str
    size_bytes: int
    id: str
    hash: str | None
    sha256: str
    output: str | None = Field(None, description="The form's id for it, if a form names it.")
    url: str
    url_expires_at: Moment
    job_id: str


class JobError(Answer):
    """Why a job failed."""

    code: str
    message: str
    node_id: str | None = None
    class_type: str | None = None
    traceback: str | None = None
    details: JsonObject | None = None


class Attempt(Answer):
    """One assignment of the job to a host, and how it ended."""

    number: int
    host: str
    started_at: Moment
    ended_at: Moment | None = None
    reason: str | None = Field(
        None,
        description="Why it ended without a result: host_gone, host_silent, host_forgot,"
        " host_stuck, host_removed, worker_lost, not_taken, out_of_memory, node_missing,"
        " model_missing, moved, drained, quarantined; may grow.",
    )
    may_have_run_twice: bool = False


class JobUrls(Answer):
    """Links to follow."""

    self: str
    events: str
    cancel: str
    workflow: str


class Job(Answer):
    """One job. The contract's fields, and those that the relay adds."""

    id: str
    status: str = Field(
        description="queued, running, canceling; over: succeeded, canceled, failed, expired."
    )
    phase: str = Field(description="waiting, assigned, on_host, executing, harvesting or over.")
    rev: int = Field(description="Rises with every change; `after=` waits for the next.")
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None
    expires_at: Moment
    queue_position: int | None = Field(description="1 is next; none once it has started.")
    queue_size: int | None = None
    eta: Moment | None = Field(
        None, description="When it will probably be done; none is unknown, as right after a submit."
    )
    expected_s: float | None = Field(
        None, description="Seconds that jobs of its kind take on a host: the median of the last."
    )
    progress: Progress | None
    outputs: list[Output]
    error: JobError | None
    metrics: dict[str, int | None]
    urls: JobUrls
    host: str | None = None
    attempts: list[Attempt] = Field(default_factory=list)
    ended_as: str | None = Field(None, description="What an expired job was: succeeded, ...")
    result_hashes: list[str] = Field(
        default_factory=list, description="The sha256 of each output, also of those that are gone."
    )
    user: str
    priority: str
    workflow: str | None = Field(None, description="Name of the published workflow, if one.")
    workflow_version: int | None = None
    values: JsonObject = Field(default_factory=dict, description="Every param as it was used.")
    tags: list[str] = Field(default_factory=list)
    metadata: dict[str, str] = Field(default_factory=dict)
    retry_of: str | None = Field(None, description="The job that this one runs again.")
    create_time: Moment
    update_time: Moment


class JobSummary(Answer):
    """One line of the list of jobs."""

    id: str
    status: str
    phase: str
    create_time: Moment
    update_time: Moment
    started_at: Moment | None = None
    completed_at: Moment | None = None
    priority: str
    error_code: str | None = Field(None, description="Why it failed.")
    workflow: str | None
    host: str | None
    user: str
    tags: list[str]
    metadata: dict[str, str]


class JobList(Answer):
    """A page of jobs, newest first."""

    jobs: list[JobSummary]
    next_cursor: str | None = None


class JobWorkflow(Answer):
    """The graph behind a job, in the shape that `POST /api/v2/jobs` takes."""

    workflow: JsonObject
    format: str = Field("api", description="Always `api`.")


class ExtraData(Request):
    """Keys of partner nodes. Encrypted at rest, forgotten at the end of the job."""

    api_key_comfy_org: str | None = Field(None, min_length=1, max_length=4096, repr=False)


class JobOptions(Request):
    """What every new job may say of itself."""

    priority: Priority = Priority.INTERACTIVE
    tags: Annotated[list[str], Field(max_length=MAX_TAGS)] = Field(default_factory=list)
    metadata: JsonValue | None = Field(None, description="At most 16 pairs of strings.")
    host: str | None = Field(None, description="Only on this host.")
    max_wait: float | None = Field(
        None, gt=0, le=MAX_WAIT_S, description="Seconds; the job fails if no host took it by then."
    )
    extra_data: ExtraData | None = None


class JobCreate(JobOptions):
    """A graph in ComfyUI's API format."""

    workflow: JsonObject
    webhook_url: JsonValue | None = Field(None, description="Reserved; refused if present.")
    inputs: JsonValue | None = Field(None, description="Reserved; refused if present.")


class InputFile(Request):
    """A file for an input: Base64, or the id of an asset, or the sha256 of a blob."""

    data: str | None = Field(None, description="Base64; a `data:` prefix is fine.", repr=False)
    asset: str | None = Field(None, description="Id of an asset of this user.")
    sha256: str | None = Field(
        None, pattern=SHA256, description="A blob of this user; beside `data`: checked."
    )
    name: str | None = Field(None, max_length=255, description="The file's name, without folder.")

    @model_validator(mode="after")
    def _one_source(self) -> InputFile:
        if self.asset is not None and (self.data is not None or self.sha256 is not None):
            raise ValueError("give either `asset`, or `data`, or `sha256`")
        if self.asset is None and self.data is None and self.sha256 is None:
            raise ValueError("give `data`, `asset` or `sha256`")
        return self


ONE, MANY = "(one)", "(many)"
"""Stand in the place of an error in `inputs`; nobody sends them."""


def _one_or_many(value: Any) -> str:
    return MANY if isinstance(value, list) else ONE


InputFiles = Annotated[
    Annotated[InputFile, Tag(ONE)] | Annotated[list[InputFile], Tag(MANY)],
    Discriminator(_one_or_many),
]
"""One file; or a list, one for each frame, for an input that takes frames."""


class Patch(Request):
    """One value of one node, set past the form."""

    node: str | None = Field(None, max_length=MAX_NAME, description="The node's id.")
    title: str | None = Field(
        None, max_length=MAX_NAME, description="Or its title, if only one node has it."
    )
    class_type: str | None = Field(
        None, max_length=MAX_NAME, description="The class that the node must have."
    )
    field: str = Field(max_length=MAX_NAME)
    value: JsonValue


class WorkflowJobCreate(JobOptions):
    """Values for a published workflow's form. This is the plugins' door."""

    params: JsonObject = Field(default_factory=dict, description="Values by param id.")
    inputs: dict[str, InputFiles] = Field(
        default_factory=dict,
        description="Files by input id; a list for an input with `frames`, in their order.",
    )
    patches: Annotated[list[Patch], Field(max_length=MAX_PATCHES)] = Field(default_factory=list)
    version: int | None = Field(
        None, ge=1, strict=True, description="Of the workflow; none is the newest."
    )


class StatusEvent(Answer):
    """`status` on an event stream."""

    status: str
    queue_position: int | None = None


class PreviewEvent(Answer):
    """`preview` on an event stream: a JPEG."""

    node_id: str
    content_type: str
    data_base64: str
