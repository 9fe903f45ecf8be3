"""A version as a node shows it, read from its folder: what is there is what counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from .dcc import Picture, Placement
from .form import Form, Output
from .paths import slashed
from .records import result_files
from .results import Version, taken_apart
from .sending import Reading

_NUMBER = re.compile(r"[._]?#+")
RAW = Reading("raw", premultiply=False)


def placement(
    version: Version, form: Form, frames: Sequence[int] = (), alpha: bool = False
) -> Placement:
    """What this version shows. `frames`: all that were asked for. Disk; off the main thread."""
    found: dict[tuple[str, str], set[int | None]] = {}
    for path in result_files(version.folder):
        output, frame = _apart(version.below, path)
        if output:
            found.setdefault((output, Path(path).suffix.lstrip(".")), set()).add(frame)
    ordered = sorted(found.items(), key=lambda each: (_place(form, each[0][0]), each[0]))
    texts = {
        output: _text(version, output, frames_there)
        for (output, ext), frames_there in ordered
        if ext == "txt"
    }
    pictures = tuple(
        _picture(version, form, output, ext, frames_there, alpha)
        for (output, ext), frames_there in ordered
        if ext != "txt"
    )
    missing = {f for f in frames if not all(f in each.frames for each in pictures if each.frames)}
    if not any(each.frames for each in pictures):
        missing = set(frames)
    return Placement(version.folder.name, pictures, texts, tuple(sorted(missing)))


def label(form: Form, name: str) -> str:
    """What an artist calls the output whose file has this name: `Image`, and `Image 2` of a batch;
    a name that no form knows is its own."""
    output = _output(form, name)
    if output is None:
        return name
    copy = _copy(form, name)
    return (output.label or output.id) + (f" {copy}" if copy > 1 else "")


def _place(form: Form, name: str) -> tuple[int, int]:
    """Outputs in the form's order, each with its batch; what no form knows comes last."""
    ids = [each.id for each in form.outputs]
    output = _output(form, name)
    return (ids.index(output.id) if output else len(ids)), _copy(form, name)


def _copy(form: Form, name: str) -> int:
    """Which of a batch, from 1."""
    found = re.search(r"_(\d+)$", name)
    return 1 if found is None or any(each.id == name for each in form.outputs) else int(found[1])


def _text(version: Version, output: str, frames: Iterable[int | None]) -> str:
    """A text; of one for each frame the first."""
    numbers = sorted(frame for frame in frames if frame is not None)
    path = version.target(output, "txt", numbers[0] if numbers else None)
    return path.read_text(encoding="utf-8", errors="replace")


def _picture(
    version: Version, form: Form, name: str, ext: str, there: Iterable[int | None], alpha: bool
) -> Picture:
    output = _output(form, name)
    frames = tuple(sorted(frame for frame in there if frame is not None))
    path = version.pattern(name, ext) if frames else slashed(str(version.target(name, ext)))
    # What is written by an 8-bit saver is for a display; nobody saves an EXR for one.
    reading = RAW if ext == "exr" else Reading("sRGB", premultiply=alpha)
    kind = output.kind if output else "image"
    return Picture(output.id if output else "", label(form, name), kind, path, frames, reading)


def _output(form: Form, name: str) -> Output | None:
    """The output that a file's name speaks of; those of a batch end with their number."""
    by_id = {each.id: each for each in form.outputs}
    return by_id.get(name) or by_id.get(re.sub(r"_\d+$", "", name))


def _apart(below: str, path: str) -> tuple[str, int | None]:
    output, frame = taken_apart(below, path)
    return (output, frame) if output else taken_apart(_NUMBER.sub("", below), path)
