"""The queue panel: this person's jobs, in a pane that may be narrow. Main thread only.

It asks only while it is seen, one question after another, and what it knows stays when the relay is
away. Nothing here waits: the network is on the core's background threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from comfyrelay.dcc import CALM, WARNING
from comfyrelay.desk import Desk
from comfyrelay.errors import PluginError
from comfyrelay.relay import Explanation
from comfyrelay.watching import Watch

from . import rows as words
from .details import Details
from .listing import Listing
from .rows import Queue, Row
from .shim import QtCore, QtGui, QtWidgets
from .signs import colour

T = TypeVar("T")

GAP = 4  # pixels


@dataclass(frozen=True)
class Pace:
    """Milliseconds between two looks."""

    active: int = 1000  # something runs or waits
    calm: int = 4000
    away: int = 3000  # the relay does not answer


class QueuePanel(QtWidgets.QWidget):
    """Made by a skin. `select` shows the node with a uid to the artist, if the scene has it;
    `browse` a folder."""

    def __init__(
        self,
        desk: Desk,
        select: Callable[[str], None] = lambda uid: None,
        browse: Callable[[Path], None] = lambda folder: in_file_browser(folder),
        pace: Pace = Pace(),
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Comfy Relay Queue")
        self._desk, self._select, self._browse, self._pace = desk, select, browse, pace
        self._watch = Watch(desk)
        self._exists = _exists(self)
        self.is_looking = self._picturing = False  # whether an answer is on its way
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._build()

    # what is seen

    def _build(self) -> None:
        self.headline = QtWidgets.QLabel(self)
        self.headline.setWordWrap(True)
        self.list = Listing(words.ASKING, self)
        self.details = Details(self)
        self.cancel = self._button("Cancel", self._cancel)
        self.open = self._button("Open result", self._open)
        self.explain = self._button("Why does it wait?", self._explain)
        bar = QtWidgets.QHBoxLayout()
        bar.setSpacing(GAP)
        for button in (self.cancel, self.open, self.explain):
            bar.addWidget(button)
        bar.addStretch(1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.headline)
        column.addWidget(self.list, 1)
        column.addWidget(self.details)
        column.addLayout(bar)
        self.list.chosen.connect(self._show_chosen)
        self._show_chosen()

    def _button(self, text: str, press: Callable[[Row], None]) -> QtWidgets.QPushButton:
        def pressed() -> None:
            row = self.list.row()
            if row is not None:
                press(row)

        button = QtWidgets.QPushButton(text, self)
        button.clicked.connect(pressed)
        return button

    def _show_chosen(self) -> None:
        """What the buttons can do; more of the chosen job, or of the newest that runs."""
        row = self.list.row()
        self.cancel.setEnabled(row is not None and row.can_cancel)
        self.open.setEnabled(row is not None and row.can_open)
        self.explain.setEnabled(row is not None and row.waits)
        running = (each for each in self.list.rows if each.runs)
        self.details.show_row(row or next(running, None))

    def show_queue(self, queue: Queue) -> None:
        """These jobs; what is chosen stays so."""
        self.list.show_rows(queue.rows, words.EMPTY)
        self._headline(queue.headline, CALM)
        self._show_chosen()

    def show_trouble(self, error: PluginError) -> None:
        """Why there is nothing new. What was shown stays."""
        self.list.say(words.trouble(error))
        self._headline(f"! {words.trouble(error)}", WARNING)

    def _headline(self, text: str, mood: str) -> None:
        palette = self.palette()
        if mood != CALM:
            palette.setColor(QtGui.QPalette.ColorRole.WindowText, colour(mood, palette))
        self.headline.setPalette(palette)
        self.headline.setText(text)
        self.headline.setVisible(bool(self.list.rows))  # else the list says it itself

    # when it asks

    def showEvent(self, event: QtGui.QShowEvent) -> None:  # noqa: N802  Qt's name
        """Somebody looks at it."""
        super().showEvent(event)
        self._timer.start(0)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:  # noqa: N802  Qt's name
        """Nobody does, so nothing is asked."""
        self._timer.stop()
        super().hideEvent(event)

    def _next(self, in_ms: int) -> None:
        if self.isVisible():
            self._timer.start(in_ms)

    def _ask(self) -> None:
        if not self.is_looking:
            self.is_looking = True
            here = words.Here(self._desk.dcc.scene, self._desk.session)
            self._aside(
                lambda: words.queue(self._watch.look(), here, time.time()),
                self._heard,
                self._not_heard,
            )

    def _heard(self, queue: Queue) -> None:
        self.is_looking = False
        self._next(self._pace.active if queue.goes_on else self._pace.calm)
        self.show_queue(queue)
        self._ask_for_picture()

    def _not_heard(self, error: PluginError) -> None:
        self.is_looking = False
        self._next(self._pace.away)
        self.show_trouble(error)

    def _ask_for_picture(self) -> None:
        row = self.details.row
        if row is None or not row.runs or self._picturing:
            return
        self._picturing, job_id = True, row.id

        def came(picture: bytes | None) -> None:
            self._picturing = False
            self.details.show_picture(job_id, picture)

        self._aside(lambda: self._watch.preview(job_id), came, lambda error: came(None))

    # what its buttons do

    def _cancel(self, row: Row) -> None:
        self._aside(
            lambda: self._watch.cancel(row.id), lambda job: self._next(0), self._teller(row)
        )

    def _explain(self, row: Row) -> None:
        def tell(why: Explanation) -> None:
            self.details.show_answer(row.id, words.explanation(why))

        self._aside(lambda: self._watch.explain(row.id), tell, self._teller(row))

    def _open(self, row: Row) -> None:
        def show(folder: Path) -> None:
            self.details.show_answer(row.id, f"The result is in {folder}")
            self._browse(folder)

        self._select(row.uid)
        self.details.show_answer(row.id, words.FETCHING)
        self._aside(lambda: self._watch.result(row.id), show, self._teller(row))

    def _teller(self, row: Row) -> Callable[[PluginError], None]:
        return lambda error: self.details.show_answer(row.id, words.told(error))

    def _aside(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[PluginError], None],
    ) -> None:
        """On a background thread; what comes of it is dropped if the panel is gone by then."""
        exists = self._exists
        self._desk.threads.aside(
            work,
            lambda found: then(found) if exists() else None,
            lambda error: failed(error) if exists() else None,
        )


def _exists(widget: QtWidgets.QWidget) -> Callable[[], bool]:
    """Whether Qt still has the widget. One that it deleted must not be touched."""
    there = [True]
    widget.destroyed.connect(lambda *_: there.clear())
    return lambda: bool(there)


def in_file_browser(folder: Path) -> None:
    """Have the system show a folder."""
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))
