"""One Comfy Relay node in Houdini, as the core sees it. Main thread only, and never kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import hou

from comfyrelay import options, ranges
from comfyrelay.dcc import ERROR, Export, Fingerprint, Placement, Status
from comfyrelay.errors import PluginError
from comfyrelay.face import SIGNS, about, reformed
from comfyrelay.form import Form, Input, JsonValue, Param
from comfyrelay.keeping import FORM_SHOWN, KEEPS, STATE, decoded, encoded
from comfyrelay.orders import file_there, form_in
from comfyrelay.sends import what_goes
from comfyrelay.state import read

from . import fresh, menus, network, values
from .connectors import connector, upstream
from .dialog_script import plain
from .export import export_frame
from .parms import allowed, put, quietly, text, typed
from .placing import place
from .rebuild import begin, rebuild

LOG_LINES = 200
INFO = "nodeinfo_comfyrelay"  # Houdini shows such user data in a node's info


class HoudiniNode:
    """Implements the core's `Node` on an instance of one of our assets."""

    def __init__(self, op: hou.OpNode) -> None:
        self.op = op

    @property
    def path(self) -> str:
        """`/img/copnet1/workflow1`."""
        return str(self.op.path())

    # what it keeps

    def state(self) -> Mapping[str, str]:
        """Every hidden string, decoded. One that an older asset has no parm for is user data."""
        return {name[len(KEEPS) :]: decoded(self._hidden(name)) for name in STATE}

    def _kept(self, name: str) -> str:
        """One of them; all take a while."""
        return decoded(self._hidden(f"{KEEPS}{name}"))

    def keep(self, changes: Mapping[str, str], modifies: bool) -> None:
        """Without undo. Houdini has no way to leave a scene unmodified by it."""
        with quietly(), allowed(self.op):
            for name, kept in changes.items():
                self._hide(f"{KEEPS}{name}", encoded(kept))
        if changes.keys() & {"workflow", "version"}:
            fresh.changed(self.op, {read(self).folder}, read(self))
        elif changes.keys() & {"result", "folder", "result_key"}:
            fresh.tell(self.op, read(self))

    def _hidden(self, name: str) -> str:
        parm = self.op.parm(name)
        kept = "" if parm is None else typed(parm)
        return kept or str(self.op.userData(name) or "")

    def _hide(self, name: str, kept: str) -> None:
        if self.op.parm(name) is None:
            self.op.setUserData(name, kept)
            return
        put(self.op, name, kept)
        if self.op.userData(name) is not None:  # from when its asset had no such parm
            self.op.destroyUserData(name)

    # what an artist set

    def value(self, param: Param, frame: int) -> JsonValue:
        """Animation evaluated, text not expanded."""
        return values.value(self.op, param, frame)

    def put(self, param: Param, value: JsonValue) -> None:
        """An artist can undo it as any other change, so it is one."""
        values.put(self.op, param, value)

    def reform(self, form: Form) -> None:
        """Another form, or the same with other menus. Never within a callback of this node."""
        before = _form(decoded(self._hidden(FORM_SHOWN)))
        with quietly(), allowed(self.op):
            lost = rebuild(self.op, before, form) if self.takes_any else []
            self._hide(FORM_SHOWN, encoded(form.to_text()))
            put(self.op, "workflow", form.workflow)
        self.describe()
        for each in lost:
            self.log(each)
        told = reformed(form, lost)
        if told is not None:
            self.show(told)
        elif text(self.op, "status").startswith(SIGNS[ERROR]):  # it was about what was before
            self.show(Status(self._kept("result") or "not generated yet"))

    def begin(self) -> None:
        """It was just created: of a workflow's own asset, the form is there already."""
        form = _form(self._kept("form"))
        if form is not None and not self.takes_any:
            with quietly():
                begin(self.op, form)

    @property
    def takes_any(self) -> bool:
        """Whether any workflow can be chosen; else it is a published one's own asset."""
        return self.op.parm("workflow") is not None

    def describe(self, newest: int = 0) -> None:
        """What the form says of itself, and which file goes for each input. `newest`: the version
        that the relay has, if that is known."""
        form = _form(self._kept("form"))
        if form is not None:
            self._say("about", "\n".join(about(form, newest)))
            self._say("sends", what_goes(self, form, self._channel))

    def _channel(self, wanted: Input) -> str:
        return self.option(options.MASK_CHANNEL) or "alpha"

    def _say(self, name: str, words: str) -> None:
        if text(self.op, name) != plain(words):
            with quietly(), suppress(PluginError):  # it is locked
                put(self.op, name, plain(words))

    def option(self, name: str) -> str:
        """Of the parms under Result and Frames."""
        if name == options.FRAMES:
            return self._frames()
        if name == options.NAME:
            return self.path.strip("/")
        if name == options.SEED_POLICY:
            return values.seed_policy(self.op)
        if name == options.ALPHA:
            alpha = self.op.parm("send_alpha")
            return "1" if alpha is not None and alpha.eval() else ""
        known = {
            options.DEPTH: "depth",
            options.FIT: "fit",
            options.MASK_CHANNEL: "mask_channel",
        }
        return text(self.op, known[name]) if name in known else ""

    def _frames(self) -> str:
        chosen = text(self.op, "range")
        if chosen != "custom":
            return chosen or "frame"
        return ranges.written(ranges.parsed(text(self.op, "frames")))

    # what goes in

    def wired(self, input: Input) -> bool:  # noqa: A002  the fixed word
        """Whether its connector is connected, or its file is named; of work items nobody knows."""
        if self.op.type().category().name() == network.TOP:
            return True
        if not self._is_connected(input):
            return bool(values.chosen_file(self.op, input))
        return upstream(self.op, self._form(), input) is not None

    def _is_connected(self, wanted: Input) -> bool:
        """Else it is a file: data, and whatever goes into a node without connectors."""
        return wanted.is_picture and bool(self.op.inputNames())

    def frame_range(self, input: Input) -> tuple[int, int]:  # noqa: A002  the fixed word
        """The playbar's: what is connected has no range of its own in Houdini."""
        first, last = hou.playbar.playbackRange()
        return int(first), int(last)

    def _form(self) -> Form:
        return form_in(self._kept("form"))

    def fingerprint(self) -> Fingerprint:
        """By which node is connected: Houdini has no hash of what is above it."""
        return tuple(
            frozenset({"nothing"} if each is None else {str(each.sessionId())})
            for each in self.op.inputs()
        )

    def export(self, export: Export) -> Path:
        """Through the ROP inside; what is no picture is a file that the artist named."""
        if not self._is_connected(export.input):
            return file_there(export.input, values.chosen_file(self.op, export.input))
        number = connector(self.op, self._form(), export.input) or 1
        return export_frame(self.op, number, export)

    def stop_asked(self) -> bool:
        """Esc is heard while a frame is written; between two, Cancel is pressed."""
        return False

    # what comes out

    def show(self, status: Status) -> None:
        """On the status line and in the node's info; the mood as a sign before it. What is locked
        says it on Houdini's own line."""
        said = plain(f"{SIGNS.get(status.mood, '')}{status.text}")
        if text(self.op, "status") == said:
            return
        try:
            with quietly(), allowed(self.op):
                put(self.op, "status", said)
                self.op.setUserData(INFO, said)
        except PluginError:
            if hou.isUIAvailable():
                hou.ui.setStatusMessage(f"{self.path}: {said} {status.hint}".strip())

    def log(self, text_: str) -> None:
        """Newest last; the oldest lines go."""
        stamp = time.strftime("%H:%M:%S")
        lines = [*text(self.op, "log").splitlines(), *f"{stamp} {text_}".splitlines()]
        with quietly(), suppress(PluginError):  # it is locked
            put(self.op, "log", plain("\n".join(lines[-LOG_LINES:])))

    def place(self, placement: Placement) -> None:
        """Through the files that the nodes inside read."""
        place(self.op, placement, _form(self._kept("form")))
        if self.op.parm("text") is None:
            for output, written in placement.texts.items():
                self.log(f"{output}: {written}")
        menus.MEMORY.know(self._kept("uid"), placement.version)


def _form(kept: str) -> Form | None:
    try:
        return Form.from_text(kept)
    except ValueError:
        return None
