"""Colours of moods, and a sign for each, since not everybody sees colours. Drawn, for no font is
everywhere."""

from __future__ import annotations

from comfyrelay.dcc import ACTIVE, CALM, DONE, ERROR, WARNING

from .rows import ENDED
from .shim import QtCore, QtGui

ON_DARK = {ACTIVE: "#6cb6ff", DONE: "#7bc67e", WARNING: "#e8b339", ERROR: "#ff8078"}
ON_LIGHT = {ACTIVE: "#0b5cad", DONE: "#1b7a34", WARNING: "#8a5a00", ERROR: "#b3261e"}
HALF = 128  # of 255
Points = tuple[tuple[float, float], ...]

LINES: dict[str, tuple[Points, ...]] = {
    ACTIVE: (((0.3, 0.2), (0.75, 0.5), (0.3, 0.8), (0.3, 0.2)),),
    DONE: (((0.15, 0.55), (0.4, 0.8), (0.85, 0.25)),),
    WARNING: (((0.5, 0.12), (0.5, 0.6)), ((0.5, 0.82), (0.5, 0.86))),
    ENDED: (((0.25, 0.5), (0.75, 0.5)),),
    ERROR: (((0.22, 0.22), (0.78, 0.78)), ((0.78, 0.22), (0.22, 0.78))),
}
"""In a square of 1 by 1; a calm job has a ring."""


def is_dark(palette: QtGui.QPalette) -> bool:
    """Whether texts are light on a dark ground, as in Nuke and Houdini."""
    return palette.color(QtGui.QPalette.ColorRole.Base).lightness() < HALF


def colour(mood: str, palette: QtGui.QPalette) -> QtGui.QColor:
    """Of a mood's text and sign."""
    known = ON_DARK if is_dark(palette) else ON_LIGHT
    return QtGui.QColor(known[mood]) if mood in known else faded(palette)


def faded(palette: QtGui.QPalette) -> QtGui.QColor:
    """Of what is less important than text."""
    text, ground = (
        palette.color(QtGui.QPalette.ColorRole.Text),
        palette.color(QtGui.QPalette.ColorRole.Base),
    )
    mixed = [round(0.65 * a + 0.35 * b) for a, b in zip(_rgb(text), _rgb(ground))]
    return QtGui.QColor(*mixed)


def _rgb(colour: QtGui.QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def draw_sign(painter: QtGui.QPainter, where: QtCore.QRectF, mood: str, ink: QtGui.QColor) -> None:
    """A mood's sign, in a square."""
    pen = QtGui.QPen(ink, max(1.4, where.width() / 8))
    pen.setCapStyle(QtCore.Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(QtCore.Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    if mood == CALM:
        inset = where.width() * 0.2
        painter.drawEllipse(where.adjusted(inset, inset, -inset, -inset))
    for points in LINES.get(mood, ()):
        painter.drawPolyline(_placed(points, where))
    painter.restore()


def _placed(points: Points, where: QtCore.QRectF) -> QtGui.QPolygonF:
    return QtGui.QPolygonF(
        [
            QtCore.QPointF(where.x() + x * where.width(), where.y() + y * where.height())
            for x, y in points
        ]
    )
