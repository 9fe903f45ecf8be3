"""What made a version's pictures: JSON beside them, written once, and the versions read back.

`version.json` says what the version was reserved for; `jobs/ID.json` what each job of it did. One
file for each, so that several machines may fill one version.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from .form import JsonValue
from .results import Template, Version, numbers, taken_apart
from .writing import put, writing

SCHEMA = 1
PLAN, JOBS = "version.json", "jobs"
COMPLETE, PARTIAL, EMPTY = "complete", "partial", "empty"


@dataclass(frozen=True)
class Plan:
    """What a version was reserved for."""

    below: str  # how its files are named, as `Version.below`
    workflow: str
    workflow_version: int
    schema_hash: str = ""
    node: str = ""
    uid: str = ""  # of the node
    scene: str = ""
    user: str = ""
    created_at: str = ""  # ISO 8601
    plugin: str = ""  # its version
    generate: str = ""  # by which the relay finds its jobs; "": nobody comes back for it
    frames: tuple[int, ...] = ()  # empty: no frames, only files
    outputs: tuple[str, ...] = ()  # that each frame must have; empty: any one
    alpha: bool = False  # an image's alpha went along: colours of results are not premultiplied
    depth: str = ""  # how float was sent, and what was made to fit; "": nobody knows any more
    fit: str = ""
    values: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    """By frames, as `1001-1100`: so Fill makes what is missing as the rest was made."""


@dataclass(frozen=True)
class InputRecord:
    """A file that went into a job."""

    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class JobRecord:
    """What one job of a version did: all that is needed to do it again."""

    job: str
    workflow: str
    workflow_version: int
    schema_hash: str = ""
    frames: tuple[int, ...] = ()
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    seed: str = ""
    inputs: Mapping[str, tuple[InputRecord, ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # path within the version -> sha256
    host: str = ""
    user: str = ""
    relay: str = ""  # its version
    plugin: str = ""
    machine: str = ""  # that sent it
    created_at: str = ""  # ISO 8601
    seconds: float | None = None  # on the host
    asked: str = ""  # a hash of all that a work item asked for; "": no work item did


@dataclass(frozen=True)
class Found:
    """A version as a menu shows it."""

    number: int
    folder: Path
    state: str  # complete, partial or empty
    present: tuple[int, ...] = ()  # frames
    missing: tuple[int, ...] = ()
    files: tuple[str, ...] = ()  # paths within the version, sorted
    plan: Plan | None = None  # None: nothing readable says what it was made for

    @property
    def version(self) -> Version | None:
        """To put more files into it; None if nothing says how they are named."""
        return Version(self.folder, self.number, self.plan.below) if self.plan else None


def keep_plan(version: Version, plan: Plan) -> None:
    """Write `version.json`. Raises ResultUnwritable."""
    put(version.folder / PLAN, _text(plan))


def keep_job(version: Version, record: JobRecord) -> None:
    """Write `jobs/ID.json`; the same job again changes nothing. Raises ResultUnwritable."""
    target = version.folder / JOBS / f"{record.job}.json"
    with writing(target):
        target.parent.mkdir(exist_ok=True)
    if not target.exists():
        put(target, _text(record))


def jobs(folder: Path) -> tuple[JobRecord, ...]:
    """What made a version, by job id; what cannot be read is left out."""
    found = (_read(path) for path in sorted((folder / JOBS).glob("*.json")))
    return tuple(_job(each) for each in found if each and "job" in each)


def versions(template: Template, holder: Path) -> tuple[Found, ...]:
    """Every version under a node's folder, newest first: one listing and one small file each."""
    found = [_version(template, holder, number) for number in numbers(template, holder)]
    return tuple(found[::-1])


def made_for(folder: Path, generate: str) -> bool:
    """Whether a version was reserved for the jobs that the relay finds by this."""
    plan = _read(folder / PLAN)
    return plan is not None and bool(generate) and plan.get("generate") == generate


def found_version(template: Template, folder: str) -> Found | None:
    """A version that was reserved before; None if it is not there any more."""
    place = Path(folder)
    number = template.number_of(place.name)
    if number is None or not place.is_dir():
        return None
    found = _version(template, place.parent, number)
    return found if found.plan else None


def result_files(folder: Path) -> Iterable[str]:
    """The results in a version's folder, by their path in it with forward slashes."""
    for where, folders, names in os.walk(folder):
        if Path(where) == folder and JOBS in folders:
            folders.remove(JOBS)
        inside = Path(where).relative_to(folder).as_posix()
        for name in names:
            if name != PLAN and not name.endswith(".part"):
                yield name if inside == "." else f"{inside}/{name}"


def _version(template: Template, holder: Path, number: int) -> Found:
    folder = holder / template.version_name(number)
    files = tuple(sorted(result_files(folder)))
    raw = _read(folder / PLAN)
    plan = _plan(raw) if raw and {"workflow", "below"} <= raw.keys() else None
    below, wanted = (plan.below, plan.outputs) if plan else (template.below, ())
    present = _present(below, files, wanted)
    missing = tuple(frame for frame in plan.frames if frame not in {*present}) if plan else ()
    state = EMPTY if not files else PARTIAL if missing else COMPLETE
    return Found(number, folder, state, present, missing, files, plan)


def _present(below: str, files: Iterable[str], wanted: Collection[str]) -> tuple[int, ...]:
    """The frames that are there: in every output that is wanted, or in any if none is named."""
    by_output: dict[str, set[int]] = {name: set() for name in wanted}
    for path in files:
        output, frame = taken_apart(below, path)
        if frame is not None and (not wanted or output in by_output):
            by_output.setdefault(output, set()).add(frame)
    there = by_output.values()
    return tuple(sorted(set.intersection(*there) if wanted else set().union(*there)))


def _text(record: Any) -> bytes:
    found = {"schema": SCHEMA, **asdict(record)}
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON object; None if it is not there, or is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _plan(raw: Mapping[str, Any]) -> Plan:
    own = _known(Plan, raw)
    lists = {name: tuple(own.get(name, ())) for name in ("frames", "outputs")}
    return Plan(**{**own, **lists})


def _job(raw: Mapping[str, Any]) -> JobRecord:
    own = _known(JobRecord, raw)
    own["frames"] = tuple(own.get("frames", ()))
    own["inputs"] = {
        name: tuple(InputRecord(**_known(InputRecord, each)) for each in files)
        for name, files in own.get("inputs", {}).items()
    }
    return JobRecord(**own)


def _known(cls: type[Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(cls)}
    return {name: value for name, value in raw.items() if name in names}
