"""Published workflows: the catalog, their forms, and jobs of them."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass

from relay_server.blobs.async_spool import AsyncSpool
from relay_server.blobs.blob import Digest
from relay_server.blobs.decoder import decode
from relay_server.errors import NotFound, TooMany, Unprocessable
from relay_server.jobs.record import StoredFile
from relay_server.models.forms import (
    FormInput,
    InputKind,
    PublishedWorkflow,
    WorkflowList,
    WorkflowSummary,
)
from relay_server.models.jobs import InputFile, Job, WorkflowJobCreate
from relay_server.operations import VersionQuery
from relay_server.web.assets import blob_not_found
from relay_server.web.bodies import chunks
from relay_server.web.checking import checked_model
from relay_server.web.lifter import Body, lift
from relay_server.web.relay import Call
from relay_server.web.submission import Prepared, Submission, accept, prepare, stored_file
from relay_server.web.uploads import checked_file, inspected
from relay_server.workflows.catalog import Published
from relay_server.workflows.names import checked_file_name
from relay_server.workflows.patching import patched
from relay_server.workflows.values import checked_values


@dataclass(frozen=True)
class Incoming:
    """A file for an input: the asset that it is, or will be once it is kept."""

    asset_id: str
    name: str | None
    digest: Digest | None = None  # None: the asset is there already
    content_type: str = ""
    spool: AsyncSpool | None = None  # None: its bytes are in the store already

    @property
    def pending(self) -> StoredFile | None:
        """The file of an asset that is not there yet."""
        if self.digest is None:
            return None
        return stored_file(self.digest.sha256, self.content_type, self.name)


async def listing(call: Call) -> WorkflowList:
    """`GET /relay/v1/workflows`."""
    known = await call.relay.registry.known_classes()
    return WorkflowList(
        workflows=[
            WorkflowSummary(
                name=each.name,
                version=each.version,
                title=each.form.title,
                description=each.form.description,
                missing=_missing(each, known.all if known else None),
            )
            for each in call.relay.catalog.all()
        ]
    )


async def get(call: Call) -> PublishedWorkflow:
    """`GET /relay/v1/workflows/{name}`."""
    query: VersionQuery = call.query
    found = call.relay.catalog.get(call.path["name"], query.version)
    known = await call.relay.registry.known_classes()
    return PublishedWorkflow(
        name=found.name,
        version=found.version,
        digest=found.digest,
        published_at=found.published_at,
        form=found.form,
        needs=found.needs,
        missing=_missing(found, known.all if known else None),
    )


def _missing(workflow: Published, known: frozenset[str] | None) -> list[str]:
    return [] if known is None else sorted(set(workflow.needs) - known)


async def submit(call: Call) -> Job:
    """`POST /relay/v1/workflows/{name}/jobs`: the plugins' door. Nothing is kept before
    everything is checked."""
    call.relay.catalog.get(call.path["name"])
    stream = chunks(call.request, call.relay.settings.max_upload)
    async with AsyncExitStack() as spools:
        body = await spools.enter_async_context(lift(stream, call.relay.blobs, call.relay.settings))
        asked: WorkflowJobCreate = checked_model(WorkflowJobCreate, body.json)
        workflow = call.relay.catalog.get(call.path["name"], asked.version)
        values = checked_values(workflow.form, asked.params)
        reader = _InputReader(call, body, spools)
        files = await reader.files(workflow, asked)
        prepared = await _prepared(call, workflow, asked, values, files)
        await _keep(call, files)
        return await _accepted(call, prepared, files)


async def _prepared(
    call: Call,
    workflow: Published,
    asked: WorkflowJobCreate,
    values: dict[str, object],
    files: dict[str, Incoming],
) -> Prepared:
    form = workflow.form
    assets = {name: file.asset_id for name, file in files.items()}
    submission = Submission(
        graph=patched(workflow.graph, form, values, assets, asked.patches),
        priority=asked.priority,
        tags=asked.tags,
        metadata=asked.metadata,
        host=asked.host,
        extra_data=asked.extra_data,
        workflow=workflow.name,
        workflow_version=workflow.version,
        values=values,
        named_outputs={output.node: output.id for output in form.outputs},
        required_outputs={output.node: output.id for output in form.outputs if output.required},
        time_limit_s=form.time_limit,
    )
    pending = {file.asset_id: file.pending for file in files.values() if file.pending}
    return await prepare(call, submission, pending)


@dataclass(frozen=True)
class _InputReader:
    """Finds and checks the files of one request. `spools` holds those that came as short Base64."""

    call: Call
    body: Body
    spools: AsyncExitStack

    async def files(self, workflow: Published, asked: WorkflowJobCreate) -> dict[str, Incoming]:
        """Every file by input id. Raises `missing_input` and many more."""
        inputs = {each.id: each for each in workflow.form.inputs}
        for name in asked.inputs:
            if name not in inputs:
                raise Unprocessable(
                    "invalid_params",
                    f"The workflow {workflow.name!r} has no input {name[:80]!r}; it has"
                    f" {', '.join(inputs) or 'none'}.",
                )
        for name, each in inputs.items():
            if each.required and name not in asked.inputs:
                raise Unprocessable(
                    "missing_input",
                    f"The workflow {workflow.name!r} needs the input {name!r}. Connect or send"
                    " one.",
                    {"input": name},
                )
        return {name: await self._file(inputs[name], sent) for name, sent in asked.inputs.items()}

    async def _file(self, wanted: FormInput, sent: InputFile) -> Incoming:
        name = checked_file_name(sent.name)
        picture = wanted.kind is not InputKind.DATA
        if sent.asset is not None:
            return await _known_asset(self.call, sent.asset, picture=picture)
        if sent.data is None:
            assert sent.sha256 is not None
            return await _known_blob(self.call, sent.sha256, name, picture=picture)
        spool = self.body.spool_of(sent.data) or await self._short(sent.data)
        file = await checked_file(self.call, spool, name, sha256=sent.sha256, picture=picture)
        return Incoming(str(uuid.uuid4()), name, file.digest, file.content_type, spool)

    async def _short(self, text: str) -> AsyncSpool:
        spool = await self.spools.enter_async_context(self.call.relay.blobs.async_spool())
        await spool.write(decode(text))
        return spool


async def _known_asset(call: Call, asset_id: str, *, picture: bool) -> Incoming:
    try:
        asset = await call.relay.assets.get(call.user, asset_id)
    except NotFound as error:
        raise _missing_asset(asset_id) from error
    if not await asyncio.to_thread(call.relay.blobs.exists, asset.sha256):
        raise _missing_asset(asset_id)
    await inspected(call, call.relay.blobs.path(asset.sha256), asset.file_path, picture=picture)
    return Incoming(asset.id, asset.file_path)


def _missing_asset(asset_id: str) -> Unprocessable:
    return Unprocessable(
        "missing_asset",
        f"There is no asset {asset_id[:80]!r} of yours. Upload the file first.",
    )


async def _known_blob(call: Call, sha256: str, name: str | None, *, picture: bool) -> Incoming:
    """A blob that the user sent or received before, as a new asset."""
    blobs = call.relay.blobs
    blake3 = await call.relay.assets.blake3_of(sha256)
    may = await call.relay.assets.may_use(call.user, sha256)
    if not may or blake3 is None or not await asyncio.to_thread(blobs.exists, sha256):
        raise blob_not_found()
    digest = Digest(sha256, blake3, await asyncio.to_thread(blobs.size, sha256))
    content_type = await inspected(call, blobs.path(sha256), name, picture=picture)
    return Incoming(str(uuid.uuid4()), name, digest, content_type)


async def _keep(call: Call, files: dict[str, Incoming]) -> None:
    for file in files.values():
        if file.spool is not None:
            await file.spool.keep()
        if file.digest is not None:
            await call.relay.assets.create(
                call.user, file.digest, file.content_type, file.name, asset_id=file.asset_id
            )


async def _accepted(call: Call, prepared: Prepared, files: dict[str, Incoming]) -> Job:
    """The job; if another request took the last room meanwhile, the new assets go again."""
    try:
        return await accept(call, prepared)
    except (Unprocessable, TooMany):
        for file in files.values():
            if file.digest is not None:
                await call.relay.assets.delete(call.user, file.asset_id)
        raise
