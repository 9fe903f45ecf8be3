"""The HTTP side of the relay: one thin module for each kind of thing."""

from __future__ import annotations
