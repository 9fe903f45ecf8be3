"""Blender in processes of its own, beside a real relay and a simulated host."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.artist import USER
from tests.plugins.conftest import at_home, held, holds, shelf

__all__ = ["at_home", "held", "holds", "shelf"]

ROOT = Path(__file__).parents[2]


class Session:
    """A Blender that somebody uses. `ask` names a verb of `session.py`."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, "-Werror", "-m", "tests.blender.session"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, verb: str, *words: Any) -> Any:
        """What it answers, when it is done."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([verb, *words]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"Blender ended in {verb!r}; it says above why"
        return json.loads(answer)

    def close(self) -> None:
        """Without saving, if it is not closed already."""
        self._process.communicate()
        assert self._process.returncode == 0


@pytest.fixture
def python(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Blender's, which finds the core and the relay."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "plugins" / "common"))
    return os.environ["BLENDER_PYTHON"]


@pytest.fixture
def blender(python: str) -> Iterator[Callable[[], Session]]:
    """Starts one."""
    with ExitStack() as stack:

        def start() -> Session:
            made = Session(python)
            stack.callback(made.close)
            return made

        yield start
