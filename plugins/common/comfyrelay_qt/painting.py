"""One job in the list: two lines that fit into any width, and a bar below while it runs."""

from __future__ import annotations

from typing import Any

from comfyrelay.dcc import ACTIVE, CALM

from .model import ROW, Index
from .rows import Row
from .shim import QtCore, QtGui, QtWidgets
from .signs import colour, draw_sign, faded

PAD, GAP, BAR = 6, 8, 3  # pixels
TITLE = 0.6  # of the first line at most, if the job's node stands there too
LEFT = int(QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter)

Option = Any
"""A QStyleOptionViewItem, whose fields some of the stubs leave out."""


class RowPainter(QtWidgets.QStyledItemDelegate):
    """Draws a Row.

    > upscale   ComfyRelay1, frame 1003        0:42 of about 1:10
      37 %                                                on gpu1
    """

    def sizeHint(  # noqa: N802  Qt's name
        self, option: Option, index: Index
    ) -> QtCore.QSize:
        """As wide as there is room: a row is cut, never scrolled sideways."""
        return QtCore.QSize(0, 2 * option.fontMetrics.height() + 3 * PAD)

    def paint(
        self,
        painter: QtGui.QPainter,
        option: Option,
        index: Index,
    ) -> None:
        """One row."""
        painter.save()
        _Page(painter, option, index.data(ROW)).draw()
        painter.restore()


class _Page:
    """One row while it is drawn."""

    def __init__(self, painter: QtGui.QPainter, option: Option, row: Row) -> None:
        self._painter, self._row = painter, row
        self._rect, self._font, self._palette = option.rect, option.font, option.palette
        selected = QtWidgets.QStyle.StateFlag.State_Selected
        self._selected = bool(option.state & selected)
        line, left = option.fontMetrics.height(), self._rect.left() + PAD + line_sign(option)
        width = self._rect.right() - PAD - left
        self._first = QtCore.QRect(left, self._rect.top() + PAD, width, line)
        self._second = self._first.translated(0, line + PAD // 2)

    def draw(self) -> None:
        row, text = self._row, QtGui.QPalette.ColorRole.Text
        grey = self._ink(faded(self._palette))
        ink = self._ink(colour(row.mood, self._palette))
        plain = self._palette.color(text)
        if self._selected:
            self._painter.fillRect(self._rect, self._palette.highlight())
        self._sign(ink)
        bold = QtGui.QFont(self._font)
        bold.setBold(True)
        left = self._right(self._first, row.time, grey)
        left = self._left(left, row.title, self._ink(plain), bold, TITLE if row.origin else 1.0)
        self._left(left, row.origin, grey, self._font)
        left = self._right(self._second, row.place, grey)
        said = self._ink(plain) if row.mood == CALM else ink
        self._left(left, row.status, said, self._font)
        self._ground(ink)

    def _ink(self, colour: QtGui.QColor) -> QtGui.QColor:
        role = QtGui.QPalette.ColorRole.HighlightedText
        return self._palette.color(role) if self._selected else colour

    def _sign(self, ink: QtGui.QColor) -> None:
        side = self._first.height() * 0.75
        top = self._first.top() + (self._first.height() - side) / 2
        where = QtCore.QRectF(self._rect.left() + PAD, top, side, side)
        draw_sign(self._painter, where, self._row.mood, ink)

    def _left(
        self,
        room: QtCore.QRect,
        text: str,
        ink: QtGui.QColor,
        font: QtGui.QFont,
        share: float = 1.0,
    ) -> QtCore.QRect:
        """Write from the left, shortened to its share of the room; what is left of it."""
        metrics = QtGui.QFontMetrics(font)
        most = round(room.width() * share)
        text = metrics.elidedText(text, QtCore.Qt.TextElideMode.ElideRight, most)
        self._write(room, LEFT, text, ink, font)
        return room.adjusted(metrics.horizontalAdvance(text) + GAP, 0, 0, 0)

    def _right(self, room: QtCore.QRect, text: str, ink: QtGui.QColor) -> QtCore.QRect:
        """Write at the right end, at most half of the room; what is left of it."""
        if not text:
            return room
        metrics = QtGui.QFontMetrics(self._font)
        text = metrics.elidedText(text, QtCore.Qt.TextElideMode.ElideRight, room.width() // 2)
        self._write(room, RIGHT, text, ink, self._font)
        return room.adjusted(0, 0, -metrics.horizontalAdvance(text) - GAP, 0)

    def _write(
        self,
        room: QtCore.QRect,
        where: int,
        text: str,
        ink: QtGui.QColor,
        font: QtGui.QFont,
    ) -> None:
        self._painter.setPen(ink)
        self._painter.setFont(font)
        self._painter.drawText(room, where, text)

    def _ground(self, ink: QtGui.QColor) -> None:
        """The line between two rows, or how far this one is."""
        ground = self._rect.adjusted(0, self._rect.height() - 1, 0, 0)
        self._painter.fillRect(ground, self._palette.window())
        if self._row.mood == ACTIVE and self._row.progress is not None:
            bar = self._rect.adjusted(0, self._rect.height() - BAR, 0, 0)
            bar.setWidth(round(bar.width() * self._row.progress))
            self._painter.fillRect(bar, ink)


def line_sign(option: Option) -> int:
    """Room for the sign before the lines."""
    return int(option.fontMetrics.height()) + 2
