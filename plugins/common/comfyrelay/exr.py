"""Read and write scanline EXRs line by line: half, float and uint, bit for bit.

A row is one line of the picture: for each channel, in the header's order, the bytes of its pixels
(little-endian), left to right. Values are never looked at, so NaN, infinity and -0 stay what they
are. Memory holds one chunk, of at most 16 lines.

Where each line is packed by itself, as Nuke's own EXRs have it, a row is unpacked when somebody
looks at it, and one that nobody looked at is written as it was packed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from .exr_header import Header, exactly, read_header, unreadable
from .exr_packing import packed, unpacked

Row = Sequence[bytes]


class PackedRow(Sequence[bytes]):
    """A row as it stands in a file. Looking at it raises PixelsUnreadable if it is damaged."""

    def __init__(self, chunk: bytes, header: Header) -> None:
        self.chunk = chunk
        self._header = header

    def fits(self, header: Header) -> bool:
        """Whether it stands just so in a file with this header."""
        mine = self._header
        same = (mine.compression, mine.data.width) == (header.compression, header.data.width)
        return same and mine.channels == header.channels

    def __len__(self) -> int:
        return len(self._header.channels)

    def __getitem__(self, at: Any) -> Any:
        return self._planes[at]

    @cached_property
    def _planes(self) -> list[bytes]:
        line = unpacked(self.chunk, self._header.line_size, self._header.compression)
        return _planes(line, self._header)


class ExrReader:
    """An open EXR. Raises PixelsUnreadable for whatever is wrong with it, and OSError."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = open(path, "rb")  # noqa: SIM115  closed by close()
        try:
            self.header = read_header(self._file)
            self._places = self._chunk_places()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> ExrReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def rows(self) -> Iterator[Row]:
        """The lines of the data window, the highest first, whatever their order in the file."""
        head, size = self.header, self.header.line_size
        for number in range(len(self._places)):
            chunk, whole = self._chunk(number)
            if head.chunk_lines == 1:
                yield PackedRow(chunk, head)
                continue
            lines = unpacked(chunk, whole, head.compression)
            for at in range(0, whole, size):
                yield _planes(lines[at : at + size], head)

    def _chunk_places(self) -> tuple[int, ...]:
        count = -(-self.header.data.height // self.header.chunk_lines)
        return struct.unpack(f"<{count}Q", exactly(self._file, 8 * count))

    def _chunk(self, number: int) -> tuple[bytes, int]:
        """The lines of a chunk, packed, and their size when they are not."""
        head, lines = self.header, self.header.chunk_lines
        first = number * lines
        size = min(lines, head.data.height - first) * head.line_size
        try:
            self._file.seek(self._places[number])
        except (OSError, OverflowError, ValueError) as error:
            raise unreadable("it was not written to its end", "Export it again.") from error
        top, length = struct.unpack("<ii", exactly(self._file, 8))
        if top != head.data.top + first or not 0 < length <= size:
            raise unreadable("it was not written to its end", "Export it again.")
        return exactly(self._file, length), size


class ExrWriter:
    """An EXR as it is written. It is whole only after `close`, which the end of a `with` block
    calls unless an error ends it."""

    def __init__(self, path: Path, header: Header) -> None:
        header.check()
        self.header = header
        self._waiting: list[bytes] = []  # lines, joined
        self._line = 0  # how many were given
        self._count = -(-header.data.height // header.chunk_lines)
        self._places = [0] * self._count
        self._file: BinaryIO = open(path, "wb")  # noqa: SIM115  closed by close()
        self._file.write(header.to_bytes())
        self._table = self._file.tell()
        self._file.write(bytes(8 * self._count))

    def __enter__(self) -> ExrWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()

    def write(self, row: Row) -> None:
        """The next line: the highest first, or the lowest if the header says upward."""
        if self._line == self.header.data.height:
            raise ValueError("the row is one more than the header has")
        self._line += 1
        at = self._at(self._line - 1)
        if isinstance(row, PackedRow) and row.fits(self.header):
            self._put(at, row.chunk)
            return
        line = b"".join(row)
        if len(line) != self.header.line_size:
            raise ValueError("the row is not one of this header")
        self._waiting.append(line)
        last = at == self.header.data.height - 1
        lines = self.header.chunk_lines
        full = at % lines == 0 if self.header.upward else last or at % lines == lines - 1
        if full:
            self._flush(at // lines)

    def close(self) -> None:
        """The table of the chunks, and the end. Raises ValueError if lines are missing."""
        with self._file:
            if self._line != self.header.data.height:
                raise ValueError("rows are missing")
            self._file.seek(self._table)
            self._file.write(struct.pack(f"<{self._count}Q", *self._places))

    def _at(self, given: int) -> int:
        return self.header.data.height - 1 - given if self.header.upward else given

    def _flush(self, number: int) -> None:
        waiting = self._waiting[::-1] if self.header.upward else self._waiting
        self._waiting = []
        self._put(number, packed(b"".join(waiting), self.header.compression))

    def _put(self, number: int, chunk: bytes) -> None:
        self._places[number] = self._file.tell()
        top = self.header.data.top + number * self.header.chunk_lines
        self._file.write(struct.pack("<ii", top, len(chunk)))
        self._file.write(chunk)


def _planes(line: bytes, header: Header) -> list[bytes]:
    """Each channel's bytes."""
    planes, at = [], 0
    for each in header.channels:
        end = at + each.size * header.data.width
        planes.append(line[at:end])
        at = end
    return planes
