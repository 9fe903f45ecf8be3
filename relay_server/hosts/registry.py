"""What is registered of each host, in Redis. The web side knows hosts only from here."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from relay_server.errors import StartupError
from relay_server.redis_keys import Keys
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings

SCHEMA = 1
SLOTS = 2
KNOWN_S = 0.5  # what hosts have changes rarely; not asked for at every submission


class HostInfo(BaseModel):
    """What a host said of itself."""

    model_config = ConfigDict(frozen=True)

    comfyui_version: str | None = None
    device: str | None = None
    vram_total: int | None = None
    simulation: bool = False


class HostRecord(BaseModel):
    """A host's registration."""

    model_config = ConfigDict(frozen=True)

    name: str
    url: str
    supervisor: str
    state: str  # starting, up, sick or gone
    reason: str = ""
    since_ms: int
    beat_ms: int
    slots: int = SLOTS
    classes: str = ""  # digest of the names of its node classes
    object_info: str = ""  # sha256 of its /object_info in the blob store
    info: HostInfo = HostInfo()


@dataclass(frozen=True)
class NodeClasses:
    """The node classes that a host has, and those of them that are outputs."""

    all: frozenset[str]
    outputs: frozenset[str]


@dataclass(frozen=True)
class HostView:
    """A host now: its registration, what it holds, and whether its workers live."""

    record: HostRecord
    jobs: tuple[str, ...]
    users: tuple[str, ...]  # of those jobs
    alive: bool

    @property
    def up(self) -> bool:
        """Whether it takes jobs."""
        return self.alive and self.record.state == "up"

    @property
    def state(self) -> str:
        """The state to show; a host without workers is gone, whatever it was."""
        return self.record.state if self.alive else "gone"


class Registry:
    """Reads and writes registrations."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._dead_ms = round(settings.lease_s * 1000)
        self._classes: dict[str, NodeClasses] = {}
        self._known: NodeClasses | None = None
        self._known_until = 0.0

    async def register(
        self, name: str, supervisor: str, *, url: str, state: str, reason: str = "",
        classes: str = "", object_info: str = "", info: HostInfo | None = None,
    ) -> None:  # fmt: skip
        """Say that the host is there, and how it is. Raises StartupError if the name is taken."""
        fields = {"schema": SCHEMA, "url": url, "state": state, "reason": reason, "slots": SLOTS}
        if classes:
            fields |= {"classes": classes, "object_info": object_info}
        if info:
            fields["info"] = info.model_dump_json()
        flat = [part for pair in fields.items() for part in pair]
        other = await self._scripts.run("register", name, supervisor, self._dead_ms, *flat)
        if other != "ok":
            raise StartupError(
                "unknown_host",
                f"The host name {name!r} is served by another worker already, for {other}."
                " Stop that one, or choose another name with --name.",
            )

    async def unregister(self, name: str, supervisor: str) -> None:
        """The supervisor stops: nobody speaks for the host any more."""
        owner = await self._redis.hget(self._keys.host(name), "supervisor")
        if owner == supervisor.encode():
            await self._redis.hset(self._keys.host(name), "supervisor", "")

    async def hosts(self) -> list[HostView]:
        """All hosts that were ever registered, by name."""
        now_ms, found = await self._scripts.run("hosts")
        return [_view(*host, now_ms=now_ms, dead_ms=self._dead_ms) for host in found]

    async def keep_classes(self, digest: str, classes: NodeClasses) -> None:
        """Remember which node classes a digest stands for."""
        text = json.dumps([sorted(classes.all), sorted(classes.outputs)])
        await self._redis.set(self._keys("classes", digest), text)

    async def classes(self, digest: str) -> NodeClasses | None:
        """The node classes behind a digest; None if they are not known."""
        if digest and digest not in self._classes:
            raw = await self._redis.get(self._keys("classes", digest))
            if raw is not None:
                every, outputs = json.loads(raw)
                self._classes[digest] = NodeClasses(frozenset(every), frozenset(outputs))
        return self._classes.get(digest)

    async def known_classes(self) -> NodeClasses | None:
        """The node classes of all hosts together; None if no host was ever seen."""
        if time.monotonic() < self._known_until:
            return self._known
        self._known = await self._union()
        self._known_until = time.monotonic() + KNOWN_S
        return self._known

    async def _union(self) -> NodeClasses | None:
        found = [await self.classes(host.record.classes) for host in await self.hosts()]
        known = [classes for classes in found if classes is not None]
        if not known:
            return None
        return NodeClasses(
            frozenset().union(*(classes.all for classes in known)),
            frozenset().union(*(classes.outputs for classes in known)),
        )


def _view(
    flat: list[str], jobs: list[str], users: list[str], *, now_ms: int, dead_ms: int
) -> HostView:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    info = HostInfo.model_validate_json(fields.pop("info", "{}"))
    record = HostRecord.model_validate({**fields, "info": info})
    alive = bool(record.supervisor) and now_ms - record.beat_ms < dead_ms
    return HostView(record, tuple(jobs), tuple(users), alive)
