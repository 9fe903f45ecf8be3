"""The queue panel, for PySide2 and PySide6. Importing this imports no Qt; its modules do."""

from __future__ import annotations
