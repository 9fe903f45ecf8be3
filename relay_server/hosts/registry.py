"""What is registered of each host, in Redis. The web side knows hosts only from here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from relay_server.errors import StartupError
from relay_server.redis_keys import Keys
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings

SCHEMA = 1
SLOTS = 2
MAX_MODELS = 256  # lists of models kept in memory: hosts have others every day


class HostInfo(BaseModel):
    """What a host said of itself."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    comfyui_version: str | None = None
    device: str | None = None
    vram_total: int | None = None
    simulation: bool = False


class HostRecord(BaseModel):
    """A host's registration."""

    model_config = ConfigDict(frozen=True, defer_build=True)

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
    asked: str = ""  # what an admin asked for: draining or paused; empty is to take jobs
    asked_reason: str = ""
    asked_by: str = ""
    asked_ms: int | None = None
    trouble: str = ""  # what its workers found wrong although it answers, as a sentence
    trouble_ms: int | None = None
    cleans: str = ""  # which of the host's folders its worker cleans, with commas
    warm: str = ""  # the large models of the job that it got last, one per line


@dataclass(frozen=True)
class Held:
    """A job that a host has."""

    job: str
    user: str
    priority: str
    phase: str
    workflow: str  # empty if none
    needs: str  # digest
    expect_ms: int  # 0 is unknown
    executing_ms: int | None  # since when, by Redis' clock
    assigned_ms: int


@dataclass(frozen=True)
class NodeClasses:
    """The node classes that a host has, and those of them that are outputs."""

    all: frozenset[str]
    outputs: frozenset[str]


@dataclass(frozen=True)
class HostView:
    """A host now: its registration, what it holds, and whether its workers live."""

    record: HostRecord
    held: tuple[Held, ...]  # the jobs that it has, in the order of their assignment
    alive: bool
    forgotten: bool = False  # nobody spoke for it for so long that it does not count any more

    @property
    def jobs(self) -> tuple[str, ...]:
        """The ids of the jobs that it has."""
        return tuple(held.job for held in self.held)

    @property
    def up(self) -> bool:
        """Whether it takes jobs."""
        return self.state == "up"

    @property
    def state(self) -> str:
        """starting, up, draining, paused, sick or gone. A host without workers is gone, whatever
        it was; what is wrong with a host counts more than what an admin asked of it."""
        record = self.record
        if not self.alive:
            return "gone"
        if record.state != "up":
            return record.state
        return "sick" if record.trouble else record.asked or "up"

    @property
    def reason(self) -> str:
        """Why it is not up, as a sentence; empty if it is."""
        record = self.record
        if not self.alive:
            again = f"comfy-relay worker --host {shown_url(record.url)} --name {record.name}"
            return f"no worker runs for it; start it again: `{again}`"
        return record.reason or record.trouble or (record.asked_reason if record.asked else "")


def shown_url(url: str) -> str:
    """An address without the name and the password that it may hold."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class Registry:
    """Reads and writes registrations."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._dead_ms = round(settings.lease_s * 1000)
        self._keep_ms = round(settings.keep_jobs_s * 1000)
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
        return self.views(*await self._scripts.run("hosts"))

    def views(self, now_ms: int, rows: list[Any]) -> list[HostView]:
        """The same from rows as a script answers them."""
        dead, memory = self._dead_ms, self._memory_ms
        return [
            _view(flat, held, now_ms=now_ms, dead_ms=dead, memory_ms=memory)
            for flat, held, _ in rows
        ]

    async def ask(self, name: str, state: str, reason: str, *, by: str = "") -> bool:
        """An admin asks a host to be `draining` or `paused`, or (empty) to take jobs again. False
        if there is no such host."""
        return await self._mark(name, asked=state, asked_reason=reason, asked_by=by)

    async def remove(self, name: str) -> str:
        """Forget a host that nobody speaks for; its jobs go back to the queue. `ok`, or why not:
        `unknown`, `in_use`."""
        return str(await self._scripts.run("remove_host", name, self._dead_ms, self._keep_ms))

    async def set_cleans(self, name: str, kinds: Iterable[str]) -> None:
        """Its worker was given these folders of the host, `input` or `output`."""
        await self._mark(name, cleans=",".join(kinds))

    async def set_trouble(self, name: str, trouble: str) -> None:
        """A worker found the host unable to work although it answers; empty: it works again."""
        await self._mark(name, trouble=trouble)

    async def _mark(self, name: str, **fields: str) -> bool:
        flat = [part for pair in fields.items() for part in pair]
        return bool(await self._scripts.run("mark_host", name, *flat) == "ok")

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


def _view(
    flat: list[str], held: list[list[str]], *, now_ms: int, dead_ms: int, memory_ms: int
) -> HostView:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    info = HostInfo.model_validate_json(fields.pop("info", "{}"))
    record = HostRecord.model_validate({**fields, "info": info})
    silent_ms = now_ms - record.beat_ms
    alive = bool(record.supervisor) and silent_ms < dead_ms
    return HostView(record, tuple(map(_held, held)), alive, silent_ms > memory_ms)


def _held(row: list[str]) -> Held:
    job, user, priority, phase, workflow, needs, expect_ms, executing_ms, since_ms = row
    return Held(
        job, user, priority, phase, workflow, needs, int(expect_ms or 0),
        int(executing_ms) if executing_ms else None, int(since_ms or 0),
    )  # fmt: skip
