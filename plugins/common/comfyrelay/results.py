"""Where results go: version folders that are reserved, never overwritten, and read back.

A template names a folder for each version and a file for each frame, as
`{root}/{node}/{workflow}/v###/{output}.####.{ext}`. Everything here touches the disk, so it runs
off the main thread.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .errors import ResultUnwritable, SettingsError
from .job import Result
from .paths import at_frame, numbered, slashed
from .tokens import filled
from .writing import writing

DEFAULT_TEMPLATE = "{root}/{node}/{workflow}/v###/{output}.####.{ext}"
TRIES = 1000  # others may reserve at the same time; so many in a row never do
_VERSION = re.compile(r"v(#+)", re.IGNORECASE)
_FRAMES = re.compile(r"[._-]?#+")
_NAMED = {"{output}": r"(?P<output>[^/]+?)", "{ext}": r"[^./]+"}


@dataclass(frozen=True)
class Template:
    """A template, taken apart at its version folder."""

    above: str  # the folder that holds the versions
    head: str  # the `v` of `v###`
    digits: int
    below: str  # folders and the file within a version

    @classmethod
    def of(cls, text: str) -> Template:
        """A template as the settings have it. Raises SettingsError."""
        parts = slashed(text).split("/")
        places = [index for index, part in enumerate(parts) if _VERSION.fullmatch(part)]
        if len(places) != 1 or places[0] == len(parts) - 1 or "{ext}" not in parts[-1]:
            raise SettingsError(
                f"The template for results {text!r} cannot be used.",
                "It needs one folder v###, and {ext} in the file's name, as in"
                f" {DEFAULT_TEMPLATE}.",
            )
        place = places[0]
        return cls(
            above="/".join(parts[:place]),
            head=parts[place][0],
            digits=len(parts[place]) - 1,
            below="/".join(parts[place + 1 :]),
        )

    def folder(self, tokens: Mapping[str, str]) -> Path:
        """The folder that holds a node's versions. Raises SettingsError for an unknown token."""
        return Path(filled(self.above, tokens))

    def version_name(self, number: int) -> str:
        """`v004`."""
        return self.head + numbered(number, self.digits)

    def number_of(self, name: str) -> int | None:
        """4 for `v004`; None for any other name."""
        digits = name[len(self.head) :]
        is_one = name.startswith(self.head) and digits.isascii() and digits.isdigit()
        return int(digits) if is_one and self.version_name(int(digits)) == name else None


@dataclass(frozen=True)
class Version:
    """A reserved folder for the results of one Generate."""

    folder: Path
    number: int
    below: str  # of the template, with only {output}, {ext} and the frame's place left

    def target(self, output: str, ext: str, frame: int | None = None, copy: int = 1) -> Path:
        """The file of an output. `copy` counts the files of a batch; without a frame the name has
        no number."""
        pattern = self.pattern(output, ext, copy)
        if frame is None:
            return Path(_FRAMES.sub("", pattern))
        return Path(at_frame(pattern, frame))

    def pattern(self, output: str, ext: str, copy: int = 1) -> str:
        """All frames of an output, with `####`. `ext` has no dot."""
        name = output if copy == 1 else f"{output}_{copy}"
        tokens = {"output": name or "result", "ext": ext.lstrip(".") or "bin"}
        return f"{slashed(str(self.folder))}/{filled(self.below, tokens)}"


def check_place(holder: Path) -> None:
    """That versions can be put there, as far as that can be known. Raises ResultUnwritable."""
    with writing(holder):
        there = next((each for each in (holder, *holder.parents) if each.exists()), None)
        if there is not None and not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if there is not None and not os.access(there, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def reserve(template: Template, tokens: Mapping[str, str]) -> Version:
    """The next version's folder, made by nobody else. Raises ResultUnwritable, SettingsError."""
    holder = template.folder(tokens)
    kept = {"output": "{output}", "ext": "{ext}"}
    below = filled(template.below, {**tokens, **kept})
    with writing(holder):
        holder.mkdir(parents=True, exist_ok=True)
        number = max(numbers(template, holder), default=0)
        for _ in range(TRIES):
            number += 1
            folder = holder / template.version_name(number)
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return Version(folder, number, below)
    raise ResultUnwritable(f"No free version was found in {holder}.")


def numbers(template: Template, holder: Path) -> Sequence[int]:
    """The versions that there are, in their order."""
    try:
        names = os.listdir(holder)
    except FileNotFoundError:
        return []
    return sorted(n for n in map(template.number_of, names) if n is not None)


def places(
    version: Version, results: Iterable[Result], frames: Sequence[int] = ()
) -> tuple[tuple[Result, Path], ...]:
    """Where each result of a job goes; `frames` are the shot's, which the job was for.

    Pictures of a job for one frame are that frame, and a batch of them copies. Those of a job for
    several are their frames in order, going on after the last if there are more.
    """
    counts: dict[str, int] = {}
    found: dict[Path, Result] = {}
    for result in results:
        name, ext = result.output or "result", result.name.rpartition(".")[2]
        at = counts[name] = counts.get(name, 0) + 1
        many = len(frames) > 1
        if many and result.kind == "image":
            beyond = at - len(frames)
            frame: int | None = frames[at - 1] if beyond <= 0 else frames[-1] + beyond
            copy = 1
        else:
            frame = None if many or not frames else frames[0]
            copy = at
        while (target := version.target(name, ext, frame, copy)) in found:
            copy += 1  # an output may be called as the second file of another
        found[target] = result
    return tuple((result, target) for target, result in found.items())


def taken_apart(below: str, path: str) -> tuple[str, int | None]:
    """Output and frame of a file, by its path in the version; `("", None)` if it is none of ours.

    Tokens that are not known, as those of a template, stand for any text.
    """
    found = re.fullmatch(_expression(below), path)
    if found is None:
        return "", None
    groups = found.groupdict()
    frame = groups.get("frame")
    return groups.get("output") or "", None if frame is None else int(frame)


@lru_cache(maxsize=64)
def _expression(below: str) -> str:
    seen: set[str] = set()

    def part(text: str) -> str:
        once = text not in seen
        seen.add(text)
        if text.startswith("#"):
            return rf"(?P<frame>-?\d{{{len(text) - 1},}})" if once else r"-?\d+"
        if text.startswith("{"):
            return _NAMED.get(text, "[^/]*") if once else "[^/]*"
        return re.escape(text)

    return "".join(part(each) for each in re.split(r"(\{[^{}]*\}|#+)", below) if each)
