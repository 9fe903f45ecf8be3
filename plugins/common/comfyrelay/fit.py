"""What is sent is the format, padded by mirror to a multiple; results are cropped back.

Works on EXR and PNG files, line by line, on a worker thread. Values are moved, never changed,
unless somebody chose to stretch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .errors import PixelsUnreadable
from .mirror import taller, wider
from .picture import Picture, Row, opened, save
from .stretch import stretched

PAD, STRETCH = "pad", "stretch"


@dataclass(frozen=True)
class Fitted:
    """How a picture was made to fit. Sizes in pixels; its fields are plain JSON values."""

    width: int  # of the format
    height: int
    sent_width: int
    sent_height: int
    how: str = PAD  # pad: to the right and below; stretch: scaled

    @property
    def words(self) -> str:
        """For the node: `sent 1920x1080 +8`."""
        right, below = self.sent_width - self.width, self.sent_height - self.height
        if self.how == STRETCH and (right or below):
            sent = f"{self.sent_width}x{self.sent_height}"
            return f"sent {self.width}x{self.height} stretched to {sent}"
        if right and below:
            return f"sent {self.width}x{self.height} +{right}x{below}"
        more = f" +{right or below}" if right or below else ""
        return f"sent {self.width}x{self.height}{more}"


@dataclass(frozen=True)
class Cropped:
    """What became of a result. `words` is empty if there is nothing to say."""

    path: Path
    width: int
    height: int
    words: str = ""


def fitted(
    source: Path, target: Path, multiple: int = 1, how: str = PAD,
    check: Callable[[], None] = lambda: None,
) -> tuple[Path, Fitted]:  # fmt: skip
    """The file to send, and how it was made to fit.

    That is `source` itself if nothing has to be done, else `target` (of the same kind, written
    whole or not at all): the display window of an EXR, whatever its data window is (what lies
    outside is cut off, what is missing is 0), mirrored or stretched to a multiple of `multiple`.
    `check` is called every few lines and may raise. Raises PixelsUnreadable, OSError.
    """
    with opened(source) as picture:
        width, height = picture.width, picture.height
        fit = Fitted(width, height, _up(width, multiple), _up(height, multiple), how)
        sent = (fit.sent_width, fit.sent_height)
        if picture.is_whole and sent == (width, height):
            return source, fit
        made = _scaled if how == STRETCH else _padded
        save(picture, target, *sent, made(picture, _checked(picture.rows(), check), sent))
        return target, fit


def cropped(
    result: Path, target: Path, sent: Fitted, check: Callable[[], None] = lambda: None
) -> Cropped:
    """A result without what was padded: `result` itself if nothing has to be done, else `target`.

    A result of another size than what was sent, such as an upscaled one, is cropped in proportion
    where that is exact in pixels; else it is left as it is, and `words` says so. So is a file that
    cannot be opened here, of unknown size (0, 0). Raises PixelsUnreadable if one ends too early or
    is damaged, and OSError.
    """
    padded = (sent.width, sent.height) != (sent.sent_width, sent.sent_height)
    with ExitStack() as stack:
        try:
            picture = stack.enter_context(opened(result))
        except PixelsUnreadable as error:
            return Cropped(result, 0, 0, f"Not cropped. {error}" if padded else "")
        found = (picture.width, picture.height)
        wanted = _in_proportion(found, sent)
        if wanted is None:
            words = f"Left at {found[0]}x{found[1]}: not in proportion to what was sent."
            return Cropped(result, *found, words if padded else "")
        if wanted == found:
            return Cropped(result, *found)
        made = _scaled if sent.how == STRETCH else _cut
        save(picture, target, *wanted, made(picture, _checked(picture.rows(), check), wanted))
        return Cropped(target, *wanted)


def _up(size: int, multiple: int) -> int:
    return -(-size // multiple) * multiple


def _in_proportion(found: tuple[int, int], sent: Fitted) -> tuple[int, int] | None:
    """The size of the format in a result of this size; None if that is not exact."""
    width, height = found
    if width * sent.sent_height != height * sent.sent_width:
        return None
    wide, rest = divmod(sent.width * width, sent.sent_width)
    high, more = divmod(sent.height * height, sent.sent_height)
    return None if rest or more else (wide, high)


def _checked(rows: Iterator[Row], check: Callable[[], None]) -> Iterator[Row]:
    for row in rows:
        check()
        yield row


def _padded(picture: Picture, rows: Iterator[Row], sent: tuple[int, int]) -> Iterator[Row]:
    pixels = [each.pixel for each in picture.planes]
    right, below = sent[0] - picture.width, sent[1] - picture.height
    wide = (wider(row, pixels, picture.width, right) if right else row for row in rows)
    return taller(wide, picture.height, below)


def _cut(picture: Picture, rows: Iterator[Row], wanted: tuple[int, int]) -> Iterator[Row]:
    width, height = wanted
    pixels = [each.pixel for each in picture.planes]
    for row, _ in zip(rows, range(height)):
        narrower = width < picture.width
        yield [p[: width * pixel] for p, pixel in zip(row, pixels)] if narrower else row


def _scaled(picture: Picture, rows: Iterator[Row], wanted: tuple[int, int]) -> Iterator[Row]:
    return stretched(rows, picture.planes, (picture.width, picture.height), wanted)
