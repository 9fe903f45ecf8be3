"""The table of knobs in docs/nuke.md: what each tooltip of the gizmos says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comfyrelay_nuke import gizmos, nk
from comfyrelay_nuke.nk import Group

BLOCK = re.compile(r"(<!-- knobs:[^\n]*-->\n).*?(<!-- end of knobs -->)", re.DOTALL)
TOP = "top"


def with_table(text: str) -> str:
    """The document with the table as it is now. Raises ValueError if it has no place for it."""
    if not BLOCK.search(text):
        raise ValueError("there is no block of knobs")
    return BLOCK.sub(lambda found: found[1] + table() + found[2], text)


def table() -> str:
    """Every knob once, where the panel has it."""
    lines = ["| where | knob | what it does |", "|---|---|---|"]
    picture = list(_rows(gizmos.comfy_relay()))
    text = [row for row in _rows(gizmos.comfy_relay_text()) if row not in picture]
    lines += [f"| {where} | **{knob}** | {said} |" for where, knob, said in picture]
    lines += [f"| *Comfy Relay Text* | **{knob}** | {said} |" for _, knob, said in text]
    return "\n".join(lines) + "\n"


def _rows(group: Group) -> Iterator[tuple[str, str, str]]:
    where = TOP
    for knob in group.user_knobs[1:]:
        if knob.kind == nk.TAB:
            where = TOP if knob.group == nk.END else str(knob.label)
        elif knob.tooltip:
            yield where, str(knob.label), knob.tooltip
