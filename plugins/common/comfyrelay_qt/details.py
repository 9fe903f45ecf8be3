"""More of one job: what it looks like so far, all that is known of it, and answers about it."""

from __future__ import annotations

from .rows import Row
from .shim import QtCore, QtGui, QtWidgets

LINES, WIDTH, SPACING = 5, 128, 6  # lines of text; pixels


class Details(QtWidgets.QWidget):
    """Below the list. Not there as long as there is nothing to tell."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.row: Row | None = None
        self._picture_of = ""  # job
        self._answer = ("", "")  # job, text
        self._told = ""  # job that the text is of
        self.picture = QtWidgets.QLabel(self)
        self.picture.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.text = QtWidgets.QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        height = LINES * self.text.fontMetrics().lineSpacing() + 2 * SPACING
        self.text.setFixedHeight(height)
        self.picture.setFixedSize(WIDTH, height)
        line = QtWidgets.QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACING)
        line.addWidget(self.picture)
        line.addWidget(self.text, 1)
        self.show_row(None)

    def show_row(self, row: Row | None) -> None:
        """This job, as it is now; None: nothing."""
        self.row = row
        self.setVisible(row is not None)
        if row is not None:
            self.picture.setVisible(self._picture_of == row.id and row.runs)
            self._tell(row)

    def show_picture(self, job_id: str, picture: bytes | None) -> None:
        """What a job looks like so far; without one the picture before it stays."""
        found = QtGui.QPixmap()
        if picture is None or not found.loadFromData(picture):
            return
        self._picture_of = job_id
        self.picture.setPixmap(
            found.scaled(
                self.picture.size(),
                QtCore.Qt.AspectRatioMode.KeepAspectRatio,
                QtCore.Qt.TransformationMode.SmoothTransformation,
            )
        )
        self.show_row(self.row)

    def show_answer(self, job_id: str, text: str) -> None:
        """What came of a question about a job; it stays above what is known of it."""
        self._answer, self._told = (job_id, text), ""
        if self.row is not None:
            self._tell(self.row)

    def _tell(self, row: Row) -> None:
        job_id, answer = self._answer
        text = f"{answer}\n{row.about}" if answer and job_id == row.id else row.about
        if text != self.text.toPlainText():  # else what somebody selected in it would be lost
            bar = self.text.verticalScrollBar()
            at = bar.value() if self._told == row.id else 0
            self.text.setPlainText(text)
            bar.setValue(at)
        self._told = row.id
