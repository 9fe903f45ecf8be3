"""The script for a licensed machine runs on a simulated Nuke, and names the leg that breaks."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes.nuke_app import NukeApp, pictures, reading, writers
from tests.plugins.test_float_exr import publish
from tests.rig import Rig

PLUGIN = Path(__file__).parents[3] / "plugins" / "nuke"

Accept = Callable[..., tuple[int, str]]


@pytest.fixture
def accept(held: Rig, at_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Accept:
    """Run the script; its exit code and its report."""
    publish(held, "exr-identity")
    monkeypatch.setattr(sys, "path", [*sys.path])

    def accepted(*words: str, **answers: Any) -> tuple[int, str]:
        app = NukeApp(plugin_path=(PLUGIN,), **{"gui": False, **answers})
        report = tmp_path / "report.txt"
        with app.installed():
            script = runpy.run_path(str(PLUGIN / "acceptance.py"))
            code = script["main"](["--report", str(report), *words])
        return code, report.read_text(encoding="utf-8")

    return accepted


def broken(report: str) -> list[str]:
    return [line.split("  ")[1] for line in report.splitlines() if line.startswith("BROKE")]


def test_every_leg_is_walked_and_every_question_answered(accept: Accept) -> None:
    code, report = accept()

    assert broken(report) == []
    assert code == 0
    assert report.count("\nok ") == 15
    for answer in ("refuses", "/a/b.%04d.exr", "7 at frame 7, the current one is 1", "after",
                   "'sRGB' is taken"):  # fmt: skip
        assert answer in report
    assert "Error" not in report.replace("CancelledError", "").replace("TypeError", "")


def test_the_answers_are_this_nukes(accept: Accept) -> None:
    _, report = accept(
        "--float", "none", "--codes", "none", "--dare", disabled_write="writes",
        frame_in_tcl="####", group_on_create="before",
    )  # fmt: skip

    for answer in ("writes", "/a/b.####.exr", "before", "RuntimeError: Invalid function call"):
        assert f"\n    {answer}" in report
    assert broken(report) == [
        "the next leg, with the workflow none", "the next leg, with the workflow none",
    ]  # fmt: skip


def darker_export(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = writers.write

    def written(path: Path, picture: Any, knobs: Any, file_type: str) -> None:
        if knobs.node.name() == "Export":
            darker = {n: p * np.float32(0.999) for n, p in picture.channels.items()}
            picture = picture.with_channels(darker)
        plain(path, picture, knobs, file_type)

    monkeypatch.setattr(writers, "write", written)


def a_curve_in_the_read(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = reading.Reader._channels

    def channels(reader: Any, node: Any, file: Any) -> dict[str, Any]:
        return {n: p * np.float32(1.001) for n, p in plain(reader, node, file).items()}

    monkeypatch.setattr(reading.Reader, "_channels", channels)


def a_keymix_that_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(knobs: Any, inputs: list[pictures.Picture]) -> pictures.Picture:
        found = pictures._keymix(knobs, inputs)
        return found.with_channels({n: p + np.float32(1e-6) for n, p in found.channels.items()})

    monkeypatch.setitem(pictures.OPERATORS, "Keymix", mixed)


@pytest.mark.parametrize(
    ("spoil", "leg"),
    [
        (darker_export, "export by the Write inside"),
        (a_curve_in_the_read, "the Read inside"),
        (a_keymix_that_rounds, "Keymix: inside the mask"),
    ],
)
def test_the_first_leg_that_is_told_is_the_broken_one(
    accept: Accept,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pytest.MonkeyPatch], None],
    leg: str,
) -> None:
    spoil(monkeypatch)

    code, report = accept("--codes", "none")

    assert code == 1
    assert broken(report)[0] == leg


def test_a_workflow_that_changes_values_is_told_as_the_relays_answer(
    accept: Accept, held: Rig
) -> None:
    publish(held, "exr-invert")

    _, report = accept("--float", "exr-invert", "--codes", "none")

    assert broken(report)[0] == "the relay's answer"
