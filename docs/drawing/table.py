"""The tables of knobs and parms in the documents: what each tooltip says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from comfyrelay.controls import Control, Shown
from comfyrelay_houdini import assets
from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.nk import Group

TOP = "top"

Row = tuple[str, str, str]


def with_table(text: str, what: str) -> str:
    """The document with the table of `what` as it is now. Raises ValueError if it has no place for
    it."""
    block = re.compile(rf"(<!-- {what}:[^\n]*-->\n).*?(<!-- end of {what} -->)", re.DOTALL)
    if not block.search(text):
        raise ValueError(f"there is no block of {what}")
    return block.sub(lambda found: found[1] + TABLES[what]() + found[2], text)


def knobs() -> str:
    """Every knob of Nuke once, where the panel has it."""
    rows = list(_knobs(gizmos.comfy_relay()))
    text = _also("Comfy Relay Text", _knobs(gizmos.comfy_relay_text()), rows)
    return _table("knob", [*rows, *text])


def parms() -> str:
    """Every parm of Houdini once, but the paths of further outputs."""
    rows = list(_once(_parms(assets.workflow().shown)))
    for other in (assets.process(), assets.mesh()):
        rows += _also(other.label, _parms(other.shown), rows)
    return _table("parm", rows)


TABLES: Mapping[str, Callable[[], str]] = {"knobs": knobs, "parms": parms}


def _table(what: str, rows: Sequence[Row]) -> str:
    lines = [f"| where | {what} | what it does |", "|---|---|---|"]
    lines += [f"| {where} | **{name}** | {said} |" for where, name, said in rows]
    return "\n".join(lines) + "\n"


def _also(name: str, its: Iterator[Row], rows: Sequence[Row]) -> Sequence[Row]:
    """What another node has besides."""
    said = {(label, text) for _, label, text in rows}
    return [(f"*{name}*", *row[1:]) for row in its if row[1:] not in said]


def _once(rows: Iterator[Row]) -> Iterator[Row]:
    """The first of those that do the same, as for each output."""
    seen: set[str] = set()
    for row in rows:
        if row[2] not in seen:
            seen.add(row[2])
            yield row


def _knobs(group: Group) -> Iterator[Row]:
    where = TOP
    for knob in group.user_knobs[1:]:
        if knob.kind == nk.TAB:
            where = TOP if knob.group == nk.END else str(knob.label)
        elif knob.tooltip:
            yield where, str(knob.label), knob.tooltip


def _parms(shown: Sequence[Shown], where: str = TOP) -> Iterator[Row]:
    for each in shown:
        if not isinstance(each, Control):
            yield from _parms(each.controls, each.label)
        elif each.help and not each.hidden:
            yield where, each.label, each.help
