"""One Comfy Relay node in Nuke, as the core sees it. Main thread only, and never kept."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import nuke

from comfyrelay import options, ranges
from comfyrelay.dcc import ERROR, Export, Fingerprint, Placement, Status
from comfyrelay.face import SIGNS, about, reformed
from comfyrelay.form import Form, Input, JsonValue, Param
from comfyrelay.keeping import FORM_SHOWN, KEEPS, decoded, encoded
from comfyrelay.orders import file_there, form_in
from comfyrelay.seeds import POLICIES
from comfyrelay.sends import what_goes

from . import gizmos, progress, values
from .export import export_frame
from .inputs import input_number, mask_channel
from .placing import place
from .quiet import no_undo, unnoticed
from .rebuild import rebuild

LOG_LINES = 200


class GizmoNode:
    """Implements the core's `Node` on a group that a gizmo made."""

    def __init__(self, group: nuke.Group) -> None:
        self.group = group

    @property
    def path(self) -> str:
        """`Group1.ComfyRelay2`."""
        return self.group.fullName()

    # what it keeps

    def state(self) -> Mapping[str, str]:
        """Every hidden string, decoded."""
        return {
            name[len(KEEPS) :]: decoded(str(knob.value()))
            for name, knob in self.group.knobs().items()
            if name.startswith(KEEPS)
        }

    def _kept(self, name: str) -> str:
        """One of them; all take a while."""
        return decoded(self._text(f"{KEEPS}{name}"))

    def keep(self, changes: Mapping[str, str], modifies: bool) -> None:
        """Hidden strings that an older gizmo lacks are added."""
        with no_undo() if modifies else unnoticed():
            for name, text in changes.items():
                self._hidden(f"{KEEPS}{name}").setValue(encoded(text))

    def _hidden(self, name: str) -> Any:
        found = self.group.knob(name)
        if found is None:
            found = nuke.String_Knob(name, "")
            found.setFlag(nuke.INVISIBLE)
            self.group.addKnob(found)
        return found

    # what an artist set

    def value(self, param: Param, frame: int) -> JsonValue:
        """Animation evaluated, text not evaluated as Tcl."""
        return values.value(self.group, param, frame)

    def put(self, param: Param, value: JsonValue) -> None:
        """An artist can undo it as any other change, so it is one."""
        values.put(self.group, param, value)

    def reform(self, form: Form) -> None:
        """Another form, or the same with other menus. Never within a callback of this node."""
        old = _form(decoded(self._text(FORM_SHOWN)))
        with no_undo():
            lost = rebuild(self.group, old, form)
            self._hidden(FORM_SHOWN).setValue(encoded(form.to_text()))
        self.describe()
        for each in lost:
            self.log(each)
        told = reformed(form, lost)
        if told is not None:
            self.show(told)
        elif self._text("status").startswith(SIGNS[ERROR]):  # it was about what was before
            self.show(Status(self._kept("result") or "not generated yet"))

    def describe(self, newest: int = 0) -> None:
        """What the form says of itself, and which file goes for each input. `newest`: the version
        that the relay has, if that is known."""
        form = _form(self._kept("form"))
        if form is not None:
            with unnoticed():
                lines = [*about(form, newest), *self._elsewhere(form)]
                cast("Any", self.group["about"]).setValue("\n".join(lines).strip() or " ")
                cast("Any", self.group["sends"]).setValue(self._what_goes(form) or " ")

    def _what_goes(self, form: Form) -> str:
        colourspace = self._text("colourspace").strip()
        return what_goes(self, form, lambda i: mask_channel(self.group, form, i), colourspace)

    def _elsewhere(self, form: Form) -> Sequence[str]:
        """A gizmo for pictures shows no text, nor one for texts a picture."""
        takes_texts = "text" in self.group.knobs()
        if any((each.kind == "text") == takes_texts for each in form.outputs):
            return []
        made, other = ("pictures", "") if takes_texts else ("text", " Text")
        return [f"! This workflow makes {made}: choose it in a Comfy Relay{other} node."]

    def option(self, name: str) -> str:
        """Of the knobs under Result and Frames."""
        if name == options.FRAMES:
            return self._frames()
        if name == options.SEED_POLICY:
            return _key(POLICIES, values.seed_policy(self.group))
        if name == options.DEPTH:
            return gizmos.DEPTHS.get(self._text("depth"), "")
        if name == options.FIT:
            return gizmos.FITS.get(self._text("fit"), "")
        if name == options.ALPHA:
            return "1" if self._text("send_alpha") == "True" else ""
        return "alpha" if name == options.MASK_CHANNEL else ""  # Matte makes it alpha

    def _text(self, name: str) -> str:
        knob = self.group.knob(name)
        return "" if knob is None else str(knob.value())

    def _frames(self) -> str:
        chosen = self._text("range")
        if chosen == gizmos.RANGES[1]:
            return "input"
        if chosen != gizmos.RANGES[2]:
            return "frame"
        return ranges.written(ranges.parsed(self._text("frames")))

    # what goes in

    def wired(self, input: Input) -> bool:  # noqa: A002  the fixed word
        """Whether the group's own input of that role is connected, or its file is named."""
        if not input.is_picture:
            return bool(values.chosen_file(self.group, input))
        return self._upstream(input) is not None

    def frame_range(self, input: Input) -> tuple[int, int]:  # noqa: A002  the fixed word
        """Of what is connected, not of the script."""
        upstream = self._upstream(input)
        node: Any = nuke.root() if upstream is None else upstream
        return int(node.firstFrame()), int(node.lastFrame())

    def _upstream(self, wanted: Input) -> nuke.Node | None:
        number = input_number(self.group, self._form(), wanted)
        return None if number is None else self.group.input(number)

    def _form(self) -> Form:
        return form_in(self._kept("form"))

    def fingerprint(self) -> Fingerprint:
        """Nuke's own hashes. A node has one for each op that it has just now: an op for each frame
        and view that somebody looked at, or rendered."""
        upstream = [self.group.input(number) for number in range(self.group.inputs())]
        return tuple(
            frozenset({"nothing"} if node is None else map(str, node.opHashes()))
            for node in upstream
        )

    def export(self, export: Export) -> Path:
        """Through the Write inside; what is no picture is a file that the artist named."""
        if export.how.format == "file":
            return file_there(export.input, values.chosen_file(self.group, export.input))
        pick = input_number(self.group, self._form(), export.input) or 0
        with unnoticed():
            export_frame(self.group, pick, export, self._text("colourspace"))
        return export.path

    def stop_asked(self) -> bool:
        """Of the bar that `show` opened."""
        return progress.stop_asked(self._kept("uid"))

    # what comes out

    def show(self, status: Status) -> None:
        """On the status line; the mood as a sign before it."""
        with unnoticed():
            text = f"{SIGNS.get(status.mood, '')}{status.text}"
            cast("Any", self.group["status"]).setValue(text)
        progress.show(self._kept("uid"), self.path, status)

    def log(self, text: str) -> None:
        """Newest last; the oldest lines go."""
        knob = cast("Any", self.group["log"])
        stamp = time.strftime("%H:%M:%S")
        lines = [*str(knob.value()).splitlines(), *f"{stamp} {text}".splitlines()]
        with unnoticed():
            knob.setValue("\n".join(lines[-LOG_LINES:]))

    def place(self, placement: Placement) -> None:
        """On the Read inside, and on the text knob."""
        place(self.group, placement, _form(self._kept("form")))


def _form(text: str) -> Form | None:
    try:
        return Form.from_text(text)
    except ValueError:
        return None


def _key(names: Mapping[str, str], label: str) -> str:
    return next((key for key, said in names.items() if said == label), "")
