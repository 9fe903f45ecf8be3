"""A contact sheet of results: every picture small, with what it was made with under it.

What that was stands in the record beside each result, so a sheet can be made of any files that are
still where they were placed, whoever asked for them. Off the main thread: it reads every picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import lettering, records
from .form import JsonValue
from .picture import save_as
from .png import PngHeader, PngWriter
from .shrinking import Rows, shrunk

GROUND, TEXT, QUIET = (24, 26, 29), (232, 232, 230), (150, 153, 158)
LETTERS, LEAST = 20, 13  # height of a line of text, and where it has no room for it
MOST_COLUMNS = 8  # of pictures that stand in no order

Colour = tuple[int, int, int]
Place = tuple[int, int]  # column and row


@dataclass(frozen=True)
class Layout:
    """How a sheet is arranged. Names are those of a form's params."""

    columns: str = ""  # the param that grows to the right; "": all in their order
    rows: str = ""  # the one that grows downward
    words: Mapping[str, str] = field(default_factory=dict)  # what a param is called; else its name
    footer: str = ""


@dataclass(frozen=True)
class _Result:
    path: Path
    values: Mapping[str, JsonValue]
    version: str

    def rank(self, name: str) -> tuple[float, str]:
        """Numbers by their size, also those in strings, as seeds are; then words."""
        value = self.values.get(name)
        try:
            return (float(str(value)), "")
        except ValueError:
            return (float("inf"), str(value))


@dataclass(frozen=True)
class _Cell:
    picture: Rows
    label: str
    version: str


def save(target: Path, pictures: Iterable[Path], layout: Layout) -> None:
    """Write a PNG, whole or not at all. Raises PixelsUnreadable, OSError."""
    sheet = _drawn(_grid([_result(path) for path in pictures], layout), layout.footer)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_as(lambda part: PngWriter(part, sheet.header), target, sheet.rows())


# what stands where


def _result(path: Path) -> _Result:
    """With the values of the job that made it; none are known of a file that was put there."""
    for folder in (path.parent, path.parent.parent):
        for job in records.jobs(folder):
            if path.relative_to(folder).as_posix() in job.files:
                return _Result(path, job.values, folder.name)
    return _Result(path, {}, "")


def _grid(results: Sequence[_Result], layout: Layout) -> Mapping[Place, _Cell]:
    """Of two results that are for the same place, the last is shown."""
    if not results:
        raise ValueError("there are no pictures")
    if layout.columns and layout.rows:
        across, down = (_order(results, name) for name in (layout.columns, layout.rows))
        placed = {
            (across.index(each.rank(layout.columns)), down.index(each.rank(layout.rows))): each
            for each in results
        }
    else:
        placed = {(n % MOST_COLUMNS, n // MOST_COLUMNS): each for n, each in enumerate(results)}
    return {
        place: _Cell(shrunk(each.path), _label(each, layout), each.version)
        for place, each in placed.items()
    }


def _order(results: Iterable[_Result], name: str) -> Sequence[tuple[float, str]]:
    return sorted({each.rank(name) for each in results})


def _label(result: _Result, layout: Layout) -> str:
    names = [name for name in (layout.columns, layout.rows) if name in result.values]
    if not names:
        return "" if result.version else result.path.name
    return "  ".join(
        f"{layout.words.get(name, name)} {_said(result.values[name])}" for name in names
    )


def _said(value: JsonValue) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


# the drawing


def _drawn(grid: Mapping[Place, _Cell], footer: str) -> _Sheet:
    width = max(len(cell.picture[0]) // 3 for cell in grid.values())
    height = max(len(cell.picture) for cell in grid.values())
    gap = max(6, width // 24)
    across, down = width + gap, height + gap + LETTERS
    columns, rows = (1 + max(place[axis] for place in grid) for axis in (0, 1))
    foot = LETTERS + 2 * gap if footer else 0
    sheet = _Sheet(gap + columns * across, gap + rows * down + foot)
    letters = min(_height((cell.label, cell.version), width - gap) for cell in grid.values())
    for (column, row), cell in grid.items():
        left, top = gap + column * across, gap + row * down
        sheet.paste(cell.picture, left, top)
        below, wide = top + height + 3, lettering.width_of(cell.version, letters)
        sheet.write(cell.label, letters, left, below, TEXT, width - wide)
        sheet.write(cell.version, letters, left + width - wide, below, QUIET, wide)
    room = sheet.width - 2 * gap
    sheet.write(footer, _height((footer,), room), gap, sheet.height - LETTERS - gap, QUIET, room)
    return sheet


def _height(texts: Sequence[str], room: int) -> int:
    """Of the letters, so that these stand in a line."""
    fits = (
        height
        for height in range(LETTERS, LEAST, -1)
        if sum(lettering.width_of(each, height) for each in texts) <= room
    )
    return next(fits, LEAST)


class _Sheet:
    """The pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.header = PngHeader(width, height, 3)
        self._rows = [bytearray(bytes(GROUND) * width) for _ in range(height)]

    def rows(self) -> Iterator[Sequence[bytes]]:
        """For a sink."""
        for row in self._rows:
            yield [bytes(row)]

    def paste(self, picture: Rows, left: int, top: int) -> None:
        for row, line in zip(self._rows[top:], picture):
            row[3 * left : 3 * left + len(line)] = line

    def write(self, text: str, height: int, left: int, top: int, colour: Colour, room: int) -> None:
        """A line of text, cut where its room ends."""
        for row, line in zip(self._rows[top:], lettering.drawn(text, height)):
            for x, covered in enumerate(line[:room], left):
                if covered:
                    _cover(row, 3 * x, colour, covered)


def _cover(row: bytearray, at: int, colour: Colour, covered: int) -> None:
    for channel, value in enumerate(colour, at):
        row[channel] += (value - row[channel]) * covered // 255
