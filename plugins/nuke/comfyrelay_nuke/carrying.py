"""What an artist set on the knobs of one form, carried over to those of another. Main thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import nuke

from comfyrelay.form import Form
from comfyrelay.form_controls import GROUP

from .form_knobs import form_knobs, id_of, types
from .knobs import begins


@dataclass(frozen=True)
class Kept:
    """A knob as it was before it was removed."""

    name: str
    label: str
    type: str  # of its param; "" is a group of knobs
    value: str  # as an artist sees it
    script: str  # of what is animated or follows an expression; "" if neither
    items: tuple[str, ...]  # of a menu
    is_set: bool  # whether it is not as the form had it


def kept(knobs: Sequence[nuke.Knob], before: Form | None) -> list[Kept]:
    """All that hold something."""
    known = types(before) if before is not None else {}
    defaults = {} if before is None else {k.name: begins(k) for k in form_knobs(before)}
    return [
        _kept(knob, known, defaults)
        for knob in knobs
        if not isinstance(knob, nuke.PyScript_Knob)
        and (not isinstance(knob, nuke.Tab_Knob) or knob.name().startswith(GROUP))
    ]


def _kept(knob: nuke.Knob, known: Mapping[str, str], defaults: Mapping[str, str]) -> Kept:
    name, found = str(knob.name()), cast("Any", knob)
    items = tuple(found.values()) if isinstance(knob, nuke.Enumeration_Knob) else ()
    is_text = isinstance(knob, nuke.String_Knob)
    value = str(found.getText() if is_text else found.value())
    moves = isinstance(knob, nuke.Array_Knob) and (found.isAnimated() or found.hasExpression())
    default = defaults.get(name) or (items[0] if items else "")
    return Kept(
        name=name,
        label=str(knob.label()) or name,
        type=known.get(id_of(name), ""),
        value=value,
        script=str(knob.toScript()) if moves else "",
        items=items,
        is_set=moves or not _same(value, default),
    )


def _same(value: str, default: str) -> bool:
    if _is_number(value) and _is_number(default or "0"):
        return float(_number(value)) == float(_number(default or "0"))
    return value == default


def _is_number(text: str) -> bool:
    try:
        float(_number(text))
    except ValueError:
        return False
    return True


def _number(text: str) -> str:
    """Of a switch too."""
    return {"true": "1", "false": "0"}.get(text.lower(), text)


def restored(
    group: nuke.Group, stays: Sequence[Kept], before: Form | None, form: Form
) -> Iterator[str]:
    """Set what was there. A sentence for each that cannot be as it was."""
    knobs, now = group.knobs(), types(form)
    same_workflow = before is not None and before.workflow == form.workflow
    for was in stays:
        knob = knobs.get(was.name)
        if knob is not None and now.get(id_of(was.name), "") == was.type:
            yield from _put(knob, was, same_workflow)
        elif was.is_set and was.type:
            yield f"{was.label} is gone; it was {was.script or was.value}"


def _put(knob: nuke.Knob, was: Kept, same_workflow: bool) -> Iterator[str]:
    found = cast("Any", knob)
    if isinstance(knob, nuke.Enumeration_Knob):
        yield from _choose(found, was, same_workflow)
    elif isinstance(knob, nuke.Tab_Knob):
        found.setValue(int(was.value))
    elif was.script and isinstance(knob, nuke.Array_Knob):
        knob.fromScript(was.script)
    elif was.script:
        yield f"{was.label} cannot be animated any more; it was {was.script}"
    elif not isinstance(knob, nuke.Array_Knob):
        found.setValue(was.value)
    elif _is_number(was.value):
        knob.fromScript(_number(was.value))
    else:
        yield f"{was.label} is a number now; it was {was.value}"


def _choose(menu: Any, was: Kept, same_workflow: bool) -> Iterator[str]:
    """By the item's text, for its place may be another. One that the menu lacks now is kept, for an
    artist chose it; that of another workflow means something else there."""
    items = tuple(menu.values())
    if was.script and items == was.items:
        menu.fromScript(was.script)
        return
    if was.script:
        yield f"{was.label} has another menu now, so it is not animated; it was {was.script}"
    if was.value in items:
        menu.setValue(was.value)
    elif same_workflow and was.is_set:
        menu.setValues([was.value, *items])
        menu.setValue(was.value)
        yield f"{was.label} has {was.value} no more; it is kept until you choose another"
    elif was.is_set:
        yield f"{was.label} has no {was.value} here; it is {menu.value()}"
