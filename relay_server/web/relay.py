"""What the handlers work with, and what each of them is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from redis.asyncio import Redis

from relay_server.blobs.assets import Assets
from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.knowledge import Knowledge
from relay_server.hosts.registry import Registry
from relay_server.jobs.catalog import Catalog
from relay_server.jobs.dispatcher import Dispatcher
from relay_server.jobs.events import Events
from relay_server.jobs.outlook import Outlook
from relay_server.jobs.reading import Reading
from relay_server.jobs.secrets import Sealer
from relay_server.jobs.transitions import Transitions
from relay_server.keyring import Key, Keyring
from relay_server.retention.ended import EndedJobs
from relay_server.settings import Settings
from relay_server.workflow_files import WatchedFolder
from relay_server.workflows.summaries import Summaries


@dataclass(frozen=True)
class Relay:
    """The parts of a running relay."""

    settings: Settings
    redis: Redis
    blobs: LocalBlobs
    assets: Assets
    registry: Registry
    knowledge: Knowledge
    transitions: Transitions
    ended: EndedJobs
    reading: Reading
    outlook: Outlook
    events: Events
    keyring: Keyring
    sealer: Sealer
    catalog: Catalog
    folder: WatchedFolder
    dispatcher: Dispatcher
    summaries: Summaries = field(default_factory=Summaries)
    analyst: Executor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    """One thread reads workflows, so that a heavy one keeps no file from the store."""
    streams: Counter[str] = field(default_factory=Counter)  # open event streams by user


RELAY = web.AppKey("relay", Relay)


@dataclass(frozen=True)
class Call:
    """One request, understood: who asks, and what was read of it."""

    request: web.Request
    relay: Relay
    key: Key
    user: str
    path: Mapping[str, str]
    body: Any = None  # the operation's model, unless the handler reads the body itself
    query: Any = None

    @property
    def base_url(self) -> str:
        """How this client reaches the relay."""
        set_url = self.relay.settings.public_url
        return (set_url or f"{self.request.scheme}://{self.request.host}").rstrip("/")


@dataclass(frozen=True)
class Reply:
    """A model with a status other than the operation's first."""

    status: int
    model: BaseModel | None


Answered = BaseModel | Reply | web.StreamResponse
