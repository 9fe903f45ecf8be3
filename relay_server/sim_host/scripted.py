"""A seam that makes a simulated host go wrong as it was told."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from .fault import DEEDS, Fault, Moment
from .host import HOST
from .outcome import Outcome
from .script import Script
from .seam import Message, Seam
from .spoiled import PACE_S, held, reset, slowed, stalled, trickled
from .workshop import HostStopped

CONTROL = "/sim/"
_HOLDS = ("hold-node", "hold-answer")
_KINDS: web.RequestKey[list[str]] = web.RequestKey("kinds", list)
MB = 1_000_000
_FOR_EVER_S = 3600.0
_NODE_ERRORS = {
    "errors": [{"type": "custom_validation_failed", "message": "Custom validation failed for node",
                "details": "a fault of the simulated host", "extra_info": {}}],
    "dependent_outputs": [],
    "class_type": "SaveImage",
}  # fmt: skip


class OutOfMemoryError(RuntimeError):
    """What torch raises when the memory of a device does not suffice."""


OutOfMemoryError.__module__ = "torch"


class ScriptedSeam(Seam):
    """Faults from the command line, and from the control routes while it runs."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.script = Script(faults)
        self._silent_until = self._down_until = 0.0
        self._going = threading.Event()
        self._late: list[tuple[int, Message]] = []  # (how many messages go first, message)

    async def attach(self, app: web.Application) -> None:
        """Know the host that starts."""
        self._host = app[HOST]
        self._loop = asyncio.get_running_loop()
        self._released = asyncio.Event()
        self._let_go = asyncio.Event()

    async def release(self, app: web.Application) -> None:
        """The host stops: nothing is held back any more."""
        self.forget()

    # what the control routes say; on the loop

    def tell(self, fault: Fault) -> None:
        """One more fault; it happens at once if it is to be now."""
        if fault.when is Moment.NOW:
            self._do(fault)
        else:
            self.script.add(fault)

    def forget(self) -> None:
        """Nothing goes wrong any more, and whatever is held goes on."""
        self.script.clear()
        self.let_go()
        self._silent_until = self._down_until = 0.0
        self._released.set()
        self._released = asyncio.Event()

    def let_go(self) -> None:
        """What was told to stand until now goes on."""
        self.script.drop(_HOLDS)
        self._let_go.set()
        self._let_go = asyncio.Event()
        self._going.set()
        self._going = threading.Event()

    # requests

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        """Nothing at all, a reset, or the handler's turn."""
        path = request.path.removeprefix("/api")
        if path.startswith(CONTROL):
            return None
        if self._loop.time() < self._down_until:
            return reset(request)
        for fault in self.script.due(Moment.REQUEST, path=path):
            self._silent_until = self._loop.time() + fault.seconds
        if (left := self._silent_until - self._loop.time()) > 0:
            await held(self._released, left)
            return reset(request)
        if path == "/free":
            self.script.freed()
        if (request.method, path) == ("POST", "/prompt"):
            kinds = [fault.kind for fault in self.script.due(Moment.SUBMIT)]
            if "submit-refused" in kinds:
                return reset(request)
            request[_KINDS] = kinds
        return None

    async def answer(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        """The answer, or what a client gets instead."""
        for kind in request.get(_KINDS, ()):
            return await self._submitted(kind, request, answer)
        if request.method == "GET" and not isinstance(answer, web.WebSocketResponse):
            path = request.path.removeprefix("/api")
            for fault in self.script.due(Moment.ANSWER, path=path):
                if fault.kind == "hold-answer":
                    return await trickled(request, answer, self._let_go)
                if fault.kind == "slow":
                    return await slowed(request, answer, fault.kb_s)
                return await stalled(request, answer, self._released, fault.seconds)
        return answer

    async def _submitted(
        self, kind: str, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """The prompt is queued, and its client is not told so."""
        if kind == "submit-500":
            return web.Response(status=500, text="500 Internal Server Error")
        if kind == "submit-timeout":
            await held(self._released, _FOR_EVER_S)
        if kind == "submit-node-errors":
            ids = self._host.queue.ids()
            said = {"prompt_id": ids[-1] if ids else "", "node_errors": {"9": _NODE_ERRORS}}
            return web.json_response({"number": 0, **said})
        return reset(request)

    # prompts; on the execution thread

    def prompt(self, prompt_id: str) -> None:
        """Deeds at the start of a prompt."""
        self._deeds(Moment.PROMPT)

    def node(self, prompt_id: str, node_id: str, class_type: str) -> None:
        """Nodes that take too long or too much, and deeds."""
        for fault in self._deeds(Moment.NODE):
            if fault.kind == "hold-node":
                self._host.shop.interrupt.check()  # what came while it stood
            elif fault.kind == "stuck":
                self._host.shop.wait(fault.seconds)
            elif fault.kind == "oom":
                raise OutOfMemoryError("Allocation on device 0 would exceed allowed memory.")

    def step(self, prompt_id: str, node_id: str, value: float, total: float) -> None:
        """Deeds in the middle of a prompt."""
        self._deeds(Moment.STEP)

    def shown(self, prompt_id: str, node_id: str, ui: dict[str, Any]) -> dict[str, Any]:
        """With NaN among it."""
        spoiled = any(fault.kind == "nan" for fault in self.script.due(Moment.SHOWN))
        return {**ui, "score": [float("nan"), float("inf")]} if spoiled else ui

    def outcome(self, prompt_id: str, outcome: Outcome) -> None:
        """Larger, as if a node had shown a picture as text."""
        for fault in self.script.due(Moment.OUTCOME):
            for node_id, ui in outcome.outputs.items():
                padding = {"base64": "A" * round(fault.mb * MB)}
                outcome.outputs[node_id] = {**ui, "shown": [padding]}
                break

    def ended(self, prompt_id: str) -> None:
        """Deeds after a prompt."""
        self._deeds(Moment.END)

    def _deeds(self, moment: Moment) -> list[Fault]:
        """Do the deeds that are due; the other faults."""
        going = self._going
        found = self.script.due(moment)
        for fault in found:
            while fault.kind == "hold-node" and not going.is_set():
                self._host.shop.wait(PACE_S)
            if fault.kind in DEEDS:
                self._do(fault)
                if fault.kind in {"restart", "zombie"}:
                    raise HostStopped
        return [fault for fault in found if fault.kind not in DEEDS]

    def _do(self, fault: Fault) -> None:
        """From any thread."""
        deeds: Mapping[str, Callable[[], object]] = {
            "wipe": self._host.queue.forget_all,
            "zombie": self._host.shop.stopping.set,
            "restart": lambda: self._loop.call_soon_threadsafe(self._restart, fault.seconds),
            "exit": lambda: os._exit(fault.code),
        }
        deeds[fault.kind]()

    def _restart(self, seconds: float) -> None:
        self._down_until = self._loop.time() + seconds
        self._late = []
        self._host.forget_everything()

    # messages; on the loop

    def messages(self, message: Message) -> Sequence[Message]:
        """What is sent instead of a message."""
        event, data, sid = message
        kinds = {f.kind: f for f in self.script.due(Moment.MESSAGE, event=str(event))}
        if "ws-drop" in kinds:
            self._host.sockets.drop(sid)
            return []
        if "ws-freeze" in kinds:
            self._host.sockets.deafen(sid)
            return []
        if "ws-nan" in kinds and isinstance(data, dict):
            message = (event, _without_numbers(data), sid)
        sent = [message]
        if "ws-duplicate" in kinds:
            sent = [message, message]
        if "ws-false-end" in kinds:
            sent += _false_end(data, sid)
        if "ws-late" in kinds:
            self._late.append((kinds["ws-late"].by, message))
            return []
        return [*sent, *self._those_late()]

    def _those_late(self) -> list[Message]:
        """The messages whose time has come, now that another one goes."""
        self._late = [(left - 1, message) for left, message in self._late]
        due = [message for left, message in self._late if left <= 0]
        self._late = [each for each in self._late if each[0] > 0]
        return due


def _false_end(data: Any, sid: str | None) -> list[Message]:
    """A success that is none yet."""
    about = {"prompt_id": data["prompt_id"]}
    over = {"node": None, **about}
    return [("execution_success", {**about, "timestamp": 0}, sid), ("executing", over, sid)]


def _without_numbers(data: dict[str, Any]) -> dict[str, Any]:
    nan = float("nan")
    return {key: nan if isinstance(value, (int, float)) else value for key, value in data.items()}
