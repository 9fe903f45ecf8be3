"""Answers to work items, as of a TOP: a result that is there, a job that goes on, or a new one.

Two items that ask for the same get the same: whatever a result depends on is in one hash, which is
written beside the result, and by which the relay finds the job. Worker threads only, any number at
once; each waits for its own answer.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from weakref import WeakValueDictionary

from . import records
from .dcc import Placement
from .errors import JobFailed, PluginError, RelayRefused, Stopped
from .following import succeeded
from .form import JsonValue
from .job import Job
from .landing import Landed, Landing, tokens
from .orders import Order
from .params import seed_limit
from .parts import marks
from .placing import placement
from .poller import Poller, Told
from .preparing import Files, fit_of, prepared, submission
from .relay import Relay
from .settings import Settings
from .shelf import Shelf
from .stopping import SHORT_S, StopFlags

PATIENCE_S = 600.0  # a wedge outlives a restart of the relay
ROOM = frozenset({"queue_full", "too_many_waiting"})  # there will be room when others are done
LOST = frozenset({"failed", "canceled", "canceling", "expired"})  # a job that answers nothing
ROOM_S = 1.0
LOOKS_S = (0.2, 0.4, 0.0)  # after each look for a job that is to be canceled


@dataclass(frozen=True)
class Asked:
    """What a work item asks for."""

    order: Order  # one picture; its key is not used, and a seed without a value is drawn
    files: Files
    index: int  # of the item, from which such a seed is drawn: the same each time
    reuse: bool = True  # False: a new job, whatever there is


@dataclass(frozen=True)
class Answer:
    """What it gets."""

    placement: Placement
    folder: Path
    values: Mapping[str, JsonValue]  # that it was made with, the seed among them
    was_there: bool


class Answers:
    """The answers of one relay, for a whole session."""

    def __init__(self, settings: Settings, patience_s: float = PATIENCE_S) -> None:
        self._settings = settings
        self._relay = Relay(settings, patience_s=patience_s)
        self._poller = Poller(self._relay, patience_s)
        self._shelf = Shelf(settings.template())
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()  # in use

    def close(self) -> None:
        """Ask nothing any more; who waits gets Stopped."""
        self._poller.close()
        self._relay.close()

    def answer(self, asked: Asked, stop: threading.Event, told: Told) -> Answer:
        """Blocks. Raises PluginError: Stopped when `stop` is set, and its job is canceled then."""
        order = self._named(asked, stop)
        with self._turn(order, stop):
            found = self._there(order) if asked.reuse else None
            if found is not None:
                return found
            with self._canceled_at_a_stop(order, stop):
                landing = Landing(self._relay, self._settings, order, lambda text: told(text, None))
                job = self._standing(order) if asked.reuse else None
                if job is None:
                    landing.check_place()
                    job = self._sent(order, asked.files, stop, told)
                job = succeeded(self._poller.followed(job, order.uid, stop, told))
                told("fetching the result", None)
                files = {name: tuple(paths) for name, paths in asked.files.items()}
                landed = landing.land(job, None, fit_of(job), files, stop)
                self._shelf.forget(Path(landed.folder))
                return _answer(landed, order, False)

    # what it asks for

    def _named(self, asked: Asked, stop: threading.Event) -> Order:
        """With its hash, by which everything is found again, and with every seed."""
        order, values = asked.order, dict(_values(asked.order))
        unset = [
            each
            for each in order.form.params
            if each.type == "seed" and values.get(each.id) is None
        ]
        values.update({each.id: f"of item {asked.index}" for each in unset})
        with self._relay.stoppable(stop):
            hashes = {
                name: [self._relay.sha256(path, stop) for path in paths]
                for name, paths in sorted(asked.files.items())
            }
        form = order.form
        what = [self._settings.url, form.workflow, form.version, form.schema_hash]
        name = _hash(json.dumps([*what, values, hashes, _sends(order)], sort_keys=True))
        for each in unset:
            values[each.id] = str(int(_hash(f"{name} {each.id}"), 16) % seed_limit(each))
        key = name if asked.reuse else uuid.uuid4().hex
        return replace(
            order,
            key=f"{order.uid}-{key}",
            asked=name,
            values={order.frame: values},
            folder=Path(self._settings.folder) / "exports" / uuid.uuid4().hex,
        )

    @contextmanager
    def _turn(self, order: Order, stop: threading.Event) -> Iterator[None]:
        """One at a time of those that ask for the same: the second finds the first's answer."""
        with self._lock:
            lock = self._turns.setdefault(order.key, threading.Lock())
        while not lock.acquire(timeout=SHORT_S):
            StopFlags.check_one(stop)
        try:
            yield
        finally:
            lock.release()

    # what there is

    def _there(self, order: Order) -> Answer | None:
        """A version that has it all."""
        template = self._settings.template()
        folder = self._shelf.find(template.folder(tokens(order, self._settings)), order.asked)
        found = records.found_version(template, str(folder)) if folder else None
        if found is None or found.version is None:
            return None
        shown = placement(found.version, order.form, (), order.alpha)
        return _answer(Landed(order.key, str(found.folder), shown), order, True)

    def _standing(self, order: Order) -> Job | None:
        """A job of this node's that was sent for the same, and may still answer."""
        same = self._relay.jobs(limit=1, metadata=marks(order.key))
        job = self._relay.job(same[0].id) if same else None
        if job is None or job.status in LOST or (job.over and not job.results):
            return None
        return job

    # a new job

    def _sent(self, order: Order, files: Files, stop: threading.Event, told: Told) -> Job:
        assert order.folder is not None
        order.folder.mkdir(parents=True)
        try:
            goes, fits = prepared(order, files, lambda: StopFlags.check_one(stop))
            wanted = submission(order, _values(order), goes, fits, marks(order.key))
            key = uuid.uuid4().hex
            while True:
                try:
                    return self._relay.submit(wanted, key, stop)
                except RelayRefused as error:
                    if error.code not in ROOM:
                        raise
                    told("waiting for room in the queue", None)
                    stop.wait(ROOM_S)
        finally:
            shutil.rmtree(order.folder, ignore_errors=True)

    @contextmanager
    def _canceled_at_a_stop(self, order: Order, stop: threading.Event) -> Iterator[None]:
        """What nobody waits for any more need not run; at the end of a session it goes on."""
        try:
            yield
        except Stopped:
            if stop.is_set():
                self._cancel_or_say(order)
            raise

    def _cancel_or_say(self, order: Order) -> None:
        try:
            self._cancel(order)
        except PluginError as error:
            raise Stopped(
                f"Canceled, but the relay could not be told: {error}",
                "Its job may go on: look at the queue.",
            ) from error

    def _cancel(self, order: Order) -> None:
        """Its job; one that was just sent may need a moment to be there, after one of before."""
        for pause_s in LOOKS_S:
            for job in self._relay.jobs(limit=1, metadata=marks(order.key)):
                if not job.over:
                    self._relay.cancel(job.id)
                    return
            time.sleep(pause_s)


def _answer(landed: Landed, order: Order, was_there: bool) -> Answer:
    if not landed.placement.pictures and not landed.placement.texts:
        raise JobFailed("The job succeeded without a result.", code="no_result")
    return Answer(landed.placement, Path(landed.folder), _values(order), was_there)


def _sends(order: Order) -> Sequence[JsonValue]:
    """What is made of its files: also by what hosts had when the form was asked for."""
    how = {each.id: asdict(order.how(each)) for each in order.form.inputs}
    for each in how.values():
        del each["words"]
    return [how, order.alpha, order.fit, order.channel]


def _values(order: Order) -> Mapping[str, JsonValue]:
    return order.values[order.frame]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
