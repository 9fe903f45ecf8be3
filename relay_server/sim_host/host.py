"""A simulated host: its parts, and how they start and stop."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from .catalog import CLASSES
from .execution import Executor
from .folders import Folders
from .node import NodeClass, Offered
from .options import SimOptions
from .prompt_queue import PromptQueue
from .runs import Runs
from .seam import Seam
from .sockets import Sockets
from .workshop import Workshop


class SimHost:
    """Everything that the routes need."""

    def __init__(self, options: SimOptions, seam: Seam) -> None:
        self.options = options
        self.seam = seam
        root = options.root or Path(tempfile.mkdtemp(prefix="comfy-sim-"))
        self.folders = Folders(Path(os.path.abspath(root)))
        self.classes: dict[str, NodeClass] = {
            name: found for name, found in CLASSES.items() if name not in options.without
        }
        self.offered = Offered(options, self.folders)
        self.features: dict[str, Any] = {
            "supports_preview_metadata": True,
            "max_upload_size": options.max_upload,
        }
        self.sockets = Sockets(seam, self.features)
        self.runs = Runs(options.name, options.runs_log, options.ends_log)
        self.uploads = asyncio.Lock()
        """One upload at a time, or two could take the same name."""
        self._begin()

    def _begin(self) -> None:
        """All that a process of ComfyUI has only in its memory."""
        self.queue = PromptQueue(self._tell_status)
        self.shop = Workshop(
            self.options,
            self.folders,
            self.classes,
            self.sockets,
            self.seam,
            self.runs,
            os.urandom(8).hex(),
        )
        self.executor = Executor(self.queue, self.shop)
        self.next_number = 0
        """What the next prompt without a number of its own gets."""

    def forget_everything(self) -> None:
        """As if the process had been killed and started again. On the loop."""
        self.shop.stopping.set()
        self.queue.close()
        self.sockets.drop(None)
        self._begin()
        self.executor.start()

    @property
    def queue_info(self) -> dict[str, Any]:
        """How many prompts are left, as `GET /prompt` and the status message say it."""
        return {"exec_info": {"queue_remaining": self.queue.remaining}}

    def greeting(self, sid: str) -> list[tuple[str, Any]]:
        """What a client hears first; also where its prompt is, if that runs right now."""
        messages: list[tuple[str, Any]] = [("status", {"status": self.queue_info, "sid": sid})]
        if self.shop.client_id == sid and self.shop.current_node is not None:
            messages.append(("executing", {"node": self.shop.current_node}))
        return messages

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """Start with the application, stop with it."""
        self.folders.prepare()
        self.sockets.attach()
        publisher = asyncio.create_task(self.sockets.publish())
        self.executor.start()
        yield
        await asyncio.to_thread(self.executor.stop)
        publisher.cancel()
        with suppress(asyncio.CancelledError):
            await publisher
        if self.options.root is None:
            shutil.rmtree(self.folders.root, ignore_errors=True)

    async def goodbye(self, app: web.Application) -> None:
        """Close the websockets before the server stops listening to them."""
        await self.sockets.close()

    def _tell_status(self) -> None:
        self.sockets.post("status", {"status": self.queue_info}, None)


HOST = web.AppKey("host", SimHost)
