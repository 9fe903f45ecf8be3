"""The files of a submission: found, checked, and kept once everything else is right."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from relay_server.blobs.async_spool import AsyncSpool
from relay_server.blobs.blob import Digest
from relay_server.blobs.decoder import decode
from relay_server.errors import NotFound, TooMany, Unprocessable
from relay_server.jobs.record import StoredFile
from relay_server.models.forms import FormInput, InputKind
from relay_server.models.jobs import InputFile, Job
from relay_server.web.assets import blob_not_found
from relay_server.web.lifter import Body
from relay_server.web.relay import Call
from relay_server.web.submission import Prepared, Submission, accept, prepare, stored_file
from relay_server.web.uploads import Seen, checked_file, inspected
from relay_server.workflows.names import checked_file_name

Sent = InputFile | list[InputFile]
NOT_SEEN = Seen("")


@dataclass(frozen=True)
class Incoming:
    """A file for an input: the asset that it is, or will be once it is kept."""

    asset_id: str
    name: str | None
    digest: Digest | None = None  # None: the asset is there already
    seen: Seen = NOT_SEEN
    spool: AsyncSpool | None = None  # None: its bytes are in the store already

    @property
    def pending(self) -> StoredFile | None:
        """The file of an asset that is not there yet."""
        if self.digest is None:
            return None
        return stored_file(self.digest.sha256, self.digest.size, self.seen.content_type, self.name)


Files = Mapping[str, list[Incoming]]
"""Files by input id: one, or one for each frame."""


@dataclass(frozen=True)
class InputReader:
    """Finds and checks the files of one request. `spools` holds those that came as short Base64."""

    call: Call
    body: Body
    spools: AsyncExitStack

    async def files(
        self, workflow: str, inputs: Iterable[FormInput], sent: Mapping[str, Sent]
    ) -> dict[str, list[Incoming]]:
        """Every file by input id. Raises `missing_input` and many more."""
        known = {each.id: each for each in inputs}
        _check_names(workflow, known, sent)
        listed = {name: self._listed(known[name], files) for name, files in sent.items()}
        found = {
            name: [await self._file_of(known[name], file) for file in files]
            for name, files in listed.items()
        }
        for name, files in found.items():
            _check_sizes(known[name], files)
        return found

    async def _file_of(self, wanted: FormInput, sent: InputFile) -> Incoming:
        """One file; what is wrong with it names the input and the file."""
        try:
            return await self.file(sent, wanted.kind)
        except Unprocessable as error:
            file = f" ({sent.name[:80]!r})" if sent.name else ""
            raise Unprocessable(
                error.code,
                f"The input {wanted.id!r}{file}: {error.message}",
                {**(error.details or {}), "input": wanted.id},
            ) from error

    async def file(self, sent: InputFile, kind: InputKind) -> Incoming:
        """One file. Raises RelayError."""
        name = checked_file_name(sent.name)
        if sent.asset is not None:
            return await _known_asset(self.call, sent.asset, kind)
        if sent.data is None:
            assert sent.sha256 is not None
            return await _known_blob(self.call, sent.sha256, name, kind)
        spool = self.body.spool_of(sent.data) or await self._short(sent.data)
        file = await checked_file(self.call, spool, name, sha256=sent.sha256, kind=kind)
        return Incoming(str(uuid.uuid4()), name, file.digest, file.seen, spool)

    def _listed(self, wanted: FormInput, sent: Sent) -> list[InputFile]:
        if isinstance(sent, InputFile):
            return [sent]
        most = self.call.relay.settings.max_frames
        if not wanted.frames:
            raise _wrong_list(wanted, "takes one file, not a list")
        if not sent:
            raise _wrong_list(wanted, "needs at least one frame")
        if len(sent) > most:
            raise _wrong_list(wanted, f"has {len(sent)} frames; the limit is {most}")
        return sent

    async def _short(self, text: str) -> AsyncSpool:
        spool = await self.spools.enter_async_context(self.call.relay.blobs.async_spool())
        await spool.write(decode(text))
        return spool


async def accepted(call: Call, submission: Submission, files: Iterable[Incoming]) -> Job:
    """The job of a graph that names these files. Nothing is kept before everything is checked;
    if another request takes the last room meanwhile, the new assets go again."""
    files = list(files)
    pending = {file.asset_id: file.pending for file in files if file.pending}
    prepared: Prepared = await prepare(call, submission, pending)
    for file in files:
        await _keep(call, file)
    try:
        return await accept(call, prepared)
    except (Unprocessable, TooMany):
        for file in files:
            if file.digest is not None:
                await call.relay.assets.delete(call.user, file.asset_id)
        raise


def _check_names(workflow: str, known: Mapping[str, FormInput], sent: Mapping[str, Sent]) -> None:
    for name in sent:
        if name not in known:
            raise Unprocessable(
                "invalid_params",
                f"The workflow {workflow!r} has no input {name[:80]!r}; it has"
                f" {', '.join(known) or 'none'}.",
            )
    for name, each in known.items():
        if each.required and name not in sent:
            raise Unprocessable(
                "missing_input",
                f"The workflow {workflow!r} needs the input {name!r}. Connect or send one.",
                {"input": name},
            )


def _check_sizes(wanted: FormInput, files: Sequence[Incoming]) -> None:
    """ComfyUI would scale the later frames to the first without a word."""
    first = files[0].seen.size
    for number, each in enumerate(files[1:], start=2):
        if first and each.seen.size and each.seen.size != first:
            shown = "{} x {}".format(*each.seen.size), "{} x {}".format(*first)
            raise _wrong_list(
                wanted, f"has frames of different sizes: frame {number} is {shown[0]}, the first"
                f" {shown[1]} pixels",
            )  # fmt: skip


def _wrong_list(wanted: FormInput, reason: str) -> Unprocessable:
    return Unprocessable(
        "invalid_params", f"The input {wanted.id!r} {reason}.", {"input": wanted.id}
    )


async def _known_asset(call: Call, asset_id: str, kind: InputKind) -> Incoming:
    try:
        asset = await call.relay.assets.get(call.user, asset_id)
    except NotFound as error:
        raise _missing_asset(asset_id) from error
    if not await asyncio.to_thread(call.relay.blobs.exists, asset.sha256):
        raise _missing_asset(asset_id)
    path = call.relay.blobs.path(asset.sha256)
    seen = await inspected(call, path, asset.file_path, kind)
    return Incoming(asset.id, asset.file_path, seen=seen)


def _missing_asset(asset_id: str) -> Unprocessable:
    return Unprocessable(
        "missing_asset",
        f"There is no asset {asset_id[:80]!r} of yours. Upload the file first.",
    )


async def _known_blob(call: Call, sha256: str, name: str | None, kind: InputKind) -> Incoming:
    """A blob that the user sent or received before, as a new asset."""
    blobs = call.relay.blobs
    blake3 = await call.relay.assets.blake3_of(sha256)
    may = await call.relay.assets.may_use(call.user, sha256)
    if not may or blake3 is None or not await asyncio.to_thread(blobs.exists, sha256):
        raise blob_not_found()
    digest = Digest(sha256, blake3, await asyncio.to_thread(blobs.size, sha256))
    seen = await inspected(call, blobs.path(sha256), name, kind)
    return Incoming(str(uuid.uuid4()), name, digest, seen)


async def _keep(call: Call, file: Incoming) -> None:
    if file.spool is not None:
        await file.spool.keep()
    if file.digest is not None:
        await call.relay.assets.create(
            call.user, file.digest, file.seen.content_type, file.name, asset_id=file.asset_id
        )
