"""What was found of one thing: a line of `comfy-relay doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """`wrong` is to be mended, `note` is to be known. The sentence says what to do."""

    verdict: Verdict
    subject: str
    sentence: str


def ok(subject: str, sentence: str) -> Finding:
    """All is well."""
    return Finding("ok", subject, sentence)


def note(subject: str, sentence: str) -> Finding:
    """Not wrong, and worth knowing."""
    return Finding("note", subject, sentence)


def wrong(subject: str, sentence: str) -> Finding:
    """To be mended."""
    return Finding("wrong", subject, sentence)
