"""The plugin core, which knows no DCC: Python 3.9 to 3.13 and its standard library."""

from __future__ import annotations

VERSION = "0.1.0"

API_LEVEL = 1
"""What the relay compares: the answers that this client can read."""
