"""A result on its way to disk: taken up where a connection broke, and checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from .connection import LASTING
from .errors import RelayUnreachable
from .job import Result
from .stopping import Patience
from .streaming import Told
from .writing import writing

DAMAGED = "damaged"


@dataclass(frozen=True)
class Answer:
    """The bytes of a result from `offset` on."""

    offset: int
    pieces: Iterator[bytes]


class Opening(Protocol):
    """Asks for a result from an offset; the answer may begin before it. Raises PluginError."""

    def __call__(self, offset: int) -> AbstractContextManager[Answer]: ...


class Download:
    """One result into one file."""

    def __init__(self, result: Result, opening: Opening, told: Told | None) -> None:
        self._result, self._open, self._told = result, opening, told
        self._hash = hashlib.sha256()
        self._done = 0  # bytes that are in the file

    def fetch(self, part: Path, patience: Patience) -> None:
        """Raises RelayUnreachable when patience ends, and what `opening` raises otherwise."""
        with writing(part), part.open("wb") as file:
            damaged = False
            while True:
                before = self._done
                try:
                    return self._more(file)
                except RelayUnreachable as error:
                    if self._done > before:
                        patience.renew()
                    twice = damaged and error.code == DAMAGED
                    damaged = damaged or error.code == DAMAGED
                    if twice or error.code in LASTING or not patience.again():
                        raise

    def _more(self, file: BinaryIO) -> None:
        if self._done < self._result.size or not self._result.size:
            self._read_on(file)
        file.flush()
        self._check(file)

    def _read_on(self, file: BinaryIO) -> None:
        with self._open(self._done) as answer:
            if answer.offset != self._done:
                self._begin_again(file)
            for piece in answer.pieces:
                with writing(Path(file.name)):
                    file.write(piece)
                self._hash.update(piece)
                self._done += len(piece)
                if self._told:
                    self._told(self._done, self._result.size)

    def _begin_again(self, file: BinaryIO) -> None:
        file.seek(0)
        file.truncate()
        self._hash, self._done = hashlib.sha256(), 0

    def _check(self, file: BinaryIO) -> None:
        wanted, result = self._result.sha256, self._result
        if self._done == result.size and (not wanted or self._hash.hexdigest() == wanted):
            return
        name, size = result.name, self._done
        self._begin_again(file)
        raise RelayUnreachable(
            f"The result {name} arrived damaged: {size} of {result.size} bytes.",
            "Get the result again; if it stays, tell whoever runs the relay.",
            DAMAGED,
        )


def first_byte(content_range: str) -> int:
    """Where a partial answer begins; 0 if it does not say."""
    found = re.match(r"bytes (\d+)-", content_range)
    return int(found[1]) if found else 0


@contextmanager
def quietly(part: Path) -> Iterator[Path]:
    """A file that is gone at the end, if it is still there."""
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)
