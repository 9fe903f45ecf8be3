"""Seeds: text of a whole number of 64 bits, and the policy that says which one a job gets.

A seed is text everywhere, since no knob of a DCC holds 64 bits without rounding.
"""

from __future__ import annotations

import secrets

FIXED, NEW, PER_FRAME = "fixed", "new", "per_frame"
POLICIES = {
    FIXED: "fixed",
    NEW: "new on each Generate",
    PER_FRAME: "seed + frame",
}
"""Every policy, and its line in a menu."""

LIMIT = 2**64
LONGEST = 40  # digits that are looked at


def drawn(limit: int = LIMIT) -> str:
    """A new seed by chance, below the limit."""
    return str(secrets.randbelow(limit))


def checked(text: str, limit: int = LIMIT) -> str:
    """The seed as it is kept: digits, no zeros before them. Raises ValueError with a sentence."""
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST
    if not is_number or int(digits) >= limit:
        raise ValueError(f"{digits[:LONGEST]!r} is no seed: a whole number from 0 to {limit - 1}.")
    return str(int(digits))


def for_generate(policy: str, text: str, limit: int = LIMIT) -> str:
    """The seed that a Generate shows, stores and uses: a new one, or what is there.

    Raises ValueError with a sentence, for a seed or a policy that is none.
    """
    if policy not in POLICIES:
        raise ValueError(f"{policy!r} is no way to seed. There are: {', '.join(POLICIES)}.")
    return drawn(limit) if policy == NEW else checked(text, limit)


def at_frame(policy: str, text: str, frame: int, limit: int = LIMIT) -> int:
    """What the job of a frame sends. `seed + frame` wraps, so that every frame has a seed."""
    seed = int(checked(text, limit))
    return (seed + frame) % limit if policy == PER_FRAME else seed
