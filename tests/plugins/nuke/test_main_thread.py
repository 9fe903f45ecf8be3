"""What a compositor's main thread is asked to do while a 4K plate goes and comes: little."""

from __future__ import annotations

import hashlib
import statistics
import sys
import threading
import time
import zlib
from binascii import b2a_base64
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comfyrelay.streaming import HASH_PIECE, PIECE, Source, Spliced, sha256
from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp

TURN_S = 0.005  # of the main thread's own time
SIZE = "4096 2160 0 0 4096 2160 1 plate_4K"
MAY_OPEN = (".py", ".pyc", ".so")  # a module that is imported late


class Turns:
    """What the main thread did in each turn of its loop."""

    def __init__(self, app: NukeApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cpu_s: dict[str, list[float]] = defaultdict(list)
        self.met: list[str] = []  # what belongs on another thread
        self._app = app
        self._wrote_s = 0.0
        self._watching = False
        self._clock = monkeypatch
        self._time(app.main_loop, "run", "turn")
        self._let("tests.fakes.nuke_app.rendering.Renderer._write")
        sys.addaudithook(self._heard)
        for name, module in (("sha256", hashlib), ("compress", zlib), ("compressobj", zlib)):
            self._refuse(module, name)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, what is met is kept."""
        self._watching = True
        try:
            yield
        finally:
            self._watching = False

    def time(self, owner: Any, *names: str) -> None:
        """Measure these methods too."""
        for name in names:
            self._time(owner, name, name)

    def _time(self, owner: Any, name: str, label: str) -> None:
        plain = getattr(owner, name)

        def timed(*args: Any, **more: Any) -> Any:
            begun, wrote_s = time.thread_time(), self._wrote_s
            try:
                return plain(*args, **more)
            finally:
                # An export takes what Nuke takes.
                taken_s = time.thread_time() - begun - (self._wrote_s - wrote_s)
                clicks = label == "turn" and str(args[-1]).startswith("click")
                self.cpu_s[args[-1] if clicks else label].append(taken_s)

        self._clock.setattr(owner, name, timed)

    def _let(self, path: str) -> None:
        """Nuke's own Write may do as it likes."""
        from tests.fakes.nuke_app.rendering import Renderer

        plain = Renderer._write

        def wrote(renderer: Any, *args: Any) -> None:
            before, self._watching = self._watching, False
            begun = time.thread_time()
            try:
                plain(renderer, *args)
            finally:
                self._watching = before
                self._wrote_s += time.thread_time() - begun

        self._clock.setattr(path, wrote)

    def _heard(self, event: str, args: Any) -> None:
        if not self._here() or not event.startswith(("open", "socket.", "shutil.", "os.rename")):
            return
        if event == "open" and str(args[0]).endswith(MAY_OPEN):
            return
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


@pytest.fixture
def turns(app: NukeApp, monkeypatch: pytest.MonkeyPatch) -> Turns:
    return Turns(app, monkeypatch)


def test_a_4k_plate_costs_the_main_thread_its_export_and_a_few_milliseconds(
    turns: Turns, app: NukeApp, comp: Comp
) -> None:
    _crowd(comp)
    node = comp.node("invert")
    comp.generate(node)  # whatever is only done once
    from comfyrelay_nuke.node import GizmoNode

    turns.cpu_s.clear()
    turns.time(GizmoNode, "show", "place", "keep", "log", "state", "fingerprint")
    comp.nuke.addFormat(SIZE)
    node.setInput(0, comp.nuke.nodes.Constant(format="plate_4K", color=[0.2, 0.5, 0.7, 1]))

    with turns.watched():
        comp.generate(node)
        assert not turns.met
        result = Path(node["result_file"].value())
        hashlib.sha256(result.read_bytes())  # such as this would be met

    assert turns.met == [f"open {result}", "sha256"]
    del turns.cpu_s["click generate"]  # which reads all that a node says, once
    told = {name: statistics.median(taken) for name, taken in turns.cpu_s.items()}
    assert {"turn", "show", "place", "keep"} <= set(told)
    assert {name: taken for name, taken in told.items() if taken > TURN_S} == {}


def _crowd(comp: Comp) -> None:
    """A script as large as those of features: many other groups, with knobs."""
    for _ in range(300):
        group = comp.nuke.nodes.Group()
        for number in range(5):
            group.addKnob(comp.nuke.String_Knob(f"k{number}", ""))


def test_no_piece_of_a_large_plate_is_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What C does with one piece it does without letting others run."""
    plate = tmp_path / "plate.exr"
    with plate.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    longest: dict[str, int] = defaultdict(int)

    def noting(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def noted(data: bytes, **more: Any) -> Any:
            longest[name] = max(longest[name], len(data))
            return plain(data, **more)

        return noted

    monkeypatch.setattr("binascii.b2a_base64", noting("Base64", b2a_base64))
    source = Source.of(plate)
    sent = max(len(piece) for piece in Spliced.of("[X]", {"X": source}).pieces())
    hashed = max(len(piece) for piece in source.pieces(HASH_PIECE))

    assert longest == {"Base64": PIECE}
    assert sent <= 256 * 1024
    assert hashed <= 1024 * 1024  # sha256 lets others run meanwhile
    assert len(sha256(source, threading.Event())) == 64
