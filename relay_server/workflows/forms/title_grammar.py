"""What a node's title says: `Look/Grain amount (optional)`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OPTIONAL = re.compile(r"\s*\(\s*optional\s*\)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Title:
    """A title taken apart. The group is empty if it names none."""

    group: str
    label: str
    optional: bool


def without_optional(title: str) -> str:
    """A title without `(optional)` at its end."""
    return _OPTIONAL.sub("", title)


def parsed(title: str) -> Title:
    """What stands before the first slash is the group."""
    text = without_optional(title)
    group, slash, label = (part.strip() for part in text.partition("/"))
    optional = text != title
    if slash and group and label:
        return Title(group, label, optional)
    return Title("", text.strip() or title.strip(), optional)


def told_apart(labels: Sequence[str], nodes: Sequence[str]) -> list[str]:
    """Labels with the node's id behind those that are there more than once."""
    return [
        f"{label} (node {node})" if labels.count(label) > 1 else label
        for label, node in zip(labels, nodes, strict=True)
    ]


def plain(name: str) -> str:
    """A field's name, or an id, as a label: `sampler_name` is `Sampler name`."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
