"""The catalog in Redis: every version of every published workflow, shared by all relays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from redis.asyncio import Redis

from relay_server.errors import NotFound, Unavailable
from relay_server.models.common import moment
from relay_server.models.forms import Form
from relay_server.models.workflows import ModelFile
from relay_server.redis_keys import Keys, text
from relay_server.redis_scripts import Scripts
from relay_server.workflows.catalog import Draft, Published, as_version, withdrawn
from relay_server.workflows.forms.live import written

SCHEMA = 1
_MODELS = TypeAdapter(tuple[ModelFile, ...])


@dataclass(frozen=True)
class Done:
    """What publishing did."""

    published: Published
    new: bool  # False: the same content was published before
    restored: bool  # True: it had been withdrawn, and is in use again


class Catalog:
    """The workflows by name. What was read is kept until Redis says that it changed."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._keys = Keys(namespace)
        self._scripts = Scripts(redis, namespace)
        self._rev = ""
        self._revs: Mapping[str, str] = {}
        self._versions: dict[str, dict[int, Published]] = {}
        self._lock = asyncio.Lock()

    async def revision(self) -> str:
        """Changes with every change of the catalog."""
        await self._refresh()
        return self._rev

    async def all(self) -> list[Published]:
        """The newest version of each that was not withdrawn, by name."""
        await self._refresh()
        heads = (_newest(self._versions[name]) for name in sorted(self._versions))
        return [head for head in heads if head is not None]

    async def get(self, name: str, version: int | None = None) -> Published:
        """A workflow for a new job; the newest version if none is named. Raises
        `workflow_not_found`."""
        found = await self.read(name, version)
        if found.withdrawn:
            raise NotFound(
                "workflow_not_found",
                f"The workflow {name!r} was withdrawn. `GET /relay/v1/workflows` lists the others."
                if version is None
                else f"Version {version} of the workflow {name!r} was withdrawn. Use the newest.",
            )
        return found

    async def read(self, name: str, version: int | None = None) -> Published:
        """The same, withdrawn or not; the newest that was not comes first."""
        versions = await self.versions(name)
        if version is None:
            usable = [each for each in versions if not each.withdrawn]
            return (usable or versions)[0]
        for each in versions:
            if each.version == version:
                return each
        raise NotFound(
            "workflow_not_found",
            f"The workflow {name!r} has no version {version}; the newest is {versions[0].version}.",
        )

    async def versions(self, name: str) -> list[Published]:
        """Every version, newest first. Raises `workflow_not_found`."""
        await self._refresh()
        found = self._versions.get(name)
        if not found:
            raise NotFound(
                "workflow_not_found",
                f"No workflow is published as {name[:80]!r}. `GET /relay/v1/workflows` lists them.",
            )
        return [found[version] for version in sorted(found, reverse=True)]

    async def publish(
        self, name: str, draft: Draft, who: str, *, restores: bool = True, follows: bool = True
    ) -> Done | None:
        """A new version, or the one that has this content already. `restores`: one that was
        withdrawn is in use again. None if nothing was done, since versions of others are there and
        `follows` is False."""
        record = json.dumps({"schema": SCHEMA, **_record(draft)}, separators=(",", ":"))
        answer = await self._scripts.run(
            "publish", name, draft.digest, record, who, restores, follows
        )
        if answer[0] == "0":
            return None
        version, what, at_ms, by = answer
        published = as_version(draft, name, int(version), moment(int(at_ms)), by)
        return Done(published, new=what == "new", restored=what == "back")

    async def withdraw(self, name: str, version: int | None) -> list[int]:
        """Take versions out of use; all of them if none is named. Raises `workflow_not_found`."""
        await self.read(name, version)
        return [int(each) for each in await self._scripts.run("withdraw", name, version)]

    async def _refresh(self) -> None:
        """Read what changed. One small question where nothing did."""
        rev = text(await self._redis.get(self._keys("workflow_rev")) or b"")
        if rev == self._rev:
            return
        async with self._lock:
            raw = await self._redis.hgetall(self._keys("workflow_revs"))
            revs = {text(name): text(each) for name, each in raw.items()}
            for name, each in revs.items():
                if self._revs.get(name) != each:
                    self._versions[name] = await self._load(name)
            self._rev, self._revs = rev, revs

    async def _load(self, name: str) -> dict[int, Published]:
        raw = await self._redis.hgetall(self._keys("workflow", name))
        fields = {text(key): value for key, value in raw.items()}
        known = self._versions.get(name, {})
        return await asyncio.to_thread(_versions, name, fields, known)


def _newest(versions: Mapping[int, Published]) -> Published | None:
    usable = [version for version, each in versions.items() if not each.withdrawn]
    return versions[max(usable)] if usable else None


def _versions(
    name: str, fields: Mapping[str, Any], known: Mapping[int, Published]
) -> dict[int, Published]:
    """What a workflow's hash says; a version that was read before is not parsed again."""
    found: dict[int, Published] = {}
    for version in range(1, int(fields.get("last", 0)) + 1):
        each = known.get(version)
        if each is None or each.withdrawn:
            record = json.loads(fields[f"record:{version}"])
            at = datetime.fromtimestamp(int(fields[f"at:{version}"]) / 1000, UTC)
            each = as_version(_draft(record), name, version, at, text(fields[f"by:{version}"]))
        found[version] = withdrawn(each) if f"withdrawn:{version}" in fields else each
    return found


def _record(draft: Draft) -> dict[str, Any]:
    return {
        "graph": draft.graph,
        "form": written(draft.form),
        "digest": draft.digest,
        "schema_hash": draft.schema_hash,
        "needs": draft.needs,
        "models": [each.model_dump() for each in draft.models],
        "source": draft.source,
    }


def _draft(record: Mapping[str, Any]) -> Draft:
    if record["schema"] > SCHEMA:
        raise Unavailable(
            "version_skew", "The catalog has workflows of a newer relay. Update this one."
        )
    return Draft(
        graph=record["graph"],
        form=Form.model_validate(record["form"]),
        digest=record["digest"],
        schema_hash=record["schema_hash"],
        needs=tuple(record["needs"]),
        models=_MODELS.validate_python(record["models"]),
        source=record["source"],
    )
