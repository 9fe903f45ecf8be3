"""What was sent from this machine, line by line on its disk: a job outlives a scene and a crash.

Each process writes a file of its own, so that none waits for another; all are read together. A
line is on the disk before what it tells of goes to the relay. Off the main thread only.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from .form import JsonValue
from .living import hold, is_held

KEPT_S = 30 * 86400.0
ASKED, JOB, END, SAVED, DISMISSED = "asked", "job", "end", "saved", "dismissed"
"""About to be sent; has a job; is over; its scene was saved; its offer was declined."""


@dataclass(frozen=True)
class Entry:
    """One job, as the journal tells of it."""

    key: str  # of this job: the relay takes it once
    batch: str  # key of the Generate that it belongs to
    uid: str  # of the node
    session: str  # of the open scene
    scene: str  # "": never saved
    node: str  # path
    relay: str  # URL
    workflow: str
    version: int  # of the workflow; 0 is the newest
    at_s: float = 0.0  # time.time()
    frame: int | None = None  # None: the only one of its Generate
    frames: str = ""  # all that its Generate was asked for
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    form: str = ""  # JSON
    alpha: bool = False  # an image's alpha went along
    fit: str = "pad"
    priority: str = "interactive"
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)  # exported, by input
    job_id: str = ""  # "": nobody knows whether the relay has it
    status: str = ""  # how it ended; "": it did not, as far as the journal knows
    folder: str = ""  # of the version that has its result, or is to have it
    settled: bool = False  # its scene was saved after it, or its offer was declined
    elsewhere: bool = False  # another application that still runs has sent it


class Journal:
    """The journals of one folder, and the one that this process writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._sessions: set[str] = set()  # that sent something since their scene was saved
        self._saved: dict[str, list[str]] = {}  # what was said of each last
        self._held: int | None = None  # our file, for others to see that we still run
        self._path = (
            folder / f"{time.strftime('%Y%m%d')}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        )

    # writing

    def asked(self, entry: Entry) -> None:
        """This is about to be sent. Raises OSError: then it must not be."""
        own = {name: value for name, value in asdict(entry).items() if value not in ("", None)}
        self._write({"event": ASKED, **own, "at_s": time.time()})
        self._sessions.add(entry.session)

    def has_job(self, key: str, job_id: str) -> None:
        """The relay has it."""
        self._write({"event": JOB, "key": key, "job_id": job_id})

    def ended(self, key: str, status: str, folder: str = "") -> None:
        """It is over; its result is in this folder."""
        self._write({"event": END, "key": key, "status": status, "folder": folder})

    def saved(self, session: str, batches: Iterable[str] = (), at_s: float | None = None) -> None:
        """The open scene was saved with nodes that know these: what it shows of all before is what
        its artist wants. `at_s`: time.time() when it was; now, if it is not said."""
        known = sorted(set(batches))
        if session in self._sessions or self._saved.get(session, []) != known:
            self._sessions.discard(session)
            self._saved[session] = known
            at_s = time.time() if at_s is None else at_s
            self._write({"event": SAVED, "session": session, "batches": known, "at_s": at_s})

    def dismissed(self, batch: str) -> None:
        """Nobody wants to be offered this again."""
        self._write({"event": DISMISSED, "batch": batch})

    def _write(self, line: Mapping[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n"
        with self._lock:
            if not self._path.exists():
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
            file = os.open(self._path, flags, 0o600)
            try:
                os.write(file, text.encode())
                os.fsync(file)
            finally:
                os.close(file)
            if self._held is None:
                self._held = hold(self._path)

    def close(self) -> None:
        """The application closes."""
        with self._lock:
            if self._held is not None:
                os.close(self._held)
            self._held = None

    # reading

    def entries(self) -> tuple[Entry, ...]:
        """All that the folder tells, oldest first."""
        lines = [
            {**line, "elsewhere": elsewhere}
            for path in sorted(self.folder.glob("*.jsonl"))
            for elsewhere in (path != self._path and is_held(path),)
            for line in _lines(path)
        ]
        found = {line["key"]: _entry(line) for line in lines if line.get("event") == ASKED}
        for line in lines:
            _tell(found, line)
        return tuple(sorted(found.values(), key=lambda entry: entry.at_s))

    def prune(self, kept_s: float = KEPT_S) -> None:
        """Remove the files that nobody wrote to for so long."""
        for path in self.folder.glob("*.jsonl"):
            try:
                if time.time() - path.stat().st_mtime > kept_s:
                    path.unlink()
            except OSError:  # another process was faster, or still holds it
                continue


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    """What can be read: a process that was killed may have left half a line."""
    try:
        raw = path.read_bytes()
    except OSError:
        return
    for line in raw.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def _entry(line: Mapping[str, Any]) -> Entry:
    names = {each.name for each in fields(Entry)}
    texts = {"batch": "", "uid": "", "session": "", "scene": "", "node": "", "relay": ""}
    known = {name: value for name, value in line.items() if name in names}
    return Entry(**{**texts, "workflow": "", "version": 0, **known})


def _tell(found: dict[str, Entry], line: Mapping[str, Any]) -> None:
    """Take in what a line tells about an entry, or about several."""
    event = line.get("event")
    if event in {JOB, END} and line.get("key") in found:
        told = {name: line[name] for name in ("job_id", "status", "folder") if line.get(name)}
        found[line["key"]] = replace(found[line["key"]], **told)
    elif event in {SAVED, DISMISSED}:
        for key, entry in found.items():
            if _settles(line, entry):
                found[key] = replace(entry, settled=True)


def _settles(line: Mapping[str, Any], entry: Entry) -> bool:
    if line["event"] == DISMISSED:
        return entry.batch == line.get("batch")
    before = entry.session == line.get("session") and entry.at_s <= float(line.get("at_s", 0.0))
    return before or entry.batch in line.get("batches", ())
