"""The list changes in place."""

from __future__ import annotations

from dataclasses import replace

from comfyrelay_qt.details import Details
from comfyrelay_qt.listing import Listing
from comfyrelay_qt.rows import Row
from comfyrelay_qt.shim import QtWidgets
from tests.plugins.qt.screen import application


def row(number: int) -> Row:
    return Row(str(number), "blur", "", "queued", "calm", "0:01", "")


def listing(count: int) -> tuple[Listing, QtWidgets.QWidget]:
    application()
    window = QtWidgets.QWidget()
    made = Listing("", window)
    made.resize(300, 120)
    made.show_rows([row(number) for number in range(count, 0, -1)], "none")
    window.show()
    return made, window


def test_what_is_the_same_is_not_touched_and_what_is_chosen_stays() -> None:
    made, _window = listing(3)
    made.choose("2")
    model, changed = made.view.model(), []
    model.dataChanged.connect(lambda top, end: changed.append((top.row(), end.row())))
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))

    made.show_rows([row(5), row(4), replace(row(2), status="37 %"), row(1)], "none")

    assert changed == [(2, 2)]
    assert resets == []
    chosen = made.row()
    assert chosen is not None
    assert (chosen.id, chosen.status) == ("2", "37 %")
    assert [model.index(place, 0).data() for place in range(model.rowCount())][2] == "blur, 37 %"
    made.show_rows([row(5)], "none")
    assert made.row() is None


def test_who_reads_further_down_goes_on_reading_there() -> None:
    made, _window = listing(30)
    bar = made.view.verticalScrollBar()
    bar.setValue(200)
    seen = made.view.indexAt(made.view.rect().topLeft()).data()
    before = made.view.visualRect(made.view.indexAt(made.view.rect().topLeft())).top()

    made.show_rows([row(number) for number in range(35, 0, -1)], "none")

    index = made.view.indexAt(made.view.rect().topLeft())
    assert (index.data(), made.view.visualRect(index).top()) == (seen, before)
    assert bar.value() > 200


def test_the_newest_come_into_sight_at_the_top() -> None:
    made, _window = listing(30)
    made.show_rows([row(number) for number in range(35, 0, -1)], "none")
    assert made.view.verticalScrollBar().value() == 0


def test_who_reads_the_details_goes_on_reading_while_the_job_goes_on() -> None:
    application()
    window = QtWidgets.QWidget()
    details = Details(window)
    window.show()
    lines = "\n".join(map(str, range(50)))
    details.show_row(replace(row(1), about=f"36 %\n{lines}"))
    bar = details.text.verticalScrollBar()
    bar.setValue(20)

    details.show_row(replace(row(1), about=f"37 %\n{lines}"))

    assert (details.text.toPlainText()[:4], bar.value()) == ("37 %", 20)
    details.show_answer("1", "It waits for gpu1.")
    assert (details.text.toPlainText()[:17], bar.value()) == ("It waits for gpu1", 0)
