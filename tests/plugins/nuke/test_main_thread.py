"""What a compositor's main thread is asked to do while a 4K plate goes and comes: little."""

from __future__ import annotations

import hashlib
import statistics
import threading
from binascii import b2a_base64
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comfyrelay.streaming import HASH_PIECE, PIECE, Source, Spliced, sha256
from tests.fakes.nuke_app import NukeApp
from tests.fakes.nuke_app.rendering import Renderer
from tests.plugins.nuke.comp import Comp
from tests.plugins.turns import TURN_S, Turns

SIZE = "4096 2160 0 0 4096 2160 1 plate_4K"


@pytest.fixture
def turns(app: NukeApp, monkeypatch: pytest.MonkeyPatch) -> Turns:
    """All that runs is a turn, but a click."""

    def named(*args: Any) -> str:
        return str(args[-1]) if str(args[-1]).startswith("click") else "turn"

    return Turns(app, monkeypatch, (Renderer, "_write"), named)


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
