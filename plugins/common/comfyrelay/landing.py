"""Results of jobs onto the disk: fetched, cropped back, named, and never overwritten."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from . import VERSION, ranges, records
from .dcc import Placement
from .errors import PluginError
from .fit import Fitted, cropped
from .job import Job, Result
from .orders import Order
from .parts import marks
from .placing import placement
from .records import found_version
from .relay import Relay
from .results import Version, check_place, numbers, places, reserve
from .settings import Settings
from .stopping import StopFlags
from .writing import landed as put_in_place, put, writing


@dataclass(frozen=True)
class Landed:
    """What apply gets: a version, as it is now."""

    key: str  # of the Generate
    folder: str
    placement: Placement


class Landing:
    """The version of one Generate, as its jobs fill it. Worker threads only."""

    def __init__(
        self, relay: Relay, settings: Settings, order: Order, log: Callable[[str], None]
    ) -> None:
        self._relay = relay
        self._settings = settings
        self._order = order
        self._log = log  # on the node
        self._generate = marks(order.key)["generate"] if order.key else ""
        self._version: Version | None = None
        self._frames = order.frames
        if order.into and (found := found_version(settings.template(), order.into)):
            self._version = found.version
            self._frames = found.plan.frames if found.plan else order.frames

    @property
    def folder(self) -> str:
        """Of the version; "" if there is none yet."""
        return str(self._version.folder) if self._version else ""

    @property
    def words(self) -> str:
        """What a node says of it when all went well."""
        version = self._version.folder.name if self._version else "done"
        frames = len(self._order.frames)
        return f"{version}, {frames} frames" if frames > 1 else version

    def has(self, job_id: str) -> bool:
        """Whether all files of a job are there, also if nobody remembers in which version. What is
        missing of it will go there too."""
        self._version = self._version or self._version_with(job_id)
        if self._version is None:
            return False
        folder = self._version.folder
        made = [each for each in records.jobs(folder) if each.job == job_id]
        return any(all((folder / path).exists() for path in each.files) for each in made)

    def _version_with(self, job_id: str) -> Version | None:
        """The version that says that it was made by this job, or was reserved for it by somebody
        who came no further."""
        template = self._settings.template()
        holder = template.folder(tokens(self._order, self._settings))
        for number in reversed(numbers(template, holder)):
            folder = holder / template.version_name(number)
            made = (folder / records.JOBS / f"{job_id}.json").exists()
            if made or records.made_for(folder, self._generate):
                found = found_version(template, str(folder))
                return found.version if found else None
        return None

    def check_place(self) -> None:
        """That a version can be put there, before anybody waits for it. Raises ResultUnwritable."""
        if self._version is None:
            check_place(self._settings.template().folder(tokens(self._order, self._settings)))

    def shown(self) -> Landed | None:
        """The version as it is; None if there is none yet."""
        if self._version is None:
            return None
        found = placement(self._version, self._order.form, self._frames, self._order.alpha)
        return Landed(self._order.key, str(self._version.folder), found)

    def land(
        self,
        job: Job,
        frame: int | None,
        sent: Fitted | None,
        inputs: Mapping[str, tuple[Path, ...]],
        stop: Event,
    ) -> Landed:
        """Fetch all results of a job; those that are there are left. Raises PluginError."""
        if not job.results:
            raise PluginError("The job succeeded without a result.", code="no_result")
        StopFlags.check_one(stop)  # what nobody waits for takes no version that stays empty
        version = self._version or self._reserved()
        files = {}
        frames = self._order.frames if frame is None else (frame,)
        for result, target in places(version, job.results, frames):
            if not target.exists():
                self._fetch(result, target, sent, stop)
            files[target.relative_to(version.folder).as_posix()] = result.sha256
        records.keep_job(version, self._record(job, frame, inputs, files, stop))
        found = self.shown()
        assert found is not None
        return found

    def _reserved(self) -> Version:
        order = self._order
        self._version = reserve(self._settings.template(), tokens(order, self._settings))
        plan = records.Plan(
            below=self._version.below,
            workflow=order.form.workflow,
            workflow_version=order.form.version,
            schema_hash=order.form.schema_hash,
            node=order.node,
            uid=order.uid,
            scene=order.scene,
            user=self._settings.user,
            created_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            plugin=VERSION,
            generate=self._generate,
            frames=order.frames,
            alpha=order.alpha,
            depth=order.depth if order.values else "",
            fit=order.fit if order.values else "",
            values=ranges.short(order.values),
        )
        records.keep_plan(self._version, plan)
        return self._version

    def _fetch(self, result: Result, target: Path, sent: Fitted | None, stop: Event) -> None:
        if result.kind == "text":
            with writing(target):
                target.parent.mkdir(parents=True, exist_ok=True)
            put(target, self._relay.text(result, stop).encode())
        elif sent is None or result.kind != "image":
            self._relay.download(result, target, stop)
        else:
            self._fetch_and_crop(result, target, sent, stop)

    def _fetch_and_crop(self, result: Result, target: Path, sent: Fitted, stop: Event) -> None:
        assert self._version is not None
        # Beside the records, where no listing of results looks.
        folder, name = self._version.folder / records.JOBS, secrets.token_hex(8)
        whole, less = folder / f"{name}{target.suffix}", folder / f"{name}-less{target.suffix}"
        try:
            self._relay.download(result, whole, stop)
            made = cropped(whole, less, sent)
            put_in_place(made.path, target)
            if made.words:
                self._log(f"{target.name}: {made.words}")
        finally:
            for each in (whole, less):
                each.unlink(missing_ok=True)

    def _record(
        self,
        job: Job,
        frame: int | None,
        inputs: Mapping[str, tuple[Path, ...]],
        files: Mapping[str, str],
        stop: Event,
    ) -> records.JobRecord:
        form = self._order.form
        frames = self._order.frames if frame is None else (frame,)
        seed = next((p.id for p in form.params if p.type == "seed"), "")
        return records.JobRecord(
            job=job.id,
            workflow=job.workflow,
            workflow_version=job.workflow_version,
            schema_hash=form.schema_hash,
            frames=frames,
            values=job.values,
            seed=str(job.values.get(seed, "")),
            inputs={
                name: tuple(self._input(path, stop) for path in paths)
                for name, paths in inputs.items()
            },
            files=files,
            host=job.host,
            user=job.user,
            plugin=VERSION,
            created_at=job.created_at,
            seconds=job.seconds,
            asked=self._order.asked,
        )

    def _input(self, path: Path, stop: Event) -> records.InputRecord:
        return records.InputRecord(path.name, path.stat().st_size, self._relay.sha256(path, stop))


def tokens(order: Order, settings: Settings) -> dict[str, str]:
    """What a template for results may name."""
    scene = Path(order.scene) if order.scene else None
    root = scene.parent / "comfyrelay" if scene else Path(settings.folder) / "results"
    return {
        "root": str(root),
        "scene": scene.stem if scene else "unsaved",
        "node": order.name or order.node,
        "workflow": order.form.workflow,
        "user": settings.user,
    }
