"""A form as parms: what every DCC shows of it, and which connector feeds each picture."""

from __future__ import annotations

from collections.abc import Sequence

from comfyrelay import controls, face
from comfyrelay.controls import Control, Group
from comfyrelay.form import Form, Input
from comfyrelay.form_controls import PREFIX, file_name, said

FROM = "_FROM"
IN_ORDER = "auto"  # the connectors in the order and kind of the form's inputs
FILE_HELP = "Instead of what comes with the item; @attributes work."


def form_folder(form: Form, connectors: int = 0, by_item: bool = False) -> Group:
    """The folder of the form's parms: spare parms of an asset for any workflow, which has so many
    `connectors` to choose from, or gets its files with a work item; part of the definition where
    the connectors are the form's own."""
    more = _feeds(form, connectors) if connectors else _files(form) if by_item else ()
    return face.params(form, more)


def feed_name(wanted: Input) -> str:
    """The menu that says which connector feeds this input."""
    return f"{PREFIX}{wanted.id}{FROM}"


def _feeds(form: Form, connectors: int) -> Sequence[Control]:
    numbers = [(str(number), f"input {number}") for number in range(1, connectors + 1)]
    return [
        Control(
            controls.MENU, feed_name(each), f"{said(each)} from", each.help, IN_ORDER,
            menu=((IN_ORDER, "in order"), *numbers), does=face.DESCRIBE,
        )
        for each in form.inputs
        if each.is_picture
    ]  # fmt: skip


def _files(form: Form) -> Sequence[Control]:
    return [
        Control(controls.FILE, file_name(each), f"{said(each)} file", FILE_HELP)
        for each in form.inputs
        if each.is_picture
    ]
