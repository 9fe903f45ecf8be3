"""The catalog as it is read: list, forms, versions and what changed between them."""

from __future__ import annotations

import asyncio

from relay_server.errors import NotFound
from relay_server.models.workflows import (
    PublishedWorkflow,
    WorkflowDiff,
    WorkflowList,
    WorkflowVersion,
    WorkflowVersions,
)
from relay_server.operations import DiffQuery, VersionQuery
from relay_server.web.relay import Call
from relay_server.workflows.catalog import Published, availability
from relay_server.workflows.differences import form_changes, graph_changes
from relay_server.workflows.filled.values_schema import values_schema
from relay_server.workflows.forms.live import live
from relay_server.workflows.known import Known


async def listing(call: Call) -> WorkflowList:
    """`GET /relay/v1/workflows`."""
    known = await call.relay.knowledge.current()
    published = await call.relay.catalog.all()
    summaries = await asyncio.to_thread(call.relay.summaries.of, published, known)
    return WorkflowList(workflows=summaries, refused=call.relay.folder.refused)


async def get(call: Call) -> PublishedWorkflow:
    """`GET /relay/v1/workflows/{name}`. A withdrawn version can still be read by its number."""
    query: VersionQuery = call.query
    if query.version is None:
        found = await call.relay.catalog.get(call.path["name"])
    else:
        found = await call.relay.catalog.read(call.path["name"], query.version)
    return _with_form(found, await call.relay.knowledge.current())


async def versions(call: Call) -> WorkflowVersions:
    """`GET /relay/v1/workflows/{name}/versions`."""
    name = call.path["name"]
    found = await call.relay.catalog.versions(name)
    return WorkflowVersions(
        name=name,
        versions=[
            WorkflowVersion(
                version=each.version,
                digest=each.digest,
                schema_hash=each.schema_hash,
                title=each.form.title,
                published_at=each.published_at,
                published_by=each.published_by,
                withdrawn=each.withdrawn,
            )
            for each in found
        ],
    )


async def diff(call: Call) -> WorkflowDiff:
    """`GET /relay/v1/workflows/{name}/diff`."""
    query: DiffQuery = call.query
    name, catalog = call.path["name"], call.relay.catalog
    after = await catalog.read(name, query.after)
    number = query.before or after.version - 1
    if number < 1:
        raise NotFound(
            "workflow_not_found",
            f"Version {after.version} of {name!r} is the first; there is none to compare it with.",
        )
    before = await catalog.read(name, number)
    return WorkflowDiff(
        name=name,
        before=before.version,
        after=after.version,
        form=form_changes(before.form, after.form),
        graph=graph_changes(before.graph, after.graph),
    )


def _with_form(workflow: Published, known: Known) -> PublishedWorkflow:
    able = availability(workflow, known)
    form = live(workflow.form, workflow.graph, known.models)
    return PublishedWorkflow(
        name=workflow.name,
        version=workflow.version,
        digest=workflow.digest,
        schema_hash=workflow.schema_hash,
        published_at=workflow.published_at,
        published_by=workflow.published_by,
        withdrawn=workflow.withdrawn,
        form=form,
        values_schema=values_schema(form),
        needs=list(workflow.needs),
        models=list(workflow.models),
        available=able.reason is None,
        reason=able.reason,
        hosts=able.hosts,
        missing=able.missing,
        missing_models=able.missing_models,
    )
