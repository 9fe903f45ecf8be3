"""Workflows from folders into the catalog: the starters once, a watched folder for as long as the
relay runs."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from relay_server.errors import NotFound, RelayError
from relay_server.hosts.knowledge import Knowledge
from relay_server.jobs.catalog import Catalog
from relay_server.models.workflows import Problem, RefusedFile
from relay_server.settings import Settings
from relay_server.strict_json import parsed_json
from relay_server.workflows.analysis import Analysis, Brought, analysed
from relay_server.workflows.catalog import Published
from relay_server.workflows.guard import Rules
from relay_server.workflows.known import Known
from relay_server.workflows.names import FORM_SUFFIX, catalog_name
from relay_server.workflows.problems import Unreadable, problem
from relay_server.workflows.saved.embedded import SUFFIXES, embedded

log = logging.getLogger(__name__)

STARTERS = Path(__file__).parent / "starter_workflows"
STARTERS_BY = "comfy-relay"
FOLDER_BY = "folder"
LARGEST = 256 * 1024 * 1024  # bytes of one file


@dataclass(frozen=True)
class WorkflowFile:
    """A workflow in a folder, perhaps with a form beside it."""

    name: str  # in the catalog; empty if none can be made of the file's
    path: Path
    form: Path | None
    signature: tuple[tuple[int, int], ...]  # size and time of change of both

    def brought(self) -> tuple[Brought, str]:
        """What it holds, and the sha256 of that. Raises Unreadable, OSError."""
        if not self.name:
            raise Unreadable([problem("no_name", "Give the file a name with latin letters.")])
        if self.signature[0][0] > LARGEST:
            raise Unreadable([problem("too_large", f"The limit is {LARGEST} bytes.")])
        data = self.path.read_bytes()
        form = self.form.read_bytes() if self.form else b""
        source = hashlib.sha256(data + b"\0" + form).hexdigest()
        raws = embedded(data) if self.path.suffix.lower() in SUFFIXES else [_json(data, self.path)]
        return Brought(raws, _json(form, self.form) if self.form else None), source


def workflow_files(folder: Path) -> Iterator[WorkflowFile]:
    """`NAME.json`, `NAME.png` and `NAME.webp`, each with `NAME.form.json` if there is one."""
    for path in sorted(folder.iterdir()):
        known = path.suffix.lower() in (".json", *SUFFIXES)
        if known and not path.name.endswith(FORM_SUFFIX) and not path.name.startswith("."):
            with contextlib.suppress(OSError):  # gone meanwhile, or a link to nowhere
                yield _workflow_file(path)


def _workflow_file(path: Path) -> WorkflowFile:
    stem = path.name.removesuffix(path.suffix)
    form = path.with_name(f"{stem}{FORM_SUFFIX}")
    files = [path, form] if form.is_file() else [path]
    stats = [file.stat() for file in files]
    signature = tuple((stat.st_size, stat.st_mtime_ns) for stat in stats)
    return WorkflowFile(catalog_name(stem) or "", path, form if len(files) > 1 else None, signature)


async def publish_starters(catalog: Catalog) -> None:
    """The workflows that come with the relay. One that a studio replaced or withdrew stays so."""
    for file in await asyncio.to_thread(lambda: list(workflow_files(STARTERS))):
        brought, source = await asyncio.to_thread(file.brought)
        analysis = analysed(brought, file.name, Known(), Rules(max_nodes=len(brought.raws[0])))
        assert analysis.draft is not None, analysis.problems
        draft = replace(analysis.draft, source=source)
        await catalog.publish(file.name, draft, STARTERS_BY, restores=False, follows=False)


class WatchedFolder:
    """Publishes what changes in a folder, and remembers what could not be published."""

    def __init__(self, settings: Settings, catalog: Catalog, knowledge: Knowledge) -> None:
        self._settings = settings
        self._catalog = catalog
        self._knowledge = knowledge
        self._seen: dict[Path, tuple[object, ...]] = {}
        self._refused: dict[Path, RefusedFile] = {}

    @property
    def refused(self) -> list[RefusedFile]:
        """The files that are not in the catalog, and why."""
        return [self._refused[path] for path in sorted(self._refused)]

    async def run(self) -> None:
        """Look for ever. Only where a folder is set."""
        folder = self._settings.workflows
        assert folder is not None
        while True:
            await self.look(folder.expanduser())
            await asyncio.sleep(self._settings.watch_s)

    async def look(self, folder: Path) -> None:
        """Publish what is new or changed; what was refused again when the hosts have changed."""
        try:
            files = await asyncio.to_thread(lambda: list(workflow_files(folder)))
        except OSError as error:
            log.warning("the folder of workflows cannot be read: %s", error)
            return
        known = await self._knowledge.current()
        world = (known.digest, await self._catalog.revision())
        there = {file.path for file in files}
        self._refused = {path: each for path, each in self._refused.items() if path in there}
        named: dict[str, Path] = {}
        for file in files:
            first = named.setdefault(file.name or str(file.path), file.path) == file.path
            if self._seen.get(file.path) != self._state(file, world, first=first):
                self._refused.pop(file.path, None)
                if first:
                    await self._taken(file, known)
                else:
                    self._refuse(file, (_same_name(file),))
                self._seen[file.path] = self._state(file, world, first=first)

    def _state(
        self, file: WorkflowFile, world: tuple[str, str], *, first: bool
    ) -> tuple[object, ...]:
        """What it depends on whether a file is looked at again. `world` is what hosts have and what
        is published: it counts for files that were refused."""
        return (file.signature, first, world if file.path in self._refused else "")

    async def _taken(self, file: WorkflowFile, known: Known) -> None:
        """One file must not keep the others out of the catalog."""
        try:
            await self._take(file, known)
        except (RedisError, RelayError):
            raise  # not the file's fault
        except Exception:  # logged, and told of this file alone
            log.exception("%s cannot be published", file.path)
            self._refuse(file, (problem("unreadable_file", "It cannot be read. See the log."),))

    async def _take(self, file: WorkflowFile, known: Known) -> None:
        try:
            brought, source = await asyncio.to_thread(file.brought)
            if source == await self._newest_source(file.name):
                return
            analysis = await asyncio.to_thread(self._analysed, brought, file.name, known)
        except Unreadable as error:
            self._refuse(file, error.problems)
            return
        except OSError as error:
            say = f"It cannot be read: {error.strerror or 'an error'}."
            self._refuse(file, (problem("unreadable_file", say),))
            return
        if analysis.draft is None:
            self._refuse(file, analysis.problems)
            return
        draft = replace(analysis.draft, source=source)
        done = await self._catalog.publish(file.name, draft, FOLDER_BY, restores=False)
        assert done is not None
        if done.new:
            version = done.published.version
            log.info("published %s as %s version %d", file.path, file.name, version)
        elif (note := await self._not_in_use(done.published)) is not None:
            self._refuse(file, (note,))

    def _analysed(self, brought: Brought, name: str, known: Known) -> Analysis:
        return analysed(brought, name, known, Rules.of(self._settings, known.info))

    async def _not_in_use(self, published: Published) -> Problem | None:
        """Why a file's content is not what jobs get, though it was published once."""
        name, version = published.name, published.version
        newest = await self._catalog.read(name)
        if newest.withdrawn or (await self._catalog.read(name, version)).withdrawn:
            say = (
                f"It is version {version} of {name!r}, which was withdrawn. Publish it by command."
            )
        elif newest.version != version:
            say = f"It is version {version} of {name!r}; withdraw the newer ones to go back to it."
        else:
            return None
        return problem("not_in_use", say)

    async def _newest_source(self, name: str) -> str | None:
        try:
            return (await self._catalog.versions(name))[0].source
        except NotFound:
            return None

    def _refuse(self, file: WorkflowFile, problems: tuple[Problem, ...]) -> None:
        log.warning("%s is not published: %s", file.path, problems[0].message)
        self._refused[file.path] = RefusedFile(file=file.path.name, problems=list(problems))


def _same_name(file: WorkflowFile) -> Problem:
    return problem(
        "same_name", f"Another file is published as {file.name!r} already. Rename one of the two."
    )


def _json(data: bytes, path: Path | None) -> Any:
    """Raises Unreadable."""
    try:
        return parsed_json(data)
    except ValueError as error:
        name = path.name if path else ""
        raise Unreadable([problem("not_json", f"{name} is not JSON: {error}.")]) from error
