"""The queue panel, for PySide2 and PySide6."""

from __future__ import annotations
