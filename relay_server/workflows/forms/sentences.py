"""Small parts of the sentences that a form's problems are made of. Pure."""

from __future__ import annotations

from collections.abc import Sequence

TEENS = range(11, 14)


def sentence(reason: str) -> str:
    """With the full stop that it lacks."""
    return reason if reason.endswith((".", "?")) else f"{reason}."


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    teens = number % 100 in TEENS
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def listed(names: Sequence[str]) -> str:
    """3, 9 and 13."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
