"""The one place that knows which Qt the application has: PySide6, else PySide2.

What both have is used, so enums by their full name, as `Qt.ItemFlag.ItemIsEnabled`, and nothing
that moved from one module to another. mypy checks us against the stubs of both.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from PySide6 import QtCore, QtGui, QtWidgets
    else:  # as the DCCs with an older Python have it
        from PySide2 import QtCore, QtGui, QtWidgets
else:
    try:
        from PySide6 import QtCore, QtGui, QtWidgets
    except ImportError:
        from PySide2 import QtCore, QtGui, QtWidgets

__all__ = ["QtCore", "QtGui", "QtWidgets"]
