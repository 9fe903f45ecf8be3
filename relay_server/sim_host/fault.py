"""Faults that a simulated host can be told: `KIND` or `KIND:key=value,key=value`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any


class Moment(StrEnum):
    """What a fault counts; it happens at the n-th of them since it was told."""

    NOW = "now"
    MESSAGE = "message"
    SUBMIT = "submit"
    REQUEST = "request"
    ANSWER = "answer"
    PROMPT = "prompt"
    NODE = "node"
    STEP = "step"
    SHOWN = "shown"
    OUTCOME = "outcome"
    END = "end"


DEEDS = frozenset({"wipe", "restart", "zombie", "exit"})
"""What is done to the whole host."""

ANY_MOMENT = DEEDS | {"hold-node"}
"""Kinds that may happen at any moment of a prompt: their key `when` says which."""

KINDS: Mapping[str, tuple[Moment, str]] = {
    "ws-drop": (Moment.MESSAGE, "the websocket is cut instead of the message"),
    "ws-freeze": (Moment.MESSAGE, "the websocket stays open and says nothing any more"),
    "ws-duplicate": (Moment.MESSAGE, "the message is sent twice"),
    "ws-late": (Moment.MESSAGE, "the message comes `by` messages later"),
    "ws-nan": (Moment.MESSAGE, "the numbers in the message are NaN"),
    "ws-false-end": (Moment.MESSAGE, "success and end are told right after the message"),
    "submit-500": (Moment.SUBMIT, "the prompt is queued, the answer is 500"),
    "submit-timeout": (Moment.SUBMIT, "the prompt is queued, there is no answer"),
    "submit-reset": (Moment.SUBMIT, "the prompt is queued, the connection is reset"),
    "submit-refused": (Moment.SUBMIT, "the connection is reset, nothing is queued"),
    "submit-node-errors": (Moment.SUBMIT, "the prompt is queued, the answer names node errors"),
    "silent": (Moment.REQUEST, "no request is answered for `seconds`"),
    "slow": (Moment.ANSWER, "answers of `path` come with `kb_s` kB per second"),
    "stall": (Moment.ANSWER, "answers of `path` stop in the middle, for `seconds`"),
    "hold-node": (Moment.STEP, "what executes stands still until it is released"),
    "hold-answer": (Moment.ANSWER, "an answer of `path` trickles until it is released"),
    "stuck": (Moment.NODE, "the node takes `seconds` more, whatever /interrupt says"),
    "oom": (Moment.NODE, "the node runs out of memory; with `until_free=1` until /free"),
    "nan": (Moment.SHOWN, "what the node shows has NaN in it"),
    "huge-history": (Moment.OUTCOME, "the history entry is `mb` MB larger"),
    "wipe": (Moment.END, "the history is forgotten"),
    "restart": (Moment.STEP, "everything is forgotten, and nothing answers for `seconds`"),
    "zombie": (Moment.STEP, "nothing executes any more, everything else goes on"),
    "exit": (Moment.STEP, "the process ends, with `code`"),
}
"""Each with what it counts (`when` of a deed may differ) and what happens."""


class UnknownFault(ValueError):
    """A fault that cannot be read; the message says why."""


@dataclass(frozen=True)
class Fault:
    """One fault. It happens first at the `at`-th moment, then `times` in a row; 0 is for ever."""

    kind: str
    when: Moment
    at: int = 1
    times: int = 1
    seconds: float = 1.0
    by: int = 1
    mb: float = 200.0
    kb_s: float = 64.0
    code: int = 1
    until_free: bool = False
    event: str = ""
    """Only messages of this event count; a `*` at the end stands for anything."""
    path: str = ""
    """Only requests whose path begins so count."""

    def due(self, count: int) -> bool:
        """Whether it happens at the `count`-th moment."""
        return count >= self.at and (not self.times or count < self.at + self.times)

    def counts(self, event: str, path: str) -> bool:
        """Whether a message of this event, or a request of this path, is one of its moments."""
        stem = self.event.removesuffix("*")
        same = event == stem or ((stem != self.event or not stem) and event.startswith(stem))
        return same and path.startswith(self.path)


_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "stall": {"path": "/view"},
    "hold-answer": {"path": "/view", "times": "0"},
    "ws-false-end": {"event": "execution_start"},
    "ws-nan": {"event": "progress*"},
    "slow": {"times": "0", "path": "/view"},
    "restart": {"seconds": "0"},
}


def parse_fault(text: str) -> Fault:
    """Raises UnknownFault."""
    kind, _, rest = text.partition(":")
    if kind not in KINDS:
        raise UnknownFault(f"There is no fault {kind!r}. There are: {', '.join(KINDS)}.")
    fault = Fault(kind, KINDS[kind][0])
    given = dict(_pair(part) for part in rest.split(",") if part)
    for key, value in {**_DEFAULTS.get(kind, {}), **given}.items():
        fault = _with(fault, key, value)
    return fault


def _pair(part: str) -> tuple[str, str]:
    key, equals, value = part.partition("=")
    if not equals:
        raise UnknownFault(f"{part!r} is not of the form key=value.")
    return key, value


def _with(fault: Fault, key: str, value: str) -> Fault:
    types = {field.name: field.type for field in fields(Fault)}
    if key not in types or key == "kind" or (key == "when" and fault.kind not in ANY_MOMENT):
        raise UnknownFault(f"The fault {fault.kind} has no {key!r}.")
    try:
        return replace(fault, **{key: _READ[str(types[key])](value)})
    except ValueError as error:
        raise UnknownFault(f"{key}={value} cannot be read: {error}") from error


_READ: Mapping[str, Callable[[str], Any]] = {
    "Moment": Moment,
    "int": int,
    "float": float,
    "bool": lambda value: bool(int(value)),
    "str": str,
}
