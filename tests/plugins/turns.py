"""What a DCC's main thread does of ours, in each turn of its loop, and how long that takes.

Time is the thread's own, so that a busy machine adds nothing, and without what the DCC's own writer
takes.
"""

from __future__ import annotations

import gc
import hashlib
import sys
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

TURN_S = 0.005  # of the main thread's own time
IMPORTS = (".py", ".pyc", ".so")  # a module that is imported late
ELSEWHERE = ("open", "socket.", "shutil.", "os.rename")
"""Events of Python's that belong on another thread; hashes and compression do too."""


class Turns:
    """Of one fake application. `named` says what a turn is called, by the arguments of `run`."""

    def __init__(
        self, app: Any, clock: pytest.MonkeyPatch, writer: tuple[type, str],
        named: Callable[..., str], may_open: Callable[[str], bool] = lambda path: False,
    ) -> None:  # fmt: skip
        self.cpu_s: dict[str, list[float]] = defaultdict(list)
        self.met: list[str] = []  # what belongs on another thread
        self._app, self._clock, self._may_open = app, clock, may_open
        self._wrote_s = 0.0
        self._watching = False
        self._time(app.main_loop, "run", named)
        self._let(*writer)
        sys.addaudithook(self._heard)
        for name, module in (("sha256", hashlib), ("compress", zlib), ("compressobj", zlib)):
            self._refuse(module, name)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, what is met is kept. The rubbish of all tests before is collected later."""
        self._watching = True
        gc.disable()
        try:
            yield
        finally:
            gc.enable()
            self._watching = False

    def time(self, owner: Any, *names: str) -> None:
        """Measure these methods too."""
        for name in names:
            self._time(owner, name, lambda *args, name=name: name)

    def _time(self, owner: Any, name: str, named: Callable[..., str]) -> None:
        plain = getattr(owner, name)

        def timed(*args: Any, **more: Any) -> Any:
            begun, wrote_s = time.thread_time(), self._wrote_s
            try:
                return plain(*args, **more)
            finally:
                taken_s = time.thread_time() - begun - (self._wrote_s - wrote_s)
                self.cpu_s[named(*args)].append(taken_s)

        self._clock.setattr(owner, name, timed)

    def _let(self, writer: type, name: str) -> None:
        """The application's own writer may do as it likes."""
        plain = getattr(writer, name)

        def wrote(*args: Any) -> None:
            before, self._watching = self._watching, False
            begun = time.thread_time()
            try:
                plain(*args)
            finally:
                self._watching = before
                self._wrote_s += time.thread_time() - begun

        self._clock.setattr(writer, name, wrote)

    def _heard(self, event: str, args: Any) -> None:
        if not self._here() or not event.startswith(ELSEWHERE):
            return
        opened = str(args[0]) if event == "open" else ""
        if not opened.endswith(IMPORTS) and not self._may_open(opened):
            self.met.append(f"{event} {args[0] if args else ''}")

    def _refuse(self, module: Any, name: str) -> None:
        plain = getattr(module, name)

        def told(*args: Any, **more: Any) -> Any:
            if self._here():
                self.met.append(name)
            return plain(*args, **more)

        self._clock.setattr(module, name, told)

    def _here(self) -> bool:
        return self._watching and threading.get_ident() == self._app.thread
