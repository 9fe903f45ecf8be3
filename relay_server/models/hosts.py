"""Hosts, keys and who is asking."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from relay_server.models.common import Answer, JsonObject, Moment, Request

MAX_REASON = 200


class Scope(StrEnum):
    """What a key may do."""

    SUBMIT = "submit"
    RAW = "raw"
    PUBLISH = "publish"
    DELEGATE = "delegate"
    ADMIN = "admin"


class AskedState(StrEnum):
    """What an admin may ask of a host."""

    UP = "up"
    DRAINING = "draining"
    PAUSED = "paused"


class HostChange(Request):
    """`draining` takes no more jobs, ends the one it runs and gives back what only waits;
    `paused` takes no more and keeps what it has; `up` takes jobs again."""

    state: AskedState
    reason: str = Field("", max_length=MAX_REASON, description="For the people who wait.")


class HeldJob(Answer):
    """A job that a host has. Whose it is, and which, is told its user and admins."""

    id: str | None
    user: str | None
    workflow: str | None
    priority: str
    phase: str
    since: Moment


class Host(Answer):
    """A ComfyUI server behind the relay."""

    name: str
    url: str
    state: str = Field(description="starting, up, draining, paused, sick or gone; may grow.")
    reason: str | None = Field(None, description="Why it is not up.")
    since: Moment
    asked: str | None = Field(None, description="draining or paused, if an admin asked for it.")
    asked_reason: str | None = None
    asked_by: str | None = None
    asked_at: Moment | None = None
    trouble: str | None = Field(None, description="What is wrong with it although it answers.")
    slots: int
    busy: int = Field(description="Slots that are taken.")
    jobs: list[str] = Field(description="Ids of the jobs it holds, as far as you may see them.")
    held: list[HeldJob] = Field(description="All jobs that it holds.")
    comfyui_version: str | None = None
    device: str | None = None
    vram_total: int | None = Field(None, description="Bytes.")
    node_classes: int = Field(description="How many it has.")
    warm: list[str] = Field(description="Large models that it has loaded, as far as is known.")
    simulation: bool = False


class Quarantined(Answer):
    """A graph that brought hosts down and is kept from them."""

    graph: str = Field(description="Digest of the graph, its seeds and files aside.")
    since: Moment | None
    details: JsonObject


class Quarantine(Answer):
    """All of them."""

    graphs: list[Quarantined]


class HostList(Answer):
    """All hosts."""

    hosts: list[Host]


class Me(Answer):
    """Who the relay takes you for, and which relay this is."""

    user: str
    scopes: list[str]
    relay_version: str
    api_level: int
    waiting: int = Field(description="Your jobs that wait.")
    inline_limit: int = Field(description="Bytes up to which a file may go as Base64.")


class Health(Answer):
    """`/healthz`: the process answers."""

    status: str


class Readiness(Answer):
    """`/readyz`: what is ready and what is not, each `ok` or a sentence."""

    ready: bool
    redis: str
    store: str
    hosts: str
