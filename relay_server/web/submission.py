"""A graph becomes a job: checked, its files found, its record written. Both doors end here."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from relay_server.blobs.assets import AssetRecord
from relay_server.errors import InvalidRequest, NotFound, Unprocessable
from relay_server.jobs.dispatch import unable
from relay_server.jobs.record import SCHEMA, Needs, NewJob, Snapshot, StoredFile
from relay_server.jobs.rooms import wants_of
from relay_server.jobs.transitions import ms
from relay_server.models.jobs import Job, JobOptions
from relay_server.settings import Settings
from relay_server.web.answers import job_answer
from relay_server.web.models import asking_again
from relay_server.web.relay import Call
from relay_server.web.uploads import check_mask
from relay_server.workflows import fit, guard
from relay_server.workflows.filled.references import (
    NoReference,
    Reference,
    reference_objects,
    reference_of,
)
from relay_server.workflows.kinds import kind_of, shape_of

MAX_PAIRS, MAX_KEY, MAX_VALUE, MAX_TAG, MAX_IDEMPOTENCY = 16, 64, 512, 64, 255
SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif",
    "image/x-exr": ".exr", "image/tiff": ".tif", "image/bmp": ".bmp", "video/mp4": ".mp4",
    "video/webm": ".webm", "audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/flac": ".flac",
}  # fmt: skip


@dataclass(frozen=True)
class Submission:
    """What either door brings."""

    graph: dict[str, Any]
    options: JobOptions
    workflow: str | None = None
    workflow_version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    named_outputs: dict[str, str] = field(default_factory=dict)
    required_outputs: dict[str, str] = field(default_factory=dict)
    time_limit_s: float | None = None
    max_running: int | None = None
    files: frozenset[tuple[str, str]] = frozenset()  # (node, field) that a form marks as file
    retry_of: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A job that has passed every check. Nothing of it is stored yet."""

    job_id: str
    job: NewJob
    graph: dict[str, Any]
    needs: Needs
    idempotency_key: str | None
    secret: bytes | None


async def prepare(
    call: Call, submission: Submission, pending: Mapping[str, StoredFile] = MappingProxyType({})
) -> Prepared:
    """Every check there is. `pending` are files that the graph names and that come with this very
    request, by the asset id that they will have. Raises RelayError."""
    relay, settings, options = call.relay, call.relay.settings, submission.options
    key = idempotency_key(call)
    metadata = checked_metadata(options.metadata)
    _check_tags(options.tags)
    await _check_host(call, options.host)
    known = await relay.knowledge.current()
    rules = guard.Rules.of(settings, known.info)
    graph = guard.checked(submission.graph, rules, submission.files)
    async with asking_again(call):
        models = fit.checked_models(graph, known)
    files = await _files(call, graph, pending)
    if pending or options.host:  # before files are kept; else it is told by `accept`
        await relay.transitions.check_room(call.user, key)
    needs = Needs(
        classes=guard.classes_of(graph),
        host=options.host,
        models=[f"{each.kind}/{each.name}" for each in models],
        limited=submission.workflow if submission.max_running else None,
        limit=submission.max_running,
    )
    await _check_able(call, needs)
    job = _new_job(submission, graph, needs, metadata, files, settings)
    return Prepared(str(uuid.uuid4()), job, graph, needs, key, _sealed(call, submission))


def _new_job(
    submission: Submission,
    graph: dict[str, Any],
    needs: Needs,
    metadata: dict[str, str],
    files: dict[str, StoredFile],
    settings: Settings,
) -> NewJob:
    options, limit_s = submission.options, submission.time_limit_s
    return NewJob(
        schema=SCHEMA,
        **{"class": options.priority},
        needs=needs.digest,
        files=files,
        workflow=submission.workflow,
        workflow_version=submission.workflow_version,
        values=submission.values,
        tags=options.tags,
        metadata=metadata,
        named_outputs=submission.named_outputs,
        required_outputs=submission.required_outputs,
        time_limit_s=settings.time_limit_s if limit_s is None else limit_s,
        max_wait_s=options.max_wait,
        graph_digest=sha256(json.dumps(graph, sort_keys=True).encode()).hexdigest(),
        shape=shape_of(graph),
        kind=kind_of(graph, submission.workflow, sum(file.size for file in files.values())),
        retry_of=submission.retry_of,
    )


async def accept(call: Call, prepared: Prepared) -> Job:
    """Write the job: durable when this returns."""
    relay = call.relay
    accepted = await relay.transitions.accept(
        prepared.job_id,
        call.user,
        prepared.job,
        prepared.graph,
        prepared.needs,
        idempotency_key=prepared.idempotency_key,
        secret=prepared.secret,
        token=relay.dispatcher.token,
    )
    relay.dispatcher.hurry(accepted.look)
    await asyncio.sleep(0)  # the dispatcher asks Redis while the answer is made
    return job_answer(accepted.snapshot, call.base_url, ms(relay.settings.keep_jobs_s))


async def job_of(call: Call, job_id: str) -> Job:
    """A job of the caller, as its answer."""
    return await answer_of(call, await call.relay.reading.snapshot(job_id, call.user))


async def answer_of(call: Call, snapshot: Snapshot) -> Job:
    """A job as it was read, with when it will probably be done."""
    done_ms = await call.relay.outlook.done_ms(snapshot)
    return job_answer(snapshot, call.base_url, ms(call.relay.settings.keep_jobs_s), done_ms)


def idempotency_key(call: Call) -> str | None:
    """The header, checked."""
    key = call.request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= MAX_IDEMPOTENCY and key.isprintable()):
        raise InvalidRequest(
            "invalid_request", "Idempotency-Key must have 1 to 255 printable characters."
        )
    return key


def checked_metadata(raw: Any) -> dict[str, str]:
    """At most 16 pairs of strings. Raises `metadata_invalid`."""
    if raw is None:
        return {}
    fits = isinstance(raw, dict) and len(raw) <= MAX_PAIRS
    if not fits or not all(
        isinstance(value, str) and 0 < len(key) <= MAX_KEY and len(value) <= MAX_VALUE
        for key, value in raw.items()
    ):
        raise Unprocessable(
            "metadata_invalid",
            f"Metadata is at most {MAX_PAIRS} pairs of strings, keys of 1 to {MAX_KEY} and values"
            f" of up to {MAX_VALUE} characters.",
        )
    return dict(raw)


def _check_tags(tags: list[str]) -> None:
    if any(not 0 < len(tag) <= MAX_TAG for tag in tags):
        raise InvalidRequest("invalid_request", f"A tag has 1 to {MAX_TAG} characters.")


async def _check_host(call: Call, name: str | None) -> None:
    if name is None:
        return
    known = [host.record.name for host in await call.relay.registry.hosts()]
    if name not in known:
        raise Unprocessable(
            "unknown_host",
            f"There is no host {name[:80]!r}. `GET /relay/v1/hosts` lists them.",
            {"hosts": known},
        )


async def _check_able(call: Call, needs: Needs) -> None:
    """A job for one host that lacks what it needs would wait for ever."""
    if needs.host is None:
        return
    room = (await call.relay.outlook.picture(fresh=True)).room(needs.host)
    why = unable(wants_of(needs), room) if room else None
    if why:
        await call.relay.registry.ask_to_learn(needs.host)  # it may just have got it
        raise Unprocessable(
            "host_unable",
            f"The job may run on {needs.host} only, and {why}. Choose another host, or name none.",
            {"host": needs.host, "reason": why},
        )


async def _files(
    call: Call, graph: dict[str, Any], pending: Mapping[str, StoredFile]
) -> dict[str, StoredFile]:
    """Every file that the graph names, by asset id. Raises `missing_asset`."""
    found: dict[str, StoredFile] = {}
    for node, each in _references(graph):
        if each.asset in found and not each.is_mask:
            continue
        if each.asset in pending:
            found[each.asset] = pending[each.asset]
            continue
        try:
            asset = await call.relay.assets.get(call.user, each.asset)
        except NotFound as error:
            raise _missing(node, each.asset) from error
        if not await asyncio.to_thread(call.relay.blobs.exists, asset.sha256):
            raise _missing(node, each.asset)
        if each.is_mask:
            check_mask(asset.content_type)
        found[each.asset] = _stored(asset)
    return found


def _references(graph: dict[str, Any]) -> Iterator[tuple[str, Reference]]:
    """(node, reference) of every `core/ASSET` object, at any depth."""
    for node, value in reference_objects(graph):
        try:
            yield node, reference_of(value)
        except NoReference as error:
            raise Unprocessable(
                "missing_asset",
                f"Node {node[:80]} has a `core/ASSET` object that is none: {error}. Upload it first"
                " and name the id that you are given.",
                {"node": node},
            ) from error


def _missing(node: str, asset_id: str) -> Unprocessable:
    return Unprocessable(
        "missing_asset",
        f"Node {node[:80]} names the asset {asset_id[:80]!r}, which is not there. Upload it first.",
        {"node": node, "asset": asset_id},
    )


def _stored(asset: AssetRecord) -> StoredFile:
    return stored_file(asset.sha256, asset.size, asset.content_type, asset.file_path)


def stored_file(sha256: str, size: int, content_type: str, name: str | None) -> StoredFile:
    """The suffix tells a loader what the file is: by its bytes first, else by its name."""
    suffix = SUFFIXES.get(content_type) or PurePosixPath(name or "").suffix.lower()
    return StoredFile(sha256=sha256, size=size, suffix=suffix if suffix[1:].isalnum() else "")


def _sealed(call: Call, submission: Submission) -> bytes | None:
    if submission.options.extra_data is None:
        return None
    extra = submission.options.extra_data.model_dump(exclude_none=True)
    return call.relay.sealer.seal(extra) if extra else None
