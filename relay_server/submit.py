"""`comfy-relay submit`: a published workflow from the command line, with the generated client."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from errno import EACCES
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import Any, TextIO, TypeVar

from generated.comfyrelay_client.api.blobs import head_blob, put_blob
from generated.comfyrelay_client.api.jobs import cancel_job, get_job
from generated.comfyrelay_client.api.me import get_me
from generated.comfyrelay_client.api.workflows import get_workflow, submit_workflow
from generated.comfyrelay_client.models import (
    FormParam,
    InputFile,
    Job,
    Output,
    Priority,
    WorkflowJobCreate,
    WorkflowJobCreateInputs,
)
from generated.comfyrelay_client.types import UNSET, File, Unset
from relay_server.relay_client import AnyClient, Refused, answered, connected, in_commands

T = TypeVar("T")

WAIT_S = 20.0
PIECE = 3 * 64 * 1024  # bytes encoded at once; whole groups of three
OVER = frozenset({"succeeded", "failed", "canceled", "expired"})
BAR = 28  # characters


@dataclass(frozen=True)
class Request:
    """What to run, with what."""

    workflow: str
    inputs: Mapping[str, Sequence[Path]] = field(default_factory=dict)  # several are frames
    params: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    tags: Sequence[str] = ()
    priority: str | None = None  # by default the relay's
    host: str | None = None  # only there
    max_wait_s: float | None = None


def submit(
    url: str,
    request: Request,
    out: Path | None,
    screen: TextIO,
    key: str | None = None,
    person: str | None = None,
    accepted: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Run a workflow and fetch what comes out, into `out`. Blocks, and shows progress on `screen`.

    `accepted` is told the job's id at once. Without `out` that is all: nothing is waited for.
    Raises Refused with one sentence. Ctrl-C cancels the job.
    """
    _check(request, out)
    with connected(url, key, person) as client:
        asked = get_workflow.sync_detailed(
            request.workflow, client=client, version=_given(request.version)
        )
        form = answered(asked).form
        params = {name: _value(form.params, name, raw) for name, raw in request.params.items()}
        job = _submit(client, request, params)
        accepted(job.id)
        if out is None:
            return []
        job = _followed(client, job, screen)
        if job.status != "succeeded":
            raise _failed(job)
        try:
            return [_fetch(client, output, out) for output in job.outputs]
        except OSError as error:
            raise Refused(
                "not_found", f"Job {job.id} succeeded; {_unwritable(out, error)}"
            ) from error


def _followed(client: AnyClient, job: Job, screen: TextIO) -> Job:
    """The job when it is over."""
    shown = _Bar(screen)
    try:
        while job.status not in OVER:
            shown.show(job)
            job = answered(get_job.sync_detailed(job.id, client=client, after=job.rev, wait=WAIT_S))
    except KeyboardInterrupt:
        cancel_job.sync_detailed(job.id, client=client)
        raise Refused("canceled", f"Canceled job {job.id}.") from None
    finally:
        shown.close()
    return job


def _check(request: Request, out: Path | None) -> None:
    """What can be known before anything is sent."""
    for path in chain.from_iterable(request.inputs.values()):
        if path.is_dir():
            raise Refused("missing_input", f"{path} is a folder. Name a file.")
    if out is None:
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused("invalid_request", _unwritable(out, error)) from error
    if not os.access(out, os.W_OK):
        raise Refused("invalid_request", _unwritable(out, PermissionError(EACCES, "no permission")))


def _unwritable(out: Path, error: OSError) -> str:
    return (
        f"results cannot be written to {out}: {error.strerror}. Choose another folder with --out."
    )


def _submit(client: AnyClient, request: Request, params: dict[str, Any]) -> Job:
    """Send the request; pictures as Base64, encoded while they are read, or as blobs if large."""
    limit = answered(get_me.sync_detailed(client=client)).inline_limit
    inputs = WorkflowJobCreateInputs()
    inline: dict[str, Path] = {}
    for name, paths in request.inputs.items():
        files = [_file(client, path, limit, inline) for path in paths]
        inputs[name] = files[0] if len(files) == 1 else files
    body = WorkflowJobCreate(
        params=params,
        inputs=inputs,
        version=_given(request.version),
        tags=list(request.tags),
        priority=Priority(request.priority) if request.priority else UNSET,
        host=_given(request.host),
        max_wait=_given(request.max_wait_s),
    )
    call = submit_workflow._get_kwargs(  # the generated request, its body streamed by us
        request.workflow, body=body, idempotency_key=str(uuid.uuid4())
    )
    text = json.dumps(call.pop("json"))
    answer = client.get_httpx_client().request(**call, content=_spliced(text, inline))
    job: Job = answered(submit_workflow._build_response(client=client, response=answer))
    return job


def _given(value: T | None) -> T | Unset:
    return UNSET if value is None else value


def _file(client: AnyClient, path: Path, limit: int, inline: dict[str, Path]) -> InputFile:
    """A small file as a marker that its Base64 replaces, a large one as a blob."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Refused("missing_input", f"{path} cannot be read: {error.strerror}.") from error
    if size > limit:
        return InputFile(sha256=_uploaded(client, path), name=path.name)
    marker = uuid.uuid4().hex
    inline[marker] = path
    return InputFile(data=marker, name=path.name)


def _spliced(text: str, inline: Mapping[str, Path]) -> Iterator[bytes]:
    """JSON with each marker replaced by its file as Base64, in pieces."""
    for marker, path in inline.items():
        before, _, text = text.partition(marker)
        yield before.encode()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield base64.b64encode(piece)
    yield text.encode()


def _uploaded(client: AnyClient, path: Path) -> str:
    """The sha256 of a file that the relay has, then."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if head_blob.sync_detailed(sha256, client=client).status_code != HTTPStatus.OK:
            file.seek(0)
            answered(put_blob.sync_detailed(sha256, client=client, body=File(payload=file)))
    return sha256


def _fetch(client: AnyClient, output: Output, out: Path) -> Path:
    """Stream an output into a file that is new, under its own name or one beside it."""
    target = _free(out / Path(output.name).name)
    part = target.with_name(f"{target.name}.part")
    with client.get_httpx_client().stream("GET", output.url) as answer, part.open("wb") as file:
        if answer.status_code != HTTPStatus.OK:
            raise Refused("not_found", f"The result {output.name!r} cannot be fetched.")
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


def _failed(job: Job) -> Refused:
    error = job.error
    reason = error.message if error is not None and not isinstance(error, dict) else ""
    return Refused(job.status, f"Job {job.id} {job.status}. {in_commands(reason)}".strip())


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
