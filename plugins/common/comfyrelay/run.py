"""`python -m comfyrelay run item.json`: a whole job from a command line, as on a farm.

Lines for a person and for a farm (`ALF_PROGRESS 37%`) go to the screen, each result's path on a
line `result PATH`. Any number of runs of one item may go at once: each is jobs and a version of
its own.
"""

from __future__ import annotations

import platform
import time
import uuid
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TextIO

from . import VERSION
from .errors import (
    JobCanceled,
    NodeChanged,
    PluginError,
    RelayRefused,
    RelayUnreachable,
    SettingsError,
    Stopped,
)
from .following import followed, succeeded
from .form import Form
from .item import Item
from .job import Job, status_line
from .params import ParamError
from .paths import mapped
from .ranges import RangeError
from .records import InputRecord, JobRecord, Plan, keep_job, keep_plan
from .relay import Relay, Submission
from .results import Template, Version, places, reserve
from .settings import Settings
from .tasks import Task, tasks_of

DONE, FAILED, BAD_ITEM, UNREACHABLE, CANCELED = 0, 1, 2, 3, 130
_CODES = {
    SettingsError: BAD_ITEM,
    NodeChanged: BAD_ITEM,
    ParamError: BAD_ITEM,
    RangeError: BAD_ITEM,
    RelayUnreachable: UNREACHABLE,
    JobCanceled: CANCELED,
    Stopped: CANCELED,
}
_ASKED_WRONG = frozenset({
    "unauthorized", "forbidden", "workflow_not_found", "invalid_params", "missing_input",
    "unknown_model", "unknown_host", "invalid_picture", "empty_file", "picture_too_large",
    "too_large", "invalid_name", "metadata_invalid",
})  # fmt: skip
"""Refusals of the relay that are the same whenever the same is asked: no farm has to try again."""
AHEAD = 4  # jobs that are submitted before the first of them is done
ON_HOST = 0.95  # of a job's progress; the rest is fetching what came out
PATIENCE_S = 600.0  # a farm task outlives a restart of the relay


class Run:
    """One run of an item."""

    def __init__(self, item: Item, settings: Settings, screen: TextIO, stop: Event) -> None:
        self._item = item
        self._settings = replace(settings, url=item.relay or settings.url)
        self._relay = Relay(self._settings, patience_s=PATIENCE_S)
        self._screen = screen
        self._stop = stop
        self._percent, self._last_status = -1, ""
        self._version: Version | None = None

    def whole(self) -> int:
        """All of it; the exit code. Blocks."""
        waiting: deque[tuple[Task, Job]] = deque()
        try:
            with self._relay.stoppable(self._stop):
                self._begin()
            for number, task in enumerate(self._tasks, 1):
                waiting.append((task, self._submitted(task)))
                if len(waiting) > AHEAD:
                    self._finish(*waiting[0], number - len(waiting))
                    waiting.popleft()
            while waiting:
                self._finish(*waiting[0], len(self._tasks) - len(waiting))
                waiting.popleft()
            self._say("done")
            return DONE
        except PluginError as error:
            return self._ended_badly(error, [job for _, job in waiting])
        finally:
            self._relay.close()

    def _begin(self) -> None:
        item = self._item
        self._template = Template.of(item.out or self._settings.results)
        self._form = self._relay.form(item.workflow, item.version)
        self._tasks = tuple(tasks_of(item, self._form, self._settings))
        self._say(f"workflow {item.workflow} version {self._form.version}, {_count(self._tasks)}")

    def _submitted(self, task: Task) -> Job:
        item = self._item
        submission = Submission(
            workflow=item.workflow,
            version=self._form.version,
            params=task.params,
            inputs={
                name: _one_or_many(self._form, name, each) for name, each in task.inputs.items()
            },
            priority=item.priority,
            tags=item.tags,
            metadata=item.metadata,
            max_wait_s=item.max_wait_s,
        )
        job = self._relay.submit(submission, str(uuid.uuid4()), self._stop)
        self._say(f"submitted {job.id}{_of_frames(task.frames)}")
        return job

    def _finish(self, task: Task, job: Job, done: int) -> None:
        """Follow a job to its end, and put what comes out in its place."""
        for now in followed(self._relay, job, self._stop, PATIENCE_S, self._away):
            self._progress((done + ON_HOST * (now.progress or 0.0)) / len(self._tasks))
            self._status(f"{status_line(now)}{_of_frames(task.frames)}")
            job = now
        succeeded(job)
        version = self._reserved()
        files = {}
        for result, target in places(version, job.results, task.frames):
            self._relay.download(result, target, self._stop)
            files[target.relative_to(version.folder).as_posix()] = result.sha256
            self._say(f"result {target}")
        keep_job(version, self._record(task, job, files))
        self._progress((done + 1) / len(self._tasks))

    def _reserved(self) -> Version:
        """The version of this run; no earlier than there is something to put into it."""
        if self._version is None:
            item, form = self._item, self._form
            tokens = {
                "root": mapped(item.root, self._settings.path_maps) or str(item.folder),
                "scene": item.name,
                "node": item.name,
                "workflow": form.workflow,
                "workflow_version": str(form.version),
                "user": self._settings.user,
                "date": time.strftime("%Y-%m-%d"),
            }
            self._version = reserve(self._template, tokens)
            keep_plan(self._version, self._plan(self._version))
        return self._version

    def _plan(self, version: Version) -> Plan:
        form, frames = self._form, [frame for task in self._tasks for frame in task.frames]
        return Plan(
            below=version.below,
            workflow=form.workflow,
            workflow_version=form.version,
            schema_hash=form.schema_hash,
            node=self._item.name,
            user=self._settings.user,
            created_at=_now(),
            plugin=VERSION,
            frames=tuple(frames),
            outputs=tuple(
                each.id for each in form.outputs if each.required and each.kind == "image"
            ),
        )

    def _record(self, task: Task, job: Job, files: Mapping[str, str]) -> JobRecord:
        return JobRecord(
            job=job.id,
            workflow=job.workflow,
            workflow_version=job.workflow_version,
            schema_hash=self._form.schema_hash,
            frames=task.frames,
            values=job.values,
            seed=task.seed,
            inputs={
                name: tuple(self._input(path) for path in paths)
                for name, paths in task.inputs.items()
            },
            files=files,
            host=job.host,
            user=job.user,
            relay=self._relay.known().relay_version,
            plugin=VERSION,
            machine=platform.node(),
            created_at=job.created_at,
            seconds=job.seconds,
        )

    def _input(self, path: Path) -> InputRecord:
        return InputRecord(str(path), path.stat().st_size, self._relay.sha256(path, self._stop))

    # what the screen says

    def _ended_badly(self, error: PluginError, left: list[Job]) -> int:
        stopped = isinstance(error, (Stopped, JobCanceled))
        self._say(f"error {error.code}: {error}")
        if error.hint and not stopped:
            self._say(f"hint {error.hint}")
        for job in left:
            self._cancel(job)
        return exit_code(error)

    def _cancel(self, job: Job) -> None:
        """What nobody will fetch need not run."""
        try:
            now = self._relay.cancel(job.id)
            if now.status == "canceled" or not now.over:  # one that waited ends at once
                self._say(f"canceled {job.id}")
        except PluginError as error:
            self._say(f"could not cancel {job.id}: {error}")

    def _away(self, error: RelayUnreachable) -> None:
        self._status(f"waiting for the relay: {error}")

    def _progress(self, part: float) -> None:
        percent = int(part * 100)
        if percent != self._percent:
            self._percent = percent
            self._say(f"ALF_PROGRESS {percent}%")

    def _status(self, line: str) -> None:
        if line != self._last_status:
            self._last_status = line
            self._say(line)

    def _say(self, line: str) -> None:
        with suppress(OSError):  # nobody reads it any more, or the disk is full: the job goes on
            self._screen.write(f"{line}\n")
            self._screen.flush()


def _one_or_many(form: Form, name: str, paths: tuple[Path, ...]) -> Path | tuple[Path, ...]:
    takes_frames = any(each.id == name and each.frames for each in form.inputs)
    return paths if takes_frames or len(paths) != 1 else paths[0]


def _of_frames(frames: tuple[int, ...]) -> str:
    if not frames:
        return ""
    return f" frame {frames[0]}" if len(frames) == 1 else f" frames {frames[0]}-{frames[-1]}"


def _count(tasks: tuple[Task, ...]) -> str:
    return "1 job" if len(tasks) == 1 else f"{len(tasks)} jobs"


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def exit_code(error: PluginError) -> int:
    """Of a command that ended so, here and in a DCC."""
    if isinstance(error, RelayRefused) and error.code in _ASKED_WRONG:
        return BAD_ITEM
    return _CODES.get(type(error), FAILED)
