"""What may happen to a job: one method for each transition, each one script in Redis."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from redis.asyncio import Redis

from relay_server.jobs.handed import (
    Accepted,
    Claimed,
    ClaimLost,
    End,
    Given,
    Look,
    look_of,
    words_of,
)
from relay_server.jobs.reasons import BUDGET, POISON, QUARANTINED, TOO_OFTEN, Reason
from relay_server.jobs.record import (
    SCHEMA,
    Needs,
    NewJob,
    Snapshot,
    from_flat,
    lists_of,
    to_hash,
)
from relay_server.jobs.refusals import REFUSALS, WAITED_TOO_LONG, full, full_of_user, reuse
from relay_server.models.jobs import Priority, Status
from relay_server.redis_keys import Keys
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings

MAX_COMMANDS = 100  # of one host that are kept; slots read them at once


def ms(seconds: float) -> int:
    """Seconds as whole milliseconds, at least one."""
    return max(1, round(seconds * 1000))


class Transitions:
    """Writes to the records. Safe from any task; every method is one round trip."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._settings = settings

    # by the web side

    async def accept(
        self,
        job_id: str,
        user: str,
        job: NewJob,
        graph: Mapping[str, Any],
        needs: Needs,
        *,
        idempotency_key: str | None,
        secret: bytes | None,
        token: str = "",
    ) -> Accepted:
        """Write a new job; with the token of the dispatcher, see what it goes by. Raises
        `idempotency_key_reuse` (its details name the job) and `queue_full`; then nothing is
        written."""
        settings = self._settings
        outcome, detail, *place = await self._scripts.run(
            "accept",
            job_id,
            user,
            idempotency_key,
            ms(settings.idempotency_s),
            settings.max_waiting,
            settings.max_waiting_per_user,
            json.dumps(graph),
            secret,
            ms(settings.keep_jobs_s),
            json.dumps(lists_of(job)),
            needs.model_dump_json(),
            ms(job.max_wait_s) if job.max_wait_s else 0,
            token,
            *to_hash(job),
        )
        if outcome == "reuse":
            raise reuse(detail)
        if outcome in REFUSALS:
            raise REFUSALS[outcome](detail)
        position, size, look = place
        snapshot = Snapshot(from_flat(detail), [], position or None, size)
        return Accepted(snapshot, look_of(look) if look else None)

    async def check_room(self, user: str, idempotency_key: str | None) -> None:
        """What `accept` would refuse, asked before files are stored. Raises the same."""
        settings = self._settings
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zcard(self._keys("waiting"))
            pipe.zcard(self._keys("waiting_of", user))
            pipe.get(self._keys("idem", user, idempotency_key or ""))
            waiting, of_user, other = await pipe.execute()
        if other:
            raise reuse(other.decode())
        if waiting >= settings.max_waiting:
            raise full(str(waiting))
        if 0 < settings.max_waiting_per_user <= of_user:
            raise full_of_user(str(of_user))

    async def cancel(self, job_id: str) -> str:
        """Cancel a job, or ask its worker to; the new status."""
        keep = ms(self._settings.keep_jobs_s)
        return str(await self._scripts.run("cancel", job_id, keep))

    async def cancel_all(self, job_ids: Sequence[str]) -> list[str]:
        """The same for many, in one go; the new status of each."""
        keep = ms(self._settings.keep_jobs_s)
        return list(map(str, await self._scripts.run_all("cancel", [[j, keep] for j in job_ids])))

    async def reprioritize(self, job_id: str, priority: Priority) -> bool:
        """Another class; False if the job is over."""
        return bool(await self._scripts.run("reprioritize", job_id, priority.value) == "ok")

    # by the dispatcher; each checks its fencing token

    async def look(self, token: str, *, always: bool = True) -> Look:
        """Become or stay the one dispatcher, and see the first job of every lane; unless `always`,
        only if some host has a free slot."""
        leader_ms = ms(self._settings.leader_s)
        return look_of(await self._scripts.run("look", token, leader_ms, always))

    async def step_down(self, token: str) -> None:
        """Lead no more, if this token still leads."""
        await self._scripts.run("step_down", token)

    async def assign(self, token: str, given: Sequence[Given]) -> list[str]:
        """Give waiting jobs to hosts, and wake their workers; the jobs that could be given."""
        if not given:
            return []
        flat = [part for each in given for part in words_of(each)]
        answers = await self._scripts.run("assign", token, ms(self._settings.lease_s), *flat)
        return [each.job for each, ok in zip(given, answers, strict=True) if ok]

    async def give_up(self, token: str) -> None:
        """End the jobs that waited longer than they may."""
        await self._scripts.run(
            "give_up", token, ms(self._settings.keep_jobs_s), json.dumps(WAITED_TOO_LONG)
        )

    async def ask_back(self, host: str, job_id: str, reason: Reason = Reason.MOVED) -> None:
        """Ask the worker of a job that only waits on its host to give it back to the queue."""
        await self._redis.xadd(
            self._keys("commands", host),
            {"command": "hand_back", "job": job_id, "reason": reason.value},
            maxlen=MAX_COMMANDS,
        )

    async def reap(self, token: str, job_id: str) -> tuple[int, str]:
        """If the job's lease is dead: (number of the next attempt, its host); else (0, "")."""
        attempt, host = await self._scripts.run(
            "reap",
            token,
            job_id,
            ms(self._settings.lease_s),
            BUDGET[Reason.WORKER_LOST],
            json.dumps(TOO_OFTEN[Reason.WORKER_LOST]),
            ms(self._settings.keep_jobs_s),
        )
        return int(attempt), str(host)

    # by the worker; each carries its claim and raises ClaimLost if it no longer holds

    async def claim(self, job_id: str, attempt: int, slot: str = "") -> Claimed | None:
        """Take an attempt. None if it is not this worker's to run."""
        claim = f"{slot}:{uuid.uuid4().hex}"
        outcome, *found = await self._scripts.run(
            "claim",
            job_id,
            attempt,
            claim,
            ms(self._settings.lease_s),
            SCHEMA,
            ms(self._settings.keep_jobs_s),
            json.dumps(QUARANTINED),
        )
        if outcome != "ok":
            return None
        flat, graph, *rest = found
        return Claimed(claim, from_flat(flat), json.loads(graph), *rest)

    async def abandon(self, host: str, slot: str) -> None:
        """A slot has ended, or lets go: another goes on with what it had, at once. Not for one
        that may still work."""
        await self._scripts.run("abandon", host, f"{slot}:")

    async def renew(self, job_id: str, claim: str) -> Status:
        """Stay alive; the job's status, which may have become `canceling`."""
        may, status = await self._scripts.run("renew", job_id, claim, ms(self._settings.lease_s))
        _held(may)
        return Status(status)

    async def report(
        self, job_id: str, claim: str, kind: str = "", data: str = "", **fields: Any
    ) -> None:
        """Write fields, and publish an event of `kind` (`status`, `progress`, ...) if one is named.

        Values that are not text or numbers are written as JSON.
        """
        flat: list[Any] = []
        for name, value in fields.items():
            plain = isinstance(value, str | int | float)
            flat += [name, value if plain else json.dumps(value)]
        _held(await self._scripts.run("report", job_id, claim, kind, data, *flat))

    async def finish(self, job_id: str, claim: str, end: End) -> None:
        """The end of a job, with all that came out."""
        _held(
            await self._scripts.run(
                "finish",
                job_id,
                claim,
                end.status.value,
                json.dumps([output.model_dump() for output in end.outputs]),
                json.dumps(end.error) if end.error else "",
                ms(self._settings.keep_jobs_s),
                end.untold.output.model_dump_json() if end.untold else "",
                json.dumps(end.host_times) if end.host_times else "",
                end.progress.model_dump_json() if end.progress else "",
                *(end.untold.asset if end.untold else ()),
            )
        )

    async def requeue(
        self,
        job_id: str,
        claim: str,
        reason: str,
        *,
        twice: bool = False,
        avoid: bool = False,
        reap: bool = False,
        executing: bool | None = None,
        needs: Needs | None = None,
    ) -> None:
        """Back to the lane, at the old place, or to its end if that came too often.

        `claim` is the fencing token if `reap`. `executing`: whether the host may have begun it;
        None is what the record says. `needs`: its new ones, if it needs another kind of host."""
        why = Reason(reason)
        outcome = await self._scripts.run(
            "requeue",
            job_id,
            claim,
            why.value,
            twice,
            avoid,
            ms(self._settings.keep_jobs_s),
            "reap" if reap else "",
            BUDGET.get(why, 0),
            json.dumps(TOO_OFTEN.get(why)),
            "" if executing is None else int(executing),
            json.dumps(POISON),
            needs.model_dump_json() if needs else "",
            needs.digest if needs else "",
        )
        if not reap:
            _held("ok" if outcome in {"canceled", "failed"} else outcome)

    async def again(self, job_id: str, claim: str, attempt: int, reason: Reason) -> int | None:
        """One more attempt of this worker on the same host, after that one: its number. None if
        the job is being canceled. Raises ClaimLost."""
        may, *number = await self._scripts.run(
            "again", job_id, claim, reason.value, ms(self._settings.lease_s), attempt
        )
        if may == "canceling":
            return None
        _held(may)
        return int(number[0])


def _held(outcome: str) -> None:
    if outcome != "ok":
        raise ClaimLost(outcome)
