"""The clipboard of the application that we are in. Main thread."""

from __future__ import annotations

from .shim import QtWidgets


def put(text: str) -> None:
    """Have this text pasted next; without an application nothing happens."""
    application = QtWidgets.QApplication.instance()
    if application is not None:
        QtWidgets.QApplication.clipboard().setText(text)
