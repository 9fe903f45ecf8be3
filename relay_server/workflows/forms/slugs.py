"""Ids of a form from what a person wrote: the same again when nodes are added or moved. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from relay_server.models.forms import FormInput, FormOutput, FormParam

LONGEST = 64
NAMELESS = "param"
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"})
"""Letters that Unicode does not take apart into a plain one and an accent."""

_OTHERS = re.compile(r"[^a-z0-9]+")

Item = TypeVar("Item", FormInput, FormParam, FormOutput)


@dataclass(frozen=True)
class Draft(Generic[Item]):
    """An entry of a form before the ids are settled; its own id is the one it would like."""

    item: Item
    node: str  # which tells it from others with the same wish
    rank: int = 0  # the lower, the sooner it gets its wish


def slug(text: str, nameless: str = NAMELESS) -> str:
    """Text as an id: small letters, digits and `_`, without accents. `nameless` if none is left."""
    lower = text.casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode()
    found = _OTHERS.sub("_", plain).strip("_")
    if not found[:1].isalpha():
        found = f"{nameless}_{found}"
    return found[:LONGEST].strip("_")


@lru_cache(maxsize=4096)
def node_order(node: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts ids of nodes as a person would: 9, 10, 10:2, seed. ComfyUI counts up, so a node that
    is added comes last."""
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in node.split(":")
    )


def settled(drafts: Sequence[Draft[Item]], taken: Iterable[str] = ()) -> list[Item]:
    """The entries with ids that no two share, in their order.

    Of those with the same wish the lowest node gets it, and the others get their node's id behind
    it: a counter would give an id to another entry as soon as a node is added.
    """
    used = {*taken}
    ids: dict[int, str] = {}
    by_right = sorted(range(len(drafts)), key=lambda at: (drafts[at].rank, _order(drafts[at])))
    for at in by_right:
        if drafts[at].item.id not in used:
            ids[at] = drafts[at].item.id
            used.add(ids[at])
    for at in by_right:
        if at not in ids:
            ids[at] = _other(drafts[at], used)
            used.add(ids[at])
    return [
        draft.item
        if draft.item.id == ids[at]
        else draft.item.model_copy(update={"id": ids[at]})
        for at, draft in enumerate(drafts)
    ]  # fmt: skip


def _order(draft: Draft[Item]) -> tuple[tuple[int, int, str], ...]:
    return node_order(draft.node)


def _other(draft: Draft[Item], used: set[str]) -> str:
    suffix = _OTHERS.sub("_", draft.node.lower()).strip("_")
    found = _with_suffix(draft.item.id, suffix)
    while found in used:
        suffix = hashlib.sha256(f"{found} {draft.node}".encode()).hexdigest()[:8]
        found = _with_suffix(draft.item.id, suffix)
    return found


def _with_suffix(wish: str, suffix: str) -> str:
    suffix = suffix[-LONGEST // 2 :]
    return f"{wish[: LONGEST - 1 - len(suffix)]}_{suffix}"
