"""Our files in a host's folders, removed when they are old. Only where the worker was given them.

    <input>/comfy-relay/<32 digits of a sha256>[-mask]<suffix>     inputs, shared by jobs
    <output>/comfy-relay/<year and month>/<job id>/...             results of one job

Nothing else is touched: no other folder, no file of another name, nothing behind a link. A file
that a job needs which any host has now stays, and so does everything of a job that is not over or
that this relay does not know: several relays may share a host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.errors import RelayError, StartupError
from relay_server.hosts.comfy import ComfyHost, HostError, HostFile
from relay_server.hosts.registry import Registry
from relay_server.jobs.reading import Reading
from relay_server.models.jobs import TERMINAL
from relay_server.settings import Settings
from relay_server.worker import open_folder
from relay_server.worker.prompt import FOLDER
from relay_server.worker.waiting import came

log = logging.getLogger(__name__)

MOST = 100  # inputs, or folders of jobs, in one step
DIGITS = 32  # of its hash, in the name of an input
INPUT = re.compile(r"[0-9a-f]{32}(-mask)?(\.[A-Za-z0-9]{1,16})?")
MONTH = re.compile(r"[0-9]{6}")
JOB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REST = 12  # times as long a pause where nothing was old
AWAY = ".going-"  # stands before the name of an input while it is looked at for the last time


@dataclass(frozen=True)
class HostFolders:
    """A host's folders as this machine sees them; None where the worker was not given one."""

    input: Path | None = None
    output: Path | None = None

    @property
    def given(self) -> dict[str, Path]:
        """Those that were given, by their kind."""
        both = {"input": self.input, "output": self.output}
        return {kind: path.expanduser() for kind, path in both.items() if path is not None}


NO_FOLDERS = HostFolders()


class HostFiles:
    """Cleans the folders of one host."""

    def __init__(
        self, redis: Redis, host: ComfyHost, name: str, folders: HostFolders, settings: Settings
    ) -> None:
        self._host = host
        self._name = name
        self._folders = folders.given
        self._settings = settings
        self._registry = Registry(redis, settings)
        self._reading = Reading(redis, settings.namespace)
        self._seen: dict[str, str] = {}  # by kind: the last name looked at, to go on behind it

    async def prove(self) -> None:
        """Each folder is the host's: a file sent to the host appears in it. Raises StartupError."""
        for kind, path in self._folders.items():
            try:
                proven = await self._is_the_hosts(kind, path)
            except (HostError, OSError, KeyError) as error:
                raise _not_proven(kind, path, f"that cannot be tried now: {error}") from error
            if not proven:
                raise _not_proven(kind, path, "a file that was sent to the host is not in it")

    async def _is_the_hosts(self, kind: str, path: Path) -> bool:
        token = secrets.token_hex(16)
        with tempfile.NamedTemporaryFile() as probe:
            probe.write(token.encode())
            probe.flush()
            # Named like an input: should it be left, it goes as they do.
            sent = HostFile(f"{token}.txt", FOLDER, kind)
            await self._host.upload(Path(probe.name), sent)
        return await asyncio.to_thread(_took_probe, path, sent.name, token)

    @contextlib.asynccontextmanager
    async def cleaned(self) -> AsyncIterator[None]:
        """While the block runs, old files go, a few at a time."""
        await self._registry.set_cleans(self._name, self._folders)
        stop = asyncio.Event()
        task = asyncio.ensure_future(self._run(stop)) if self._folders else None
        try:
            yield
        finally:
            stop.set()
            if task is not None:
                await asyncio.wait({task}, timeout=self._settings.stop_s)

    async def _run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            done = 0
            try:
                done = await self.step()
            except (RedisError, RelayError, OSError) as error:
                log.warning("files of host %s: nothing removed now (%s)", self._name, error)
            await came(stop, self._settings.clean_s * (1 if done else REST))

    async def step(self) -> int:
        """A few of each kind; how many files were removed."""
        done = 0
        if folder := self._folders.get("input"):
            done += await self._inputs(folder)
        if folder := self._folders.get("output"):
            done += await self._outputs(folder)
        if done:
            log.info("host %s: %d old files removed", self._name, done)
        return done

    # inputs

    async def _inputs(self, folder: Path) -> int:
        """A host is asked for a file only after its job stands among those that the host has. So
        whoever looks at these jobs after the file is out of the way sees every one that was told
        it is there, and the file goes back to its name."""
        keep_s = self._settings.keep_host_files_s
        last = self._seen.get("input", "")
        old, self._seen["input"] = await asyncio.to_thread(_old_inputs, folder, keep_s, last)
        needed = await self._needed() if old else set()
        free = [name for name in old if name[:DIGITS] not in needed]
        if not free:
            return 0
        await asyncio.to_thread(_rename_away, folder, free)
        needed = await self._needed()
        return await asyncio.to_thread(_remove_or_bring_back, folder, free, needed, keep_s)

    async def _needed(self) -> set[str]:
        """How the names of the files begin that jobs need which hosts have now."""
        jobs = [job for host in await self._registry.hosts() for job in host.jobs]
        records = [await self._reading.record(job) for job in jobs]
        files = [file for record in records if record for file in record.files.values()]
        return {file.sha256[:DIGITS] for file in files}

    # outputs

    async def _outputs(self, folder: Path) -> int:
        last, done = self._seen.get("output", ""), 0
        places, self._seen["output"] = await asyncio.to_thread(_job_folders, folder, last)
        for month, job in places:
            if await self._is_over(job):
                keep_s = self._settings.keep_host_files_s
                done += await asyncio.to_thread(_clear_job, folder, month, job, keep_s)
        return done

    async def _is_over(self, job_id: str) -> bool:
        """Over, and with that harvested. A job of another relay is not ours to judge."""
        record = await self._reading.record(job_id)
        return record is not None and record.status in TERMINAL


def _took_probe(folder: Path, name: str, token: str) -> bool:
    """Whether the file is there; it is removed."""
    with open_folder.opened(folder, FOLDER) as ours:
        if ours is None or open_folder.facts(ours, name) is None:
            return False
        with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=ours)) as file:
            same = file.read() == token
        if same:
            os.unlink(name, dir_fd=ours)
        return same


def _old_inputs(folder: Path, keep_s: float, last: str) -> tuple[list[str], str]:
    """Some names of inputs that nobody used for so long, and where to go on."""
    with open_folder.opened(folder, FOLDER) as ours:
        if ours is None:
            return [], ""
        for name in os.listdir(ours):  # what a worker that was killed had renamed away
            if name.startswith(AWAY) and INPUT.fullmatch(name.removeprefix(AWAY)):
                open_folder.rename(ours, name, name.removeprefix(AWAY))
        page, after = _page((name for name in os.listdir(ours) if INPUT.fullmatch(name)), last)
        return [name for name in page if open_folder.is_unused(ours, name, keep_s)], after


def _rename_away(folder: Path, names: list[str]) -> None:
    with open_folder.opened(folder, FOLDER) as ours:
        for name in names if ours is not None else ():
            assert ours is not None
            open_folder.rename(ours, name, AWAY + name)


def _remove_or_bring_back(folder: Path, names: list[str], needed: set[str], keep_s: float) -> int:
    """How many were removed."""
    done = 0
    with open_folder.opened(folder, FOLDER) as ours:
        for name in names if ours is not None else ():
            assert ours is not None
            unused = open_folder.is_unused(ours, AWAY + name, keep_s)
            if unused and name[:DIGITS] not in needed:
                os.unlink(AWAY + name, dir_fd=ours)
                done += 1
            else:
                open_folder.rename(ours, AWAY + name, name)
    return done


def _job_folders(folder: Path, last: str) -> tuple[list[tuple[str, str]], str]:
    """Some folders of jobs as (month, job id), and where to go on."""
    found: list[str] = []
    for month in _names(folder, (FOLDER,), MONTH):
        found += [f"{month}/{job}" for job in _names(folder, (FOLDER, month), JOB)]
    page, after = _page(found, last)
    return [(place[:6], place[7:]) for place in page], after


def _names(folder: Path, below: tuple[str, ...], pattern: re.Pattern[str]) -> list[str]:
    with open_folder.opened(folder, *below) as found:
        names = os.listdir(found) if found is not None else []
    return [name for name in names if pattern.fullmatch(name)]


def _clear_job(folder: Path, month: str, job: str, keep_s: float) -> int:
    """Remove what a job left if none of it is new; how many files."""
    with open_folder.opened(folder, FOLDER, month, job) as inside:
        if inside is None or not open_folder.is_settled(inside, keep_s):
            return 0
        done = open_folder.clear(inside)
    with open_folder.opened(folder, FOLDER, month) as above:
        if above is not None:
            open_folder.remove_empty(above, job)
    return done


def _page(names: Iterable[str], last: str) -> tuple[list[str], str]:
    """The next names behind `last`, and what to go on behind; from the start after the end."""
    page = sorted(name for name in names if name > last)[:MOST]
    return page, page[-1] if len(page) == MOST else ""


def _not_proven(kind: str, path: Path, why: str) -> StartupError:
    return StartupError(
        "upstream_error",
        f"{path} is not known to be the host's {kind} folder: {why}. Give the folder that this"
        f" host's ComfyUI uses, or leave out --host-{kind}.",
    )
