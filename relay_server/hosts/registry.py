"""What is registered of each host, in Redis. The web side knows hosts only from here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from relay_server.errors import StartupError
from relay_server.redis_keys import Keys, text
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings

SCHEMA = 1
SLOTS = 2
MAX_MODELS = 256  # lists of models kept in memory: hosts have others every day


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
    models: str = ""  # sha256 of its models by kind in the blob store
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
    forgotten: bool = False  # nobody spoke for it for so long that it does not count any more

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
        self._memory_ms = round(settings.host_memory_s * 1000)
        # Written again whenever the host is looked at, so what is in use never ends.
        self._models_ms = self._memory_ms + round(2000 * settings.capability_s)
        self._classes: dict[str, NodeClasses] = {}
        self._models: dict[str, frozenset[str]] = {}

    async def register(
        self, name: str, supervisor: str, *, url: str, state: str, reason: str = "",
        classes: str = "", object_info: str = "", models: str = "", info: HostInfo | None = None,
    ) -> None:  # fmt: skip
        """Say that the host is there, and how it is. Raises StartupError if the name is taken."""
        fields = {"schema": SCHEMA, "url": url, "state": state, "reason": reason, "slots": SLOTS}
        if classes:
            fields |= {"classes": classes, "object_info": object_info, "models": models}
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
        limits = {"now_ms": now_ms, "dead_ms": self._dead_ms, "memory_ms": self._memory_ms}
        return [_view(*host, **limits) for host in found]

    async def ask_to_learn(self, name: str) -> None:
        """The host seems to have changed: its supervisor looks at it again soon."""
        await self._redis.hincrby(self._keys.host(name), "learn_asked", 1)

    async def learn_asked(self, name: str) -> int:
        """How often that was asked."""
        return int(await self._redis.hget(self._keys.host(name), "learn_asked") or 0)

    async def keep_classes(self, digest: str, classes: NodeClasses) -> None:
        """Remember which node classes a digest stands for."""
        kept = json.dumps([sorted(classes.all), sorted(classes.outputs)])
        await self._redis.set(self._keys("classes", digest), kept)

    async def classes(self, digest: str) -> NodeClasses | None:
        """The node classes behind a digest; None if they are not known."""
        if digest and digest not in self._classes:
            raw = await self._redis.get(self._keys("classes", digest))
            if raw is not None:
                every, outputs = json.loads(raw)
                self._classes[digest] = NodeClasses(frozenset(every), frozenset(outputs))
        return self._classes.get(digest)

    async def keep_models(self, digest: str, models: Iterable[str]) -> None:
        """Remember which models, each as `kind/name`, a digest stands for."""
        kept = json.dumps(sorted(models))
        await self._redis.set(self._keys("models", digest), kept, px=self._models_ms)

    async def models(self, digest: str) -> frozenset[str] | None:
        """The models behind a digest; None if they are not known."""
        if digest and digest not in self._models:
            raw = await self._redis.get(self._keys("models", digest))
            if raw is not None:
                if len(self._models) >= MAX_MODELS:
                    self._models.clear()
                self._models[digest] = frozenset(json.loads(raw))
        return self._models.get(digest)

    async def models_of(self, name: str) -> str:
        """The digest of a host's models; empty if they are not known."""
        return text(await self._redis.hget(self._keys.host(name), "models") or "")


def _view(
    flat: list[str], jobs: list[str], users: list[str],
    *, now_ms: int, dead_ms: int, memory_ms: int,
) -> HostView:  # fmt: skip
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    info = HostInfo.model_validate_json(fields.pop("info", "{}"))
    record = HostRecord.model_validate({**fields, "info": info})
    silent_ms = now_ms - record.beat_ms
    alive = bool(record.supervisor) and silent_ms < dead_ms
    return HostView(record, tuple(jobs), tuple(users), alive, silent_ms > memory_ms)
