"""`comfy-relay submit`: a published workflow from the command line, with the generated client."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TextIO

import httpx

from generated.comfyrelay_client import AuthenticatedClient, Client
from generated.comfyrelay_client.api.blobs import head_blob, put_blob
from generated.comfyrelay_client.api.jobs import cancel_job, get_job
from generated.comfyrelay_client.api.me import get_me
from generated.comfyrelay_client.api.workflows import get_workflow, submit_workflow
from generated.comfyrelay_client.errors import UnexpectedStatus
from generated.comfyrelay_client.models import (
    ErrorEnvelope,
    FormParam,
    InputFile,
    Job,
    Output,
    WorkflowJobCreate,
    WorkflowJobCreateInputs,
)
from generated.comfyrelay_client.types import UNSET, File
from relay_server import API_LEVEL
from relay_server.errors import RelayError

WAIT_S = 20.0
TIMEOUT = httpx.Timeout(connect=10, read=WAIT_S + 40, write=60, pool=10)
PIECE = 3 * 64 * 1024  # bytes encoded at once; whole groups of three
OVER = frozenset({"succeeded", "failed", "canceled", "expired"})
BAR = 28  # characters


class SubmitFailed(RelayError):
    """The job could not be submitted, or did not succeed."""


@dataclass(frozen=True)
class Request:
    """What to run, with what."""

    workflow: str
    inputs: Mapping[str, Path] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


def submit(
    url: str, request: Request, out: Path, screen: TextIO, key: str | None = None
) -> list[Path]:
    """Run a workflow and fetch what comes out, into `out`. Blocks, and shows progress on `screen`.

    Raises SubmitFailed with one sentence. Ctrl-C cancels the job.
    """
    with _network(url), _client(url, key) as client:
        form = _answer(get_workflow.sync_detailed(request.workflow, client=client)).form
        params = {name: _value(form.params, name, raw) for name, raw in request.params.items()}
        job = _submit(client, request, params)
        shown = _Bar(screen)
        try:
            while job.status not in OVER:
                shown.show(job)
                job = _answer(
                    get_job.sync_detailed(job.id, client=client, after=job.rev, wait=WAIT_S)
                )
        except KeyboardInterrupt:
            cancel_job.sync_detailed(job.id, client=client)
            raise SubmitFailed("canceled", f"Canceled job {job.id}.") from None
        finally:
            shown.close()
        if job.status != "succeeded":
            raise _failed(job)
        out.mkdir(parents=True, exist_ok=True)
        return [_fetch(client, output, out) for output in job.outputs]


def _client(url: str, key: str | None) -> AuthenticatedClient | Client:
    # A proxy meant for the internet has no business between us and the relay.
    options: dict[str, Any] = {
        "timeout": TIMEOUT,
        "raise_on_unexpected_status": True,
        "headers": {"X-Comfy-Relay-Level": str(API_LEVEL)},
        "httpx_args": {"trust_env": False},
    }
    return AuthenticatedClient(url, token=key, **options) if key else Client(url, **options)


def _submit(client: AuthenticatedClient | Client, request: Request, params: dict[str, Any]) -> Job:
    """Send the request; pictures as Base64, encoded while they are read, or as blobs if large."""
    limit = _answer(get_me.sync_detailed(client=client)).inline_limit
    inputs, inline = WorkflowJobCreateInputs(), {}
    for name, path in request.inputs.items():
        try:
            size = path.stat().st_size
        except OSError as error:
            raise SubmitFailed(
                "missing_input", f"{path} cannot be read: {error.strerror}."
            ) from error
        if size > limit:
            inputs[name] = InputFile(sha256=_uploaded(client, path), name=path.name)
        else:
            marker = uuid.uuid4().hex
            inline[marker] = path
            inputs[name] = InputFile(data=marker, name=path.name)
    version = UNSET if request.version is None else request.version
    body = WorkflowJobCreate(params=params, inputs=inputs, version=version)
    call = submit_workflow._get_kwargs(  # the generated request, its body streamed by us
        request.workflow, body=body, idempotency_key=str(uuid.uuid4())
    )
    text = json.dumps(call.pop("json"))
    answer = client.get_httpx_client().request(**call, content=_spliced(text, inline))
    job: Job = _answer(submit_workflow._build_response(client=client, response=answer))
    return job


def _spliced(text: str, inline: Mapping[str, Path]) -> Iterator[bytes]:
    """JSON with each marker replaced by its file as Base64, in pieces."""
    for marker, path in inline.items():
        before, _, text = text.partition(marker)
        yield before.encode()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield base64.b64encode(piece)
    yield text.encode()


def _uploaded(client: AuthenticatedClient | Client, path: Path) -> str:
    """The sha256 of a file that the relay has, then."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if head_blob.sync_detailed(sha256, client=client).status_code != HTTPStatus.OK:
            file.seek(0)
            _answer(put_blob.sync_detailed(sha256, client=client, body=File(payload=file)))
    return sha256


def _fetch(client: AuthenticatedClient | Client, output: Output, out: Path) -> Path:
    """Stream an output into a file that is new, under its own name or one beside it."""
    target = _free(out / Path(output.name).name)
    part = target.with_name(f"{target.name}.part")
    with client.get_httpx_client().stream("GET", output.url) as answer, part.open("wb") as file:
        if answer.status_code != HTTPStatus.OK:
            raise SubmitFailed("not_found", f"The result {output.name!r} cannot be fetched.")
        for piece in answer.iter_bytes():
            file.write(piece)
    part.rename(target)
    return target


def _free(path: Path) -> Path:
    """The path, or one with a number that is not taken: results are never overwritten."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}_{number}")
    return found


def _value(params: list[FormParam], name: str, raw: Any) -> Any:
    """A value from the command line, as its param wants it; the relay says what is wrong."""
    kind = next((str(param.type_) for param in params if param.id == name), "text")
    if not isinstance(raw, str) or kind in {"text", "menu"}:
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _answer(response: Any) -> Any:
    """What was answered. Raises SubmitFailed for an error."""
    parsed = response.parsed
    if isinstance(parsed, ErrorEnvelope):
        raise SubmitFailed(parsed.error.code, parsed.error.message)
    return parsed


@contextmanager
def _network(url: str) -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except httpx.HTTPError as error:
        raise SubmitFailed(
            "redis_unavailable",
            f"The relay at {url} does not answer ({type(error).__name__}). Is `comfy-relay serve`"
            " running there? Name another with --relay.",
        ) from error
    except UnexpectedStatus as error:
        raise SubmitFailed(
            "upstream_error", f"{url} answered {error.status_code}; is it a Comfy Relay?"
        ) from error


def _failed(job: Job) -> SubmitFailed:
    error = job.error
    reason = error.message if error is not None and not isinstance(error, dict) else ""
    return SubmitFailed(job.status, f"Job {job.id} {job.status}. {reason}".strip())


class _Bar:
    """A progress bar on a terminal; lines where the status changes, elsewhere."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._live = screen.isatty() and os.environ.get("TERM") != "dumb"
        self._said = ""

    def show(self, job: Job) -> None:
        text = _said(job)
        if self._live:
            self._screen.write(f"\r\x1b[K{text}")
            self._screen.flush()
        elif text != self._said:
            self._screen.write(f"{text}\n")
        self._said = text

    def close(self) -> None:
        if self._live and self._said:
            self._screen.write("\r\x1b[K")
            self._screen.flush()


def _said(job: Job) -> str:
    progress = job.progress
    if job.status == "running" and progress is not None and not isinstance(progress, dict):
        done = round(BAR * progress.value)
        node = progress.message or job.phase
        return f"[{'#' * done}{'.' * (BAR - done)}] {progress.value:4.0%} {node}"
    if job.queue_position is not None:
        return f"queued {job.queue_position} of {job.queue_size}"
    return f"{job.status}, {job.phase}"
