"""Hosts, keys and who is asking."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from relay_server.models.common import Answer, Moment


class Scope(StrEnum):
    """What a key may do."""

    SUBMIT = "submit"
    RAW = "raw"
    PUBLISH = "publish"
    DELEGATE = "delegate"
    ADMIN = "admin"


class Host(Answer):
    """A ComfyUI server behind the relay."""

    name: str
    url: str
    state: str = Field(description="starting, up, sick or gone; may grow.")
    reason: str | None = Field(None, description="Why it is not up.")
    since: Moment
    slots: int
    jobs: list[str] = Field(description="Ids of the jobs it holds; at most one per slot.")
    comfyui_version: str | None = None
    device: str | None = None
    vram_total: int | None = None
    node_classes: int = Field(description="How many it has.")
    simulation: bool = False


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
