"""Text in hidden knobs, so written that Nuke's script format cannot change it."""

from __future__ import annotations

import base64

ENCODED = "base64:"
NOT_PLAIN = frozenset('[]{}"\\$\n')


def encoded(text: str) -> str:
    """Text that Nuke's script format cannot change on its way to a file and back."""
    if not NOT_PLAIN & set(text) and text.isascii():
        return text
    return ENCODED + base64.b64encode(text.encode("utf-8")).decode("ascii")


def decoded(text: str) -> str:
    """What `encoded` was given; what somebody spoiled is empty."""
    if not text.startswith(ENCODED):
        return text
    try:
        return base64.b64decode(text[len(ENCODED) :], validate=True).decode("utf-8")
    except ValueError:
        return ""
