"""A submission on its way: small files as Base64 in the request, large ones as blobs before it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from .connection import Connection, Labels
from .errors import PluginError
from .form import JsonValue
from .streaming import Source, Spliced, Told
from .tokens import cleaned

if TYPE_CHECKING:
    from generated.comfyrelay_client import models

MOST_INLINE = 64 * 1024 * 1024  # bytes of files in one request; what is over goes as blobs


@dataclass(frozen=True)
class Submission:
    """What to run, with what. A list of files is one for each frame, in their order."""

    workflow: str
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    inputs: Mapping[str, Path | Sequence[Path]] = field(default_factory=dict)
    version: int | None = None  # None: the newest
    priority: str = "interactive"  # or shot, or batch
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)  # at most 16 pairs
    max_wait_s: float | None = None  # the job fails if no host took it by then


class Submitting:
    """One submission, which may be sent more than once under the same key."""

    def __init__(
        self,
        submission: Submission,
        key: str,
        stop: Event,
        told: Told | None,
        hashed: Callable[[Path, Event], str],
    ) -> None:
        """Raises InputMissing for a file that cannot be read, PluginError for values that JSON
        cannot say."""
        self._asked = submission
        self._key = key
        self._stop = stop
        self._told = told
        self._hashed = hashed
        self._lists = {name: isinstance(each, Path) for name, each in submission.inputs.items()}
        self._sources = {
            name: [Source.of(path) for path in ([each] if isinstance(each, Path) else each)]
            for name, each in submission.inputs.items()
        }

    def sent(self, connection: Connection, inline_limit: int, labels: Labels) -> models.Job:
        """Send everything, once. Raises RelayUnreachable: it is perhaps stored."""
        blobs = self._blobs(inline_limit)
        body = self._body(blobs)
        progress = _Progress(self._told, sum(each.size for each in blobs) + body.size)
        for source in blobs:
            self._upload(connection, source, progress)
        return self._post(connection, body, progress, labels)

    def _blobs(self, inline_limit: int) -> list[Source]:
        """The files that go by themselves."""
        found, inline = [], 0
        for source in (each for sources in self._sources.values() for each in sources):
            if source.size > inline_limit or inline + source.size > MOST_INLINE:
                found.append(source)
            else:
                inline += source.size
        return found

    def _body(self, blobs: Sequence[Source]) -> Spliced:
        """The request as the generated model writes it, with the files put in."""
        from generated.comfyrelay_client.api.workflows import submit_workflow

        markers: dict[str, Source] = {}
        call = submit_workflow._get_kwargs(self._asked.workflow, body=self._model(blobs, markers))
        try:
            text = json.dumps(call["json"], allow_nan=False)
        except (TypeError, ValueError) as error:
            raise PluginError(
                f"A value cannot be sent: {error}.", "Correct the value.", "invalid_params"
            ) from error
        return Spliced.of(text, markers)

    def _model(
        self, blobs: Sequence[Source], markers: dict[str, Source]
    ) -> models.WorkflowJobCreate:
        """The request; where a picture goes, a marker is put and noted."""
        from generated.comfyrelay_client import models
        from generated.comfyrelay_client.types import UNSET

        def file(source: Source) -> models.InputFile:
            name, sha256 = _name(source.path), self._hashed(source.path, self._stop)
            if source in blobs:
                return models.InputFile(sha256=sha256, name=name)
            marker = uuid.uuid4().hex
            markers[marker] = source
            return models.InputFile(data=marker, sha256=sha256, name=name)

        asked, inputs = self._asked, models.WorkflowJobCreateInputs()
        for name, sources in self._sources.items():
            files = [file(source) for source in sources]
            inputs[name] = files[0] if self._lists[name] else files
        return models.WorkflowJobCreate(
            priority=models.Priority(asked.priority),
            tags=list(asked.tags),
            metadata=dict(asked.metadata),
            max_wait=asked.max_wait_s or UNSET,
            params=dict(asked.params),
            inputs=inputs,
            version=asked.version or UNSET,
        )

    def _upload(self, connection: Connection, source: Source, progress: _Progress) -> None:
        """A blob; nothing is sent if the relay has it from us."""
        from generated.comfyrelay_client.api.blobs import head_blob, put_blob
        from generated.comfyrelay_client.types import File

        client, digest = connection.client, self._hashed(source.path, self._stop)
        with connection.translated():
            there = head_blob.sync_detailed(digest, client=client).status_code == HTTPStatus.OK
        if there:
            progress.add(source.size)
            return
        pieces: Any = progress.counted(source.pieces())
        call = put_blob._get_kwargs(digest, body=File(payload=pieces))
        call["headers"]["Content-Length"] = str(source.size)
        with connection.translated():
            answer = client.get_httpx_client().request(**call)
            parsed = put_blob._build_response(client=client, response=answer).parsed
        connection.checked(parsed)

    def _post(
        self, connection: Connection, body: Spliced, progress: _Progress, labels: Labels
    ) -> models.Job:
        from generated.comfyrelay_client import models
        from generated.comfyrelay_client.api.workflows import submit_workflow

        client = connection.client
        call = submit_workflow._get_kwargs(
            self._asked.workflow, body=models.WorkflowJobCreate(), idempotency_key=self._key
        )
        del call["json"]  # the same request, its body streamed by us
        call["headers"]["Content-Length"] = str(body.size)
        with connection.translated():
            answer = client.get_httpx_client().request(
                **call, content=progress.counted(body.pieces())
            )
            parsed = submit_workflow._build_response(client=client, response=answer).parsed
        job: models.Job = connection.checked(parsed, labels)
        return job


class _Progress:
    """Counts the bytes of all requests of a submission."""

    def __init__(self, told: Told | None, size: int) -> None:
        self._told, self._size, self._done = told, size, 0

    def add(self, size: int) -> None:
        """So many more are there."""
        self._done += size
        if self._told:
            self._told(self._done, self._size)

    def counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The same pieces; those that were asked for again have gone."""
        for piece in pieces:
            yield piece
            self.add(len(piece))


def _name(path: Path) -> str:
    """The file's name as any relay takes it."""
    return cleaned(path.stem) + (path.suffix if path.suffix.isascii() else "")
