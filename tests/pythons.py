"""The Pythons of this machine, for what must run in those of the DCCs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")


def python(version: str) -> str:
    """A Python of this version that runs, or skip. The shims of pyenv may exist and not run."""
    for candidate in _candidates(version):
        says = "import sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([candidate, "-c", says], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() == version:
            return candidate
    pytest.skip(f"there is no Python {version} on this machine")


def _candidates(version: str) -> Iterator[str]:
    name = f"python{version}"
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if found := shutil.which(name, path=folder):
            yield found
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(path) for path in sorted(pyenv.glob(f"versions/*/bin/{name}")))
