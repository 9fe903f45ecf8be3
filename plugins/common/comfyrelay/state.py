"""What a node knows of itself, in plain strings that are saved with the scene."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from .dcc import Node
from .errors import NodeChanged, Stopped

SCHEMA = 1
QUIET = frozenset({"status", "outcome", "schema"})
"""Strings whose change leaves the scene's modified flag as it was."""

Strings = Mapping[str, str]
MIGRATIONS: Mapping[int, Callable[[Strings], Strings]] = {
    0: lambda strings: {**strings, "schema": "1"},  # a node that was never used
}
"""How strings of each older schema become those of the next."""


@dataclass(frozen=True)
class State:
    """A node's strings, read. Unused ones are empty."""

    schema: str = str(SCHEMA)
    uid: str = ""  # of this node, in all scenes
    session: str = ""  # of the open scene that last ran a job, for scenes that were never saved
    relay: str = ""  # URL of the relay that has the jobs
    workflow: str = ""
    version: str = ""  # of the workflow; "" is the newest
    schema_hash: str = ""  # of the form
    form: str = ""  # JSON
    key: str = ""  # idempotency key of the last Generate; each frame's is made from it
    jobs: str = ""  # JSON: [[frame or null, job id], ...] of the last Generate
    frames: str = ""  # that the last Generate was asked for; "" is a single picture
    outcome: str = ""  # how the last Generate ended; "" while it goes on
    alpha: str = ""  # "1": an image's alpha went along, so results are to be premultiplied
    status: str = ""  # the last line that was worth keeping
    result: str = ""  # version that is shown: v003
    folder: str = ""  # where that version is
    result_key: str = ""  # key of the Generate that made it, or fills it

    @property
    def job_ids(self) -> Mapping[int | None, str]:
        """Job by frame; None is the one job of a single picture or of a whole sequence."""
        try:
            return {frame: str(job) for frame, job in json.loads(self.jobs or "[]")}
        except (ValueError, TypeError):
            return {}

    def with_job(self, frame: int | None, job_id: str) -> State:
        """The same, which has this job."""
        jobs = {**self.job_ids, frame: job_id}
        text = json.dumps(list(jobs.items()), separators=(",", ":"))
        return replace(self, jobs=text)


def new_uid() -> str:
    """For a node that has none, or for a copy."""
    return uuid.uuid4().hex


def read(node: Node) -> State:
    """The node's state, older ones migrated. Raises NodeChanged if it is newer than we are."""
    return parsed(node.state(), node.path)


def readable(node: Node) -> State | None:
    """The same; None if it is newer than we are, and none of our business."""
    try:
        return read(node)
    except NodeChanged:
        return None


def parsed(strings: Strings, path: str = "The node") -> State:
    """State of strings. Raises NodeChanged if they are newer than we are."""
    schema = _number(strings.get("schema", "0"))
    if schema > SCHEMA:
        raise NodeChanged(
            f"{path} was saved by a newer Comfy Relay plugin (its state is {schema}, ours"
            f" {SCHEMA}). It is left as it is.",
            "Update the plugin.",
            code="state_too_new",
        )
    for step in range(schema, SCHEMA):
        strings = MIGRATIONS[step](strings)
    known = {field.name for field in fields(State)}
    return State(**{name: text for name, text in strings.items() if name in known})


def write(node: Node, state: State) -> None:
    """Write what changed; the scene is modified by anything but a status."""
    _keep(node, node.state(), state)


def change(node: Node, changed: Callable[[State], State]) -> None:
    """Read, and write what changed. Raises NodeChanged if the node is newer than we are."""
    strings = node.state()
    _keep(node, strings, changed(parsed(strings, node.path)))


def _keep(node: Node, before: Strings, state: State) -> None:
    after = {field.name: getattr(state, field.name) for field in fields(State)}
    changes = {name: text for name, text in after.items() if before.get(name, "") != text}
    if changes:
        node.keep(changes, modifies=not changes.keys() <= QUIET)


def owned(node: Node) -> State:
    """The node's state, which has a uid then. Raises NodeChanged if it is newer than we are."""
    found = read(node)
    if not found.uid:
        found = replace(found, uid=new_uid())
        write(node, found)
    return found


def without_job(found: State) -> State:
    """The same, which keeps its result and has sent nothing: for a copy, or another workflow."""
    return replace(found, key="", jobs="", frames="", outcome="", session="", status="")


def copied(node: Node) -> State:
    """The state of a copy, which has a uid of its own then, and leaves the job to the first."""
    found = replace(without_job(read(node)), uid=new_uid())
    write(node, found)
    return found


def update(node: Node, key: str, changed: Callable[[State], State]) -> None:
    """Change the state, if its last Generate is still this one. Raises Stopped if it is not:
    another came since, or somebody undid it."""

    def checked(now: State) -> State:
        if now.key != key:
            raise Stopped("Another Generate came since.")
        return changed(now)

    change(node, checked)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
