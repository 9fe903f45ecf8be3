"""The rows as Qt's views want them: changed in place, so that what is selected stays so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from .rows import Row
from .shim import QtCore

ROW: Any = int(QtCore.Qt.ItemDataRole.UserRole)
"""The role under which an index has its Row. The stubs of the two Qts say `role` differently."""
Index = Union[QtCore.QModelIndex, QtCore.QPersistentModelIndex]
NOWHERE = QtCore.QModelIndex()


class Rows(QtCore.QAbstractListModel):
    """One item for each job. Jobs come and go, and never change their order."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """How many; below a row there is nothing."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: Any = ROW) -> Any:
        """The row itself, and its texts for those who do not see it."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        texts = {
            ROW: row,
            int(QtCore.Qt.ItemDataRole.DisplayRole): row.words,
            int(QtCore.Qt.ItemDataRole.ToolTipRole): row.about,
        }
        return texts.get(int(role))

    def show(self, rows: Sequence[Row]) -> None:
        """These from now on: what is the same is not touched."""
        self._remove({row.id for row in self._rows} - {row.id for row in rows})
        changed = []
        for place, row in enumerate(rows):
            if place == len(self._rows) or self._rows[place].id != row.id:
                self.beginInsertRows(NOWHERE, place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
            elif self._rows[place] != row:
                self._rows[place] = row
                changed.append(place)
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def _remove(self, gone: set[str]) -> None:
        for place in reversed(range(len(self._rows))):
            if self._rows[place].id in gone:
                self.beginRemoveRows(NOWHERE, place, place)
                del self._rows[place]
                self.endRemoveRows()
