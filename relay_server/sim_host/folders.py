"""The host's folders, and the names that clients may use for files in them."""

from __future__ import annotations

import mimetypes
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = {"output": " [output]", "input": " [input]", "temp": " [temp]"}


@dataclass(frozen=True)
class SavePlace:
    """Where the next picture of a prefix goes."""

    folder: Path
    name: str
    counter: int
    subfolder: str


@dataclass(frozen=True)
class Folders:
    """Input, output and temp below one root."""

    root: Path

    def prepare(self) -> None:
        """Make the folders; whatever was in temp is gone, as after a real start."""
        shutil.rmtree(self.root / "temp", ignore_errors=True)
        for kind in _SUFFIXES:
            (self.root / kind).mkdir(parents=True, exist_ok=True)

    def of(self, kind: str) -> Path | None:
        """The folder of a type; None if there is no such type."""
        return self.root / kind if kind in _SUFFIXES else None

    def annotated(self, name: str) -> tuple[str, Path | None]:
        """`a.png [output]` as ("a.png", output folder); None if nothing is annotated."""
        for kind, suffix in _SUFFIXES.items():
            if name.endswith(suffix.strip()):
                return name[: -len(suffix)], self.root / kind
        return name, None

    def input_file(self, name: str) -> str:
        """The path that LoadImage opens. Absolute names and `..` go through, as in ComfyUI."""
        plain, base = self.annotated(name)
        return os.path.join(base or self.root / "input", plain)

    def input_names(self, images_only: bool) -> list[str]:
        """What the menus of the loaders offer."""
        files = sorted(f.name for f in os.scandir(self.root / "input") if f.is_file())
        return [name for name in files if _is_image(name)] if images_only else files

    def save_place(self, kind: str, prefix: str, width: int, height: int) -> SavePlace:
        """Where a picture of this size goes. Raises if the prefix leaves the folder."""
        base = self.root / kind
        path = os.path.normpath(_filled(prefix, width, height) if "%" in prefix else prefix)
        subfolder, name = os.path.dirname(path), os.path.basename(path)
        folder = base / subfolder
        if not inside(base, folder):
            raise Exception(_escape_message(base, folder))  # noqa: TRY002  clients see this type
        folder.mkdir(parents=True, exist_ok=True)
        return SavePlace(folder, name, _next_counter(folder, name), subfolder)


def inside(base: Path, path: Path) -> bool:
    """Whether `path` is `base` or below it, `..` resolved but links left alone."""
    return Path(os.path.abspath(path)).is_relative_to(base)


def _is_image(name: str) -> bool:
    kind, _ = mimetypes.guess_type(name, strict=False)
    return kind is not None and kind.startswith("image/")


def _next_counter(folder: Path, name: str) -> int:
    start = os.path.normcase(name + "_")
    rests = [f[len(start) :] for f in os.listdir(folder) if os.path.normcase(f).startswith(start)]
    return max((_digits(rest) for rest in rests), default=0) + 1


def _digits(rest: str) -> int:
    try:
        return int(rest.split("_")[0])
    except ValueError:
        return 0


def _filled(prefix: str, width: int, height: int) -> str:
    prefix = prefix.replace("%width%", str(width)).replace("%height%", str(height))
    now = time.localtime()
    parts = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S"}
    for word, code in parts.items():
        prefix = prefix.replace(f"%{word}%", time.strftime(code, now))
    return prefix


def _escape_message(base: Path, folder: Path) -> str:
    full = os.path.abspath(folder)
    return (
        "**** ERROR: Saving image outside the output folder is not allowed."
        f"\n full_output_folder: {full}\n         output_dir: {base}"
        f"\n         commonpath: {os.path.commonpath((base, full))}"
    )
