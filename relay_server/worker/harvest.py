"""Bring home what a prompt made: every file that its history names, and every text."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from relay_server.blobs.assets import Assets, drafted
from relay_server.blobs.blob import Digest
from relay_server.blobs.local import LocalBlobs
from relay_server.blobs.media import content_type, output_type_of
from relay_server.hosts.comfy import ComfyHost, HostFile
from relay_server.jobs.handed import Untold
from relay_server.jobs.record import Record, StoredOutput
from relay_server.models.jobs import Status
from relay_server.settings import Settings
from relay_server.worker.follow import WEBSOCKET_OUTPUT, Follower
from relay_server.worker.lease import Lease
from relay_server.worker.patience import steady
from relay_server.worker.verdict import JobFailed


@dataclass(frozen=True)
class Text:
    """A text that a node showed."""

    text: str


class Harvest:
    """Collects the outputs of one job, each an asset of its user."""

    def __init__(
        self,
        host: ComfyHost,
        blobs: LocalBlobs,
        assets: Assets,
        lease: Lease,
        record: Record,
        settings: Settings,
    ) -> None:
        self._host = host
        self._blobs = blobs
        self._assets = assets
        self._lease = lease
        self._record = record
        self._settings = settings
        self.outputs: list[StoredOutput] = []
        self.untold: Untold | None = None

    async def run(
        self, entry: dict[str, Any], graph: dict[str, Any], follower: Follower, status: Status
    ) -> None:
        """Everything into `outputs`, in the order of the history. Raises JobFailed if something is
        not there, unless the job failed anyway and this is what it left."""
        partial = status is not Status.SUCCEEDED
        for node, item in named_outputs(entry.get("outputs") or {}):
            if isinstance(item, Text):
                await self._keep_bytes(node, f"{node}.txt", item.text.encode(), "text/plain")
            else:
                await self._fetch(node, item, partial=partial)
        for number, (node, picture) in enumerate(follower.pictures, 1):
            suffix = picture.content_type.removeprefix("image/")
            name = f"{node}_{number:05}_.{suffix}"
            await self._keep_bytes(node, name, picture.data, picture.content_type)
        if not partial:
            self._check_complete(graph, follower)

    async def _fetch(self, node: str, file: HostFile, *, partial: bool) -> None:
        found = await steady(self._settings, lambda: self._download(file))
        if found is not None:
            await self._keep(node, file.name, *found)
        elif not partial:
            raise JobFailed(
                "output_missing",
                f"The host no longer has the file {file.name!r} that node {node} made."
                " Submit the job again.",
                node_id=node,
            )

    async def _download(self, file: HostFile) -> tuple[Digest, str] | None:
        """The blob and its media type; None if the host does not have the file."""
        async with self._host.download(file) as chunks:
            if chunks is None:
                return None
            async with self._blobs.async_spool() as spool:
                await spool.take(chunks, self._settings.max_upload)
                return await spool.keep(), content_type(spool.head, file.name)

    async def _keep_bytes(self, node: str, name: str, data: bytes, content_type: str) -> None:
        blob = await asyncio.to_thread(self._blobs.put, data)
        await self._keep(node, name, blob, content_type)

    async def _keep(self, node: str, name: str, blob: Digest, content_type: str) -> None:
        # The same id if a worker died here and the next one harvests again.
        own = f"{node}/{name}/{len(self.outputs)}"
        output = StoredOutput(
            id=str(uuid.uuid5(uuid.UUID(self._record.id), own)),
            node_id=node,
            name=name,
            type=output_type_of(content_type, name),
            content_type=content_type,
            size=blob.size,
            sha256=blob.sha256,
            blake3=blob.blake3,
            output=self._record.named_outputs.get(node),
        )
        asset = drafted(
            self._record.user, blob, content_type, name,
            job_id=self._record.id, asset_id=output.id,
        )  # fmt: skip
        await self.tell()
        self.outputs.append(output)
        self.untold = Untold(output, asset)

    async def tell(self) -> None:
        """An output becomes an asset and is told when the next one is there; the last one with
        the end of the job."""
        if self.untold is not None:
            dumped = json.dumps([each.model_dump() for each in self.outputs])
            await self._lease.confirm()  # another worker's output of this name stays as it is
            await self._assets.keep(self.untold.asset)
            told = self.untold.output.model_dump_json()
            await self._lease.report("output", told, outputs=dumped)
            self.untold = None

    def _check_complete(self, graph: dict[str, Any], follower: Follower) -> None:
        """A success has every output that its form requires, and every picture of the socket."""
        sent = {node for node, _ in follower.pictures}
        over_socket = {n for n, s in graph.items() if s.get("class_type") == WEBSOCKET_OUTPUT}
        if over_socket and (follower.missed_pictures or over_socket - sent):
            raise JobFailed(
                "output_not_recoverable",
                "Pictures sent only over the host's websocket were lost. Use SaveImage instead of"
                " SaveImageWebsocket, or submit the job again.",
            )
        have = {output.node_id for output in self.outputs}
        for node, name in self._record.required_outputs.items():
            if node not in have:
                raise JobFailed(
                    "output_missing",
                    f"The workflow promises the output {name!r}, but node {node} made nothing.",
                    node_id=node,
                )


def named_outputs(outputs: dict[str, Any]) -> Iterator[tuple[str, HostFile | Text]]:
    """(node, file or text) for whatever a node's output names, under any key."""
    for node, found in outputs.items():
        for values in (found or {}).values():
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, dict) and isinstance(value.get("filename"), str):
                    yield (
                        node,
                        HostFile(
                            value["filename"],
                            str(value.get("subfolder") or ""),
                            str(value.get("type") or "output"),
                        ),
                    )
                elif isinstance(value, str):
                    yield node, Text(value)
