"""Progress and previews on their way to the record, at a bounded rate."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time

from redis.exceptions import RedisError

from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.messages import Picture
from relay_server.models.jobs import Progress
from relay_server.settings import Settings
from relay_server.worker.lease import Lease
from relay_server.worker.waiting import came

log = logging.getLogger(__name__)

SOON_S = 0.03
"""What is over sooner is not worth telling before."""


class Reporter:
    """Set `progress` and `preview`; only the newest of each is written. Use as `async with`."""

    def __init__(self, lease: Lease, blobs: LocalBlobs, settings: Settings) -> None:
        self._lease = lease
        self._blobs = blobs
        self._settings = settings
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        self._progress: Progress | None = None
        self._preview: tuple[str, Picture] | None = None
        self._previewed = 0.0
        self._executing = False
        self._deaf = False

    @property
    def progress(self) -> Progress | None:
        """The newest that is not written yet."""
        return self._progress

    @progress.setter
    def progress(self, progress: Progress | None) -> None:
        self._progress = progress
        self._news.set()

    @property
    def preview(self) -> tuple[str, Picture] | None:
        """(node, picture), the newest that is not written yet."""
        return self._preview

    @preview.setter
    def preview(self, preview: tuple[str, Picture] | None) -> None:
        self._preview = preview
        self._news.set()

    async def __aenter__(self) -> Reporter:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended.set()
        self._news.set()
        await asyncio.gather(self._task, return_exceptions=True)

    def executing(self) -> None:
        """The host has begun to execute the prompt."""
        self._executing = True
        self._news.set()

    def deaf(self) -> None:
        """The host's words about the prompt do not reach us: its silence means nothing."""
        self._deaf = True
        self._news.set()

    async def _run(self) -> None:
        """Write the news, then none for a while. Ends between two writes, never inside one.

        A prompt that is over at once has no news: the end says it all.
        """
        while not self._ended.is_set():
            await self._news.wait()
            self._news.clear()
            if await came(self._ended, SOON_S):
                return
            try:
                await self._write()
            except (OSError, RedisError) as error:  # the next one may come through
                log.warning("job %s: no progress told (%s)", self._lease.job_id, error)
            await came(self._ended, self._settings.progress_s)

    async def _write(self) -> None:
        if self._executing:
            self._executing = False
            await self._lease.report("status", phase="executing")
        if self._deaf:
            self._deaf = False
            await self._lease.report(deaf=1)
        progress, self._progress = self._progress, None
        if progress is not None:
            text = progress.model_dump_json()
            await self._lease.report("progress", text, progress=text)
        due = time.monotonic() - self._previewed >= self._settings.preview_s
        if self._preview is None:
            return
        if not due:
            self._news.set()
            return
        node, picture = self._preview
        self._preview, self._previewed = None, time.monotonic()
        await asyncio.to_thread(self._blobs.put_preview, self._lease.job_id, _framed(node, picture))
        await self._lease.report("preview", json.dumps({"node_id": node}))


def _framed(node: str, picture: Picture) -> bytes:
    """What lies in the preview file: the event as the streams send it."""
    event = {
        "node_id": node,
        "content_type": picture.content_type,
        "data_base64": base64.b64encode(picture.data).decode(),
    }
    return json.dumps(event).encode()
