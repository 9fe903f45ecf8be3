"""A panel of fields and buttons: where the next one goes, and what each looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .svg import DIM, TEXT, Drawing

ROW, FIELD, CHARACTER = 25, 18, 6.4
COLUMN, LABEL = 480, 132
"""Widths of a column, and of the labels in it."""
SHARED = 150
"""Width of a field that does not have its row alone."""
TOP, GAP = 88, 20
FIELD_FILL, FIELD_EDGE, BUTTON_FILL, GROUP_FILL = "#1f2023", "#111214", "#4a4e55", "#3a3d43"


@dataclass
class Pen:
    """Draws one below the other in a column, or beside it; its place is where the next goes."""

    drawing: Drawing
    left: float
    y: float = TOP
    x: float = 0.0  # behind the last field of this row; 0: the row is empty
    depth: int = 0
    shared: bool = False  # whether another field follows in this row

    @property
    def right(self) -> float:
        """The end of the column."""
        return self.left + COLUMN

    # rows

    def new_row(self, height: float = ROW) -> None:
        self.y += height
        self.x = 0.0

    def end_row(self) -> None:
        if self.x:
            self.new_row()

    def divider(self) -> None:
        self.end_row()
        self.drawing.line([(self.left, self.y + 4), (self.right, self.y + 4)], stroke="#44484e")
        self.new_row(14)

    def open_group(self, label: str) -> None:
        self.end_row()
        x = self.left + 8 * self.depth
        self.drawing.box(x, self.y, COLUMN - 8 * self.depth, 20, GROUP_FILL)
        self.drawing.shape([(x + 8, self.y + 7), (x + 18, self.y + 7), (x + 13, self.y + 13)], DIM)
        self.drawing.text(x + 26, self.y + 14, label, TEXT, 12, weight="bold")
        self.depth += 1
        self.new_row()

    def close_group(self) -> None:
        self.end_row()
        self.depth -= 1
        self.y += 4

    def label(self, label: str) -> None:
        """Before the first field of a row, or beside the field before."""
        if self.x and label:
            self.drawing.text(self.x, self.y + 13, label, DIM, 12)
            self.x += CHARACTER * len(label) + 14
        elif not self.x:
            self.x = self.left + LABEL
            if label:
                self.drawing.text(self.x - 8, self.y + 13, label, DIM, 12, "end")

    # what stands in them

    def field(self, words: str, width: float = 0) -> None:
        width = width or (SHARED if self.shared else self.right - self.x)
        self.drawing.box(self.x, self.y, width, FIELD, FIELD_FILL, FIELD_EDGE)
        self.drawing.text(self.x + 6, self.y + 13, words, TEXT, 12)
        self.x += width

    def number(self, words: str, slider: tuple[float, float] | None) -> None:
        self.field(words, 64)
        if slider is None:
            return
        low, high = slider
        start, end = self.x + 12, self.right - 8
        at = start + (float(words or low) - low) / (high - low) * (end - start)
        self.drawing.line([(start, self.y + 9), (end, self.y + 9)], stroke="#5a5e65")
        self.drawing.box(at - 4, self.y + 2, 8, 14, "#9aa0a8")
        self.x = end

    def menu(self, words: str, choices: Sequence[str]) -> None:
        longest = max([words, *choices], key=len)
        width = min(CHARACTER * len(longest) + 34, self.right - self.x)
        self.drawing.box(self.x, self.y, width, FIELD, BUTTON_FILL, FIELD_EDGE)
        self.drawing.text(self.x + 8, self.y + 13, words, TEXT, 12)
        x, y = self.x + width - 15, self.y + 7
        self.drawing.shape([(x, y), (x + 9, y), (x + 4.5, y + 5)], TEXT)
        self.x += width

    def toggle(self, label: str) -> None:
        self.drawing.box(self.x, self.y + 2, 14, 14, FIELD_FILL, FIELD_EDGE)
        self.drawing.text(self.x + 21, self.y + 13, label, TEXT, 12)
        self.x += 21 + CHARACTER * len(label)

    def button(self, label: str) -> None:
        width = CHARACTER * len(label) + 24
        self.drawing.box(self.x, self.y, width, FIELD + 1, BUTTON_FILL, FIELD_EDGE, 4)
        self.drawing.text(self.x + width / 2, self.y + 13, label, TEXT, 12, "middle")
        self.x += width

    def text(self, words: str) -> None:
        for number, line in enumerate(_wrapped(words)):
            if number:
                self.new_row(17)
            self.drawing.text(self.left + LABEL, self.y + 13, line, TEXT, 12)
        self.x = self.left + LABEL + 1

    def lines(self, words: str) -> None:
        width = self.right - self.x
        self.drawing.box(self.x, self.y, width, 44, FIELD_FILL, FIELD_EDGE)
        self.drawing.text(self.x + 6, self.y + 14, words, TEXT, 12)
        self.y += 26
        self.x += width


def head(drawing: Drawing, name: str, tabs: Sequence[str] = ()) -> None:
    """The node's name, and its tabs, of which the first is open."""
    drawing.box(GAP, 14, drawing.width - 2 * GAP, 26, "#202226", "#111214")
    drawing.text(GAP + 10, 32, name, TEXT, 13, weight="bold")
    for place, words in enumerate(tabs):
        drawing.box(GAP + place * 108, 50, 104, 22, "#26282c" if place else GROUP_FILL)
        drawing.text(GAP + place * 108 + 52, 65, words, TEXT if not place else DIM, 12, "middle")


def _wrapped(text: str) -> Iterator[str]:
    most = int((COLUMN - LABEL) / CHARACTER)
    for line in text.splitlines():
        while len(line) > most:
            cut = line.rindex(" ", 0, most)
            yield line[:cut]
            line = line[cut + 1 :]
        yield line
