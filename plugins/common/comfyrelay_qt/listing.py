"""The list of jobs, or a sentence in its place as long as there are none."""

from __future__ import annotations

from collections.abc import Sequence

from .model import ROW, Rows
from .painting import RowPainter
from .rows import Row
from .shim import QtCore, QtGui, QtWidgets

MARGIN = 16  # pixels


class Listing(QtWidgets.QStackedWidget):
    """One job at a time is chosen."""

    chosen = QtCore.Signal()

    def __init__(self, text: str, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()
        self.view = QtWidgets.QListView(self)
        self._model = Rows(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(RowPainter(self))
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.sentence = QtWidgets.QLabel(text, self)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.sentence.setMargin(MARGIN)
        self.addWidget(self.sentence)
        self.addWidget(self.view)

    def row(self) -> Row | None:
        """The chosen one."""
        indexes = self.view.selectionModel().selectedIndexes()
        return indexes[0].data(ROW) if indexes else None

    def choose(self, job_id: str) -> None:
        """As a click on it."""
        places = [place for place, row in enumerate(self.rows) if row.id == job_id]
        for place in places:
            self.view.setCurrentIndex(self._model.index(place))

    def show_rows(self, rows: Sequence[Row], empty: str) -> None:
        """These from now on; `empty` is said if there are none."""
        chosen, place = self.row(), self._place()
        self.rows = rows
        self._model.show(rows)
        self._go_back_to(*place)
        if chosen is not None and chosen.id not in {row.id for row in rows}:
            self.view.selectionModel().clear()  # Qt has chosen its neighbour instead
        self.sentence.setText(empty)
        self.setCurrentWidget(self.view if rows else self.sentence)

    def say(self, text: str) -> None:
        """In place of the list; if there are jobs, they stay."""
        if not self.rows:
            self.sentence.setText(text)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:  # noqa: N802  Qt's name
        """What is chosen stays in sight, as when details come below."""
        super().resizeEvent(event)
        chosen = self.view.currentIndex()
        if 0 <= self.view.visualRect(chosen).top() < event.oldSize().height():
            self.view.scrollTo(chosen)

    # Somebody who reads further down goes on reading while others come at the top.

    def _place(self) -> tuple[QtCore.QPersistentModelIndex, int]:
        top = self.view.indexAt(QtCore.QPoint(1, 1))
        return QtCore.QPersistentModelIndex(top), self.view.visualRect(top).top()

    def _go_back_to(self, top: QtCore.QPersistentModelIndex, at: int) -> None:
        bar = self.view.verticalScrollBar()
        if bar.value() and top.isValid():
            now = self.view.visualRect(self._model.index(top.row())).top()
            bar.setValue(bar.value() + now - at)
