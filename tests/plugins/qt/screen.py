"""An application of Qt without a screen, and colours like those of a DCC."""

from __future__ import annotations

import os
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from comfyrelay_qt.rows import Row
from comfyrelay_qt.shim import QtCore, QtGui, QtWidgets

Roles = QtGui.QPalette.ColorRole
DARK = {
    Roles.Window: "#323232", Roles.WindowText: "#c8c8c8", Roles.Base: "#282828",
    Roles.AlternateBase: "#2d2d2d", Roles.Text: "#c8c8c8", Roles.Button: "#4a4a4a",
    Roles.ButtonText: "#d2d2d2", Roles.Highlight: "#b0671a", Roles.HighlightedText: "#ffffff",
    Roles.Light: "#5a5a5a", Roles.Midlight: "#505050", Roles.Mid: "#3c3c3c", Roles.Dark: "#1e1e1e",
    Roles.Shadow: "#141414",
}  # fmt: skip
"""Roughly Nuke's."""
GREYED = "#787878"


def application() -> QtWidgets.QApplication:
    """The one of this process, with the style that all systems have."""
    found = QtWidgets.QApplication.instance()
    if isinstance(found, QtWidgets.QApplication):
        return found
    made = QtWidgets.QApplication([])
    made.setStyle("Fusion")
    return made


def dark() -> QtGui.QPalette:
    """A palette as a DCC has it."""
    palette = QtGui.QPalette()
    for role, colour in DARK.items():
        palette.setColor(role, QtGui.QColor(colour))
    for role in (Roles.ButtonText, Roles.Text, Roles.WindowText):
        palette.setColor(QtGui.QPalette.ColorGroup.Disabled, role, QtGui.QColor(GREYED))
    return palette


def close(widget: QtWidgets.QWidget) -> None:
    """As when its tab is closed: Qt deletes it, whoever holds it."""
    widget.hide()
    widget.deleteLater()
    application().sendPostedEvents(widget, QtCore.QEvent.Type.DeferredDelete)


def until_row(app: Any, panel: Any, status: str) -> Row:
    """The newest job's row, as soon as it says that; `app` is a simulated DCC."""

    def said() -> bool:
        application().processEvents()
        return bool(panel.list.rows) and panel.list.rows[0].status == status

    app.pump_until(said)
    found: Row = panel.list.rows[0]
    return found
