"""The plugin core that knows no DCC."""

from __future__ import annotations
