"""What is sent is the format, padded by mirror to a multiple; results are cropped back.

Works on EXR and PNG files, line by line, on a worker thread. Values are moved, never changed,
unless somebody chose to stretch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
        raise NotImplementedError


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
    raise NotImplementedError


def cropped(
    result: Path, target: Path, sent: Fitted, check: Callable[[], None] = lambda: None
) -> Cropped:
    """A result without what was padded: `result` itself if nothing has to be done, else `target`.

    A result of another size than what was sent, such as an upscaled one, is cropped in proportion
    where that is exact in pixels; else it is left as it is, and `words` says so. Other kinds of
    files than EXR and PNG are left alone too. Raises PixelsUnreadable, OSError.
    """
    raise NotImplementedError
