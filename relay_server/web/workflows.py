"""Jobs of published workflows: the plugins' door."""

from __future__ import annotations

from contextlib import AsyncExitStack
from itertools import chain
from typing import Any

from relay_server.models.jobs import Job, WorkflowJobCreate
from relay_server.web.bodies import chunks
from relay_server.web.checking import checked_model
from relay_server.web.inputs import Files, InputReader, accepted
from relay_server.web.lifter import lift
from relay_server.web.models import asking_again
from relay_server.web.relay import Call
from relay_server.web.submission import Submission
from relay_server.workflows.catalog import Published, files_of
from relay_server.workflows.exr_loaders import read_as
from relay_server.workflows.filled.patching import patched
from relay_server.workflows.filled.values import checked_values
from relay_server.workflows.forms.live import with_live_menus
from relay_server.workflows.known import Known


async def submit(call: Call) -> Job:
    """`POST /relay/v1/workflows/{name}/jobs`. Nothing is kept before everything is checked."""
    await call.relay.catalog.get(call.path["name"])
    stream = chunks(call.request, call.relay.settings.max_upload)
    async with AsyncExitStack() as spools:
        body = await spools.enter_async_context(lift(stream, call.relay.blobs, call.relay.settings))
        asked: WorkflowJobCreate = checked_model(WorkflowJobCreate, body.json)
        workflow = await call.relay.catalog.get(call.path["name"], asked.version)
        known = await call.relay.knowledge.current()
        form = with_live_menus(workflow.form, known.models)
        async with asking_again(call, {param.id for param in form.params if param.models}):
            values = checked_values(form, asked.params)
        reader = InputReader(call, body, spools)
        inputs = read_as(workflow.graph, workflow.form.inputs)
        files = await reader.files(workflow.name, inputs, asked.inputs)
        submission = _submission(workflow, asked, values, files, known)
        return await accepted(call, submission, chain.from_iterable(files.values()))


def _submission(
    workflow: Published,
    asked: WorkflowJobCreate,
    values: dict[str, Any],
    files: Files,
    known: Known,
) -> Submission:
    form = workflow.form
    assets = {name: [file.asset_id for file in each] for name, each in files.items()}
    return Submission(
        graph=patched(workflow.graph, form, values, assets, asked.patches, known.info),
        options=asked,
        workflow=workflow.name,
        workflow_version=workflow.version,
        values=values,
        named_outputs={output.node: output.id for output in form.outputs},
        required_outputs={output.node: output.id for output in form.outputs if output.required},
        time_limit_s=form.time_limit,
        max_running=form.max_running,
        files=files_of(form),
    )
