"""Workflows into the catalog and out of use."""

from __future__ import annotations

import asyncio
import binascii
from typing import Any

import pybase64

from relay_server.errors import InvalidRequest
from relay_server.models.workflows import (
    Publication,
    Withdrawal,
    WorkflowInspection,
    WorkflowPublish,
)
from relay_server.operations import VersionQuery
from relay_server.web.relay import Call, Reply
from relay_server.workflows.analysis import Analysis, Brought, analysed
from relay_server.workflows.catalog import availability
from relay_server.workflows.filled.values_schema import values_schema
from relay_server.workflows.forms.live import live
from relay_server.workflows.guard import Rules
from relay_server.workflows.known import Known
from relay_server.workflows.names import WORKFLOW
from relay_server.workflows.problems import Unreadable, refused
from relay_server.workflows.saved.embedded import embedded


async def inspect(call: Call) -> WorkflowInspection:
    """`POST /relay/v1/workflows/inspect`."""
    known = await call.relay.knowledge.current()
    analysis = await _in_turn(call, "workflow", known)
    draft = analysis.draft
    form = live(draft.form, draft.graph, known.models) if draft else None
    return WorkflowInspection(
        publishable=draft is not None,
        format=analysis.format,
        problems=list(analysis.problems),
        notes=list(analysis.notes),
        form=form,
        values_schema=values_schema(form) if form else None,
        workflow=draft.graph if draft else None,
        digest=draft.digest if draft else None,
        schema_hash=draft.schema_hash if draft else None,
        needs=list(draft.needs) if draft else [],
        models=list(draft.models) if draft else [],
        hosts=availability(draft, known).hosts if draft else [],
    )


async def publish(call: Call) -> Reply:
    """`PUT /relay/v1/workflows/{name}`. Nothing is stored unless everything is right."""
    name = call.path["name"]
    if not WORKFLOW.fullmatch(name):
        raise InvalidRequest(
            "invalid_name",
            f"{name[:80]!r} is no name for a workflow. Use up to 64 small letters, digits, dashes"
            " and underscores.",
        )
    known = await call.relay.knowledge.current()
    analysis = await _in_turn(call, name, known)
    if analysis.draft is None:
        raise refused(analysis.problems)
    done = await call.relay.catalog.publish(name, analysis.draft, call.user)
    assert done is not None  # only what publishes by itself is ever left alone
    published = done.published
    newest = await call.relay.catalog.read(name)
    answer = Publication(
        name=name,
        version=published.version,
        new=done.new,
        restored=done.restored,
        newest=newest.version,
        digest=published.digest,
        schema_hash=published.schema_hash,
        notes=list(analysis.notes),
        hosts=availability(published, known).hosts,
    )
    return Reply(201 if done.new else 200, answer)


async def withdraw(call: Call) -> Withdrawal:
    """`DELETE /relay/v1/workflows/{name}`."""
    query: VersionQuery = call.query
    name = call.path["name"]
    done = await call.relay.catalog.withdraw(name, query.version)
    return Withdrawal(name=name, withdrawn=done)


async def _in_turn(call: Call, name: str, known: Known) -> Analysis:
    """In a thread of its own: a large workflow takes a while."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(call.relay.analyst, _analysed, call, name, known)


def _analysed(call: Call, name: str, known: Known) -> Analysis:
    body: WorkflowPublish = call.body
    rules = Rules.of(call.relay.settings, known.info)
    try:
        raws = [body.workflow] if body.workflow is not None else _inside(body.picture or "")
    except Unreadable as error:
        return Analysis("ui", None, error.problems, ())
    brought = Brought(raws, body.form, body.title, body.description)
    return analysed(brought, name, known, rules)


def _inside(picture: str) -> list[Any]:
    data = picture.partition(",")[2] if picture.startswith("data:") else picture
    try:
        return embedded(pybase64.b64decode(data, validate=True))
    except binascii.Error as error:
        raise InvalidRequest(
            "invalid_base64", f"`picture` is not Base64: {error}. Send the whole file."
        ) from error
