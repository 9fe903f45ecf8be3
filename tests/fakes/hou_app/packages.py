"""Package files: `NAME.json` in a packages folder, and what is in the folders that they name.

Of each folder of `hpath`: `otls/*.hda` and `python_panels/*.pypanel` are installed,
`scripts/python` and `pythonX.Ylibs` are imported from.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_KEYS = {"hpath", "path", "env", "enable", "load_package_once", "name", "version"}
_TEST = re.compile(r"houdini_version\s*(>=|<=|==|>|<)\s*'([\d.]+)'")
_OPERATORS = {
    ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b,
    ">": lambda a, b: a > b, "<": lambda a, b: a < b,
}  # fmt: skip


class Packages:
    def __init__(self, app: Any) -> None:
        self.app = app

    @contextmanager
    def loaded(self, folders: list[Path]) -> Iterator[None]:
        """Inside, the environment has what the packages say."""
        before = dict(os.environ)
        try:
            for folder in folders:
                for file in sorted(Path(folder).glob("*.json")):
                    self._load(file)
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _load(self, file: Path) -> None:
        said = json.loads(file.read_text(encoding="utf-8"))
        unknown = set(said) - _KEYS
        if unknown:
            self.app.load_errors.append(f"{file.name}: {', '.join(sorted(unknown))} is unknown")
        if not self._enabled(said.get("enable", True), file):
            return
        os.environ["HOUDINI_PACKAGE_PATH"] = file.parent.as_posix()
        for entry in said.get("env", []):
            for name, value in entry.items():
                os.environ[name] = self._expanded(_text(value))
        paths = said.get("hpath", said.get("path", []))
        for path in [paths] if isinstance(paths, str) else paths:
            self._add(Path(self._expanded(path)), file)

    def _enabled(self, said: Any, file: Path) -> bool:
        if not isinstance(said, str):
            return bool(said)
        tests = [part.strip() for part in said.split(" and ")]
        matches = [_TEST.fullmatch(test) for test in tests]
        if not all(matches):
            self.app.load_errors.append(f"{file.name}: enable {said!r} is not understood")
            return False
        return all(_OPERATORS[m[1]](self._version(m[2]), _numbers(m[2])) for m in matches if m)

    def _version(self, like: str) -> tuple[int, ...]:
        return tuple(self.app.version[: len(_numbers(like))])

    def _expanded(self, text: str) -> str:
        return os.path.expandvars(text)

    def _add(self, root: Path, file: Path) -> None:
        if not root.is_dir():
            self.app.load_errors.append(f"{file.name}: there is no {root.as_posix()}")
            return
        libs = f"python{sys.version_info[0]}.{sys.version_info[1]}libs"
        for name in ("scripts/python", libs):
            if (root / name).is_dir():
                sys.path.insert(0, str(root / name))
        if (root / "otls").is_dir():
            self.app.assets.install_folder(root / "otls")
        self.app.panes.install_folder(root / "python_panels")


def _text(value: Any) -> str:
    """A value, or `{"value": ..., "method": "replace"}`."""
    return str(value["value"]) if isinstance(value, dict) else str(value)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
