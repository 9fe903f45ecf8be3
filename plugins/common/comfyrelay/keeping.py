"""The hidden strings that hold a node's state, so written that no scene format changes them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields

from .form import Form
from .state import State

KEEPS = "relay_"  # before the name of each
STATE = tuple(f"{KEEPS}{field.name}" for field in fields(State))
FORM_SHOWN = "shown_form"  # the form whose controls the node has

ENCODED = "base64:"
NOT_PLAIN = frozenset('[]{}"\\$`\n')
"""What one scene format or another takes for code, or for the end of a string."""


def encoded(text: str) -> str:
    """The same text, of characters that mean nothing anywhere."""
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


def kept_from_the_start(form: Form) -> Mapping[str, str]:
    """The strings of a node that has one version of one workflow before anybody chose it."""
    text = form.to_text()
    kept = {
        "workflow": form.workflow,
        "version": str(form.version),
        "schema_hash": form.schema_hash,
        "form": text,
    }
    own = {f"{KEEPS}{name}": value for name, value in kept.items()}
    return {name: encoded(value) for name, value in {**own, FORM_SHOWN: text}.items()}
