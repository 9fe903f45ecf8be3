"""The catalog of published workflows, and what publishing needs and answers."""

from __future__ import annotations

from pydantic import Field, model_validator

from relay_server.models.common import Answer, JsonObject, Moment, Request
from relay_server.models.forms import Form


class Problem(Answer):
    """One thing that stands in the way of a workflow, or that was left out of its form."""

    code: str = Field(description="Stable, such as `unknown_class`; may grow.")
    message: str = Field(description="One sentence for a person.")
    node: str | None = Field(None, description="The node's id; `5:12` is node 12 in subgraph 5.")
    title: str | None = Field(None, description="The node's title.")
    class_type: str | None = None
    field: str | None = Field(None, description="The node's input.")


class ModelFile(Answer):
    """A model by kind and name."""

    kind: str = Field(description="checkpoints, loras, vae, ...")
    name: str = Field(description="With `/` between folders, whatever the host uses.")


class HostFit(Answer):
    """Whether a host can run a workflow, and what it lacks if not."""

    host: str
    can_run: bool
    missing_classes: list[str]
    missing_models: list[ModelFile]


class WorkflowSummary(Answer):
    """One line of the catalog."""

    name: str
    version: int
    title: str
    description: str
    schema_hash: str = Field(description="Changes when the form does, live menus aside.")
    available: bool = Field(description="False: no host can run it; `reason` says why.")
    reason: str | None = Field(None, description="One sentence: what is missing.")
    missing: list[str] = Field(description="Node classes that no host has.")
    missing_models: list[ModelFile] = Field(description="Models that no host has.")


class RefusedFile(Answer):
    """A file of the watched folder that could not be published."""

    file: str = Field(description="Its name in the folder.")
    problems: list[Problem]


class WorkflowList(Answer):
    """The catalog, by name, and the files of the watched folder that are not in it."""

    workflows: list[WorkflowSummary]
    refused: list[RefusedFile]


class PublishedWorkflow(Answer):
    """A version of a workflow with its form."""

    name: str
    version: int
    digest: str = Field(description="sha256 over graph and form.")
    schema_hash: str = Field(description="Changes when the form does, live menus aside.")
    published_at: Moment
    published_by: str
    withdrawn: bool
    form: Form = Field(description="Menus of models are what the hosts have now.")
    values_schema: JsonObject = Field(description="JSON Schema of `params` of a job.")
    needs: list[str] = Field(description="Node classes that the graph uses.")
    models: list[ModelFile] = Field(description="Models that the graph names outside the form.")
    available: bool = Field(description="False: no host can run it; `reason` says why.")
    reason: str | None = Field(None, description="One sentence: what is missing.")
    hosts: list[HostFit]
    missing: list[str] = Field(description="Node classes that no host has.")
    missing_models: list[ModelFile] = Field(description="Models that no host has.")


class WorkflowPublish(Request):
    """A workflow, as ComfyUI saved it. Either `workflow` or `picture`."""

    workflow: JsonObject | None = Field(
        None, description="ComfyUI's UI format (Save) or API format (Export)."
    )
    picture: str | None = Field(
        None, description="Base64 of a PNG or WEBP that ComfyUI saved, with its workflow.",
        repr=False,
    )  # fmt: skip
    form: JsonObject | None = Field(
        None, description="A form file, as schemas/workflow-form.schema.json describes it."
    )
    title: str | None = Field(None, max_length=200, description="Over that of the form.")
    description: str | None = Field(None, max_length=4000, description="Over that of the form.")

    @model_validator(mode="after")
    def _one_source(self) -> WorkflowPublish:
        if (self.workflow is None) == (self.picture is None):
            raise ValueError("give either `workflow` or `picture`")
        return self


class WorkflowInspection(Answer):
    """What publishing would do, or what stands in its way."""

    publishable: bool
    format: str = Field(description="ui or api: what was found.")
    problems: list[Problem] = Field(description="What stands in the way; all at once.")
    notes: list[Problem] = Field(description="What was left out of the form, and why.")
    form: Form | None
    values_schema: JsonObject | None
    workflow: JsonObject | None = Field(description="The graph in API format.")
    digest: str | None
    schema_hash: str | None
    needs: list[str]
    models: list[ModelFile]
    hosts: list[HostFit]


class Publication(Answer):
    """A version that was published, or found to be there already."""

    name: str
    version: int
    new: bool = Field(description="False: the same content was published before.")
    restored: bool = Field(description="True: it had been withdrawn, and is in use again.")
    newest: int = Field(description="The version of jobs that name none: perhaps a newer one.")
    digest: str
    schema_hash: str
    notes: list[Problem]
    hosts: list[HostFit]


class WorkflowVersion(Answer):
    """One line of the list of versions."""

    version: int
    digest: str
    schema_hash: str
    title: str
    published_at: Moment
    published_by: str
    withdrawn: bool


class WorkflowVersions(Answer):
    """All versions of a workflow, newest first."""

    name: str
    versions: list[WorkflowVersion]


class Change(Answer):
    """One difference between two versions."""

    where: str = Field(description="Such as `params.steps.default` or `node 3 (KSampler).cfg`.")
    before: str | None = Field(description="As JSON; none: it is new.")
    after: str | None = Field(description="As JSON; none: it is gone.")


class WorkflowDiff(Answer):
    """What changed between two versions, in the form and in the graph."""

    name: str
    before: int
    after: int
    form: list[Change]
    graph: list[Change]


class Withdrawal(Answer):
    """Versions that cannot be used for new jobs any more. Their jobs stay readable."""

    name: str
    withdrawn: list[int]
