"""The relay's settings: the environment, read once, as one frozen object.

Every field is the environment variable `COMFY_RELAY_<NAME>`. Times are seconds, sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

MB = 1024 * 1024

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Interval = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Limit = Annotated[int, Field(ge=1)]

NO_SETTINGS = (
    "COMFY_RELAY_URL", "COMFY_RELAY_KEY", "COMFY_RELAY_USER", "COMFY_RELAY_KEY_FILE",
    "COMFY_RELAY_CA_FILE", "COMFY_RELAY_PROXY", "COMFY_RELAY_RESULTS", "COMFY_RELAY_PATH_MAPS",
    "COMFY_RELAY_FOLDER", "COMFY_RELAY_SETTINGS",
)  # fmt: skip
"""Of the commands that talk to a relay, and of the plugins."""


class Settings(BaseSettings):
    """What may be set, with its default and one sentence each."""

    model_config = SettingsConfigDict(env_prefix="COMFY_RELAY_", frozen=True, extra="ignore")

    # where things are
    redis_url: str | None = Field(None, description="A Redis to use instead of our own.")
    namespace: str = Field(
        "comfy-relay",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="Prefix of every key, queue and lock in Redis.",
    )
    data: Path = Field(
        Path("~/.local/share/comfy-relay"), description="Folder of our own Redis and of the blobs."
    )
    blobs: Path | None = Field(None, description="Folder of the blob store; `<data>/blobs`.")
    workflows: Path | None = Field(None, description="A folder to publish workflows from.")
    listen: str = Field("127.0.0.1", description="Address the relay listens on.")
    port: int = Field(8190, ge=0, le=65535, description="Port of the relay; 0 asks the system.")
    public_url: str | None = Field(None, description="How clients reach the relay, for links.")
    fsync: Literal["everysec", "always"] = Field(
        "everysec", description="How often our own Redis writes to the disk."
    )
    secret: str | None = Field(
        None, description="Key for partner keys at rest; else a file beside the blobs."
    )
    partner_key: str | None = Field(
        None, description="The studio's key for partner nodes, for jobs that bring none."
    )

    # what may run
    allowed_classes: str = Field(
        "", description="Node classes that may run, with commas, `*` for any text; empty: all."
    )
    file_roots: str = Field(
        "",
        description="Folders of the hosts, with commas, whose files a graph may name by path.",
    )

    # limits
    max_upload: Limit = Field(4096 * MB, description="Largest single upload or job body.")
    max_json: Limit = Field(16 * MB, description="Largest JSON, without the lifted pictures.")
    max_nodes: Limit = Field(5000, description="Most nodes in one graph.")
    max_pixels: Limit = Field(178_956_970, description="Most pixels in one picture.")
    max_frames: Limit = Field(1000, description="Most frames for one input of a job.")
    max_waiting: Limit = Field(10_000, description="Most waiting jobs before `queue_full`.")
    max_waiting_per_user: int = Field(0, ge=0, description="The same for one user; 0 is no limit.")
    max_held_per_user: int = Field(
        0, ge=0, description="Most jobs of one user on hosts at once; 0 is no limit."
    )
    max_streams: Limit = Field(256, description="Most event streams per user and process.")
    inline_limit: Limit = Field(8 * MB, description="Clients send larger files by `PUT blobs`.")
    inline_base64: Limit = Field(8192, description="Base64 longer than this is lifted to a file.")

    # how long
    heartbeat_s: Interval = Field(2.0, description="A worker renews its lease this often.")
    lease_s: Interval = Field(10.0, description="A lease not renewed for this long is dead.")
    reap_grace_s: Seconds = Field(5.0, description="Extra patience before a dead lease is reaped.")
    leader_s: Interval = Field(
        3.0, description="A relay that dispatches and is not heard of for this long is replaced."
    )
    sweep_s: Interval = Field(1.0, description="The dispatcher looks at everything this often.")
    poll_s: Interval = Field(2.0, description="A worker asks its host for the truth this often.")
    lost_confirm_s: Seconds = Field(1.0, description="Pause before a prompt counts as lost.")
    host_timeout_s: Interval = Field(10.0, description="One request to a host may take this long.")
    host_gone_s: Seconds = Field(10.0, description="A host refusing this long is gone.")
    host_silence: Seconds = Field(120.0, description="A silent host keeps its jobs this long.")
    cancel_s: Interval = Field(
        60.0, description="A host must stop a job within this time, or is sick."
    )
    stuck_s: Interval = Field(600.0, description="A host whose queue rests this long is sick.")
    drain_s: Seconds = Field(
        30.0, description="A worker that stops lets its jobs run on this long."
    )
    history_s: Interval = Field(60.0, description="Our entries in hosts' histories go this often.")
    capability_s: Seconds = Field(
        600.0, description="A host is asked for its nodes and models this often."
    )
    affinity_s: Seconds = Field(
        5.0, description="A job waits this long for a host that has its checkpoint loaded."
    )
    move_after_s: Seconds = Field(
        1.0, description="A job that only waits on its host may be moved after this long."
    )
    ageing_s: Seconds = Field(
        300.0, description="What waits this long without being served counts one class better."
    )
    host_memory_s: Seconds = Field(
        7 * 86400.0, description="What a host has counts for this long after its last heartbeat."
    )
    watch_s: Interval = Field(2.0, description="The folder of workflows is looked at this often.")
    time_limit_s: Seconds = Field(1800.0, description="A job may execute this long; 0 is no limit.")
    progress_s: Seconds = Field(0.2, description="Progress is written at most this often.")
    contract_progress_s: Seconds = Field(0.5, description="The same on the contract's stream.")
    preview_s: Seconds = Field(0.5, description="Previews are stored at most this often.")
    long_poll_s: Seconds = Field(60.0, description="The longest `wait=` a long poll may ask for.")
    keepalive_s: Interval = Field(
        15.0, description="An idle event stream sends a comment this often."
    )
    keep_jobs_s: Seconds = Field(7 * 86400.0, description="A finished job is kept this long.")
    keep_records_s: Seconds = Field(
        90 * 86400.0, description="What is left of an expired job, its record, is kept this long."
    )
    keep_assets_s: Seconds = Field(
        7 * 86400.0, description="An upload is kept this long after it was last used."
    )
    keep_loose_s: Seconds = Field(
        3600.0, description="Bytes that nothing needs any more are kept this long."
    )
    keep_host_files_s: Seconds = Field(
        86400.0, description="Our files in a host's folders are kept this long, if they are given."
    )
    clean_s: Interval = Field(
        5.0, description="What was kept long enough is looked for, a few at a time, this often."
    )
    idempotency_s: Seconds = Field(
        7 * 86400.0,
        ge=86400,
        description="An idempotency key is remembered this long, and as long as its job.",
    )
    redis_outage_s: Seconds = Field(90.0, description="Workers wait this long for Redis to return.")
    redis_request_s: Interval = Field(2.0, description="A request waits this long for Redis.")
    stop_s: Seconds = Field(10.0, description="A process gets this long to stop by itself.")

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """`allowed_classes`, one by one."""
        return _listed(self.allowed_classes)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """`file_roots`, one by one, with `/` between folders."""
        return tuple(root.replace("\\", "/") for root in _listed(self.file_roots))

    @cached_property
    def data_dir(self) -> Path:
        """`data`, absolute, with `~` expanded."""
        return self.data.expanduser().absolute()

    @cached_property
    def blob_dir(self) -> Path:
        """The blob store's folder, absolute."""
        return (self.blobs or self.data_dir / "blobs").expanduser().absolute()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def problems(error: ValidationError) -> list[str]:
    """What is wrong with the settings, a sentence for each. No secret can be wrong."""
    return [
        f"{_variable(name)} must be {_wanted(Settings.model_fields[name])}, not {each['input']!r}."
        for each in error.errors(include_url=False)
        for name in (str(each["loc"][0]),)
    ]


def unknown(names: Iterable[str]) -> list[tuple[str, str]]:
    """The environment's variables that look like a setting and are none, each with the setting that
    was perhaps meant, or an empty text."""
    known = [*map(_variable, Settings.model_fields), *NO_SETTINGS]
    ours = {name for name in names if name.upper().startswith(_variable(""))}
    strangers = sorted(name for name in ours if name.upper() not in known)
    return [(name, "".join(get_close_matches(name.upper(), known, 1, 0.85))) for name in strangers]


def _variable(name: str) -> str:
    return f"COMFY_RELAY_{name.upper()}"


def _wanted(field: FieldInfo) -> str:
    """What a value may be."""
    if get_origin(field.annotation) is Literal:
        return " or ".join(get_args(field.annotation))
    bounds: dict[str, Any] = {
        name: getattr(rule, name)
        for rule in field.metadata
        for name in ("ge", "gt", "le", "pattern")
        if getattr(rule, name, None) is not None
    }
    if "pattern" in bounds:
        return f"a text like {bounds['pattern']}"
    number = "a whole number" if field.annotation is int else "a number"
    if "le" in bounds:
        return f"{number} from {bounds['ge']} to {bounds['le']}"
    return f"{number} above 0" if "gt" in bounds else f"{number}, at least {bounds['ge']}"
